/**
 * E-mail addresses, internationalised ones too (RFC 5321, RFC 6531), in the form that people write:
 * no quoted local parts, no comments, no address literals.
 */

const MAX_OCTETS = 254;
const MAX_LOCAL_OCTETS = 64;
const MAX_DOMAIN_LENGTH = 253;

const octets = (text: string): number => new TextEncoder().encode(text).byteLength;

/** `atext` of RFC 5322 and letters, marks and digits of any script, but nothing that cannot be seen. */
const ATOM = String.raw`(?:(?!\p{Default_Ignorable_Code_Point})[\p{L}\p{Nd}!#$%&'*+\-/=?^_{|}~${"`"}](?:(?!\p{Default_Ignorable_Code_Point})\p{M})*)+`;
const LOCAL_PART = new RegExp(`^${ATOM}(?:\\.${ATOM})*$`, "u");

const UNICODE_LABEL = String.raw`[\p{L}\p{Nd}](?:[\p{L}\p{M}\p{Nd}\-]*[\p{L}\p{M}\p{Nd}])?`;
const UNICODE_DOMAIN = new RegExp(`^${UNICODE_LABEL}(?:\\.${UNICODE_LABEL})+$`, "u");

const ASCII_LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
/** At least two labels, the last of which is no number: `1.2.3.4` is an address of another kind. */
const ASCII_DOMAIN = new RegExp(String.raw`^(?:${ASCII_LABEL}\.)+(?!\d+$)${ASCII_LABEL}$`, "u");

/** What UTS 46 takes for a dot too. */
const OTHER_DOTS = /[\u3002\uff0e\uff61]/gu;

/** The domain as mail servers know it (IDNA, UTS 46): `bücher.example` is `xn--bcher-kva.example`. */
const asciiDomain = (domain: string): string | undefined => {
  const normal = domain.normalize("NFC").replaceAll(OTHER_DOTS, ".");
  if (!UNICODE_DOMAIN.test(normal)) return undefined;
  const url = URL.parse(`http://${normal}`);
  const ascii = url?.hostname ?? "";
  return ascii.length <= MAX_DOMAIN_LENGTH && ASCII_DOMAIN.test(ascii) ? ascii : undefined;
};

/**
 * Local parts that count as the same: without regard to case (`ß` and `SS`, `ς` and `Σ` too) and to
 * compatible forms of a character (`ﬁ` and `fi`). Dots and `+tags` count: what they mean is the
 * receiving server's own affair.
 */
const foldLocalPart = (local: string): string =>
  local.normalize("NFKC").toUpperCase().toLowerCase().normalize("NFKC");

export interface EmailAddress {
  /** As it was written, in the normal form C. */
  readonly address: string;
  /** Equal for addresses that count as the same. */
  readonly key: string;
}

/** @returns undefined for what is no address. */
export const parseEmailAddress = (text: string): EmailAddress | undefined => {
  const address = text.normalize("NFC");
  const at = address.lastIndexOf("@");
  const local = address.slice(0, Math.max(at, 0));
  if (!address.isWellFormed() || octets(address) > MAX_OCTETS) return undefined;
  if (octets(local) > MAX_LOCAL_OCTETS || !LOCAL_PART.test(local)) return undefined;
  const domain = asciiDomain(address.slice(at + 1));
  return domain === undefined ? undefined : { address, key: `${foldLocalPart(local)}@${domain}` };
};

/** @throws {Error} for what is no address; callers have checked it. */
export const emailKeyOf = (email: string): string => {
  const parsed = parseEmailAddress(email);
  if (!parsed) throw new Error("The e-mail address is not valid");
  return parsed.key;
};
