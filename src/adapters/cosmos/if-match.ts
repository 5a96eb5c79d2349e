/** Options of a write that must find the document at this version; otherwise it fails with 412. */
export const ifMatch = (version: string) => ({
  accessCondition: { type: "IfMatch", condition: version },
});
