const MAX_NAME_LENGTH = 200;
const FALLBACK_NAME = "Unnamed";

/** Joiners are part of names in some scripts; whatever else cannot be seen is not. */
const JOINERS = String.raw`\u200c\u200d`;
const UNSEEN = String.raw`\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}`;
const HAS_UNSEEN = new RegExp(`(?![${JOINERS}])[${UNSEEN}]`, "gu");
const HAS_LETTER = /\p{L}/u;
const SPACES = /\p{Zs}+/gu;

/** The one way to write a name: normal form C, no blanks around it, single ones inside. */
export const normalName = (name: string): string =>
  name.normalize("NFC").replaceAll(SPACES, " ").trim();

/** What is wrong with a name in its normal form; undefined when nothing is. */
export const nameProblem = (name: string): string | undefined => {
  if (!HAS_LETTER.test(name)) return "must have a letter";
  if (name.length > MAX_NAME_LENGTH) return `must have at most ${MAX_NAME_LENGTH} characters`;
  return name.search(HAS_UNSEEN) === -1
    ? undefined
    : "must not have characters that cannot be seen";
};

/** A name from a source that checks less: what is not allowed is left out. */
export const mendName = (name: string): string => {
  const mended = normalName(name.toWellFormed().replaceAll(HAS_UNSEEN, ""))
    .slice(0, MAX_NAME_LENGTH)
    .toWellFormed();
  return nameProblem(mended) === undefined ? mended : FALLBACK_NAME;
};
