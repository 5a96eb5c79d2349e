/** The parts of `Name=value;Other=value` by their names. A value may have `=` in it, as keys do. */
export const partsOf = (connectionString: string): ReadonlyMap<string, string> =>
  new Map(
    connectionString.split(";").map((part): [string, string] => {
      const at = part.indexOf("=");
      return [part.slice(0, at), part.slice(at + 1)];
    }),
  );
