import type { Money } from "./figures.ts";

/**
 * Minor digits by ISO 4217; all others have two. `Intl` tells how many are written in daily life, which
 * are none of Hungary's or Indonesia's two.
 */
const MINOR_DIGITS: Readonly<Record<number, string>> = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
  3: "BHD IQD JOD KWD LYD OMR TND",
  4: "CLF UYW",
};

const minorDigits = (currency: string): number =>
  Number(
    Object.entries(MINOR_DIGITS).find(([, currencies]) => currencies.includes(currency))?.[0] ?? 2,
  );

/** The amount in the currency's major unit, in full: `1234567890.05`. */
export const decimalOf = ({ currency, amountMinor }: Money): string => {
  const digits = minorDigits(currency);
  if (digits === 0) return amountMinor;
  const padded = amountMinor.padStart(digits + 1, "0");
  return `${padded.slice(0, -digits)}.${padded.slice(-digits)}`;
};

/** For people: `EUR 1,234,567,890.05`. */
export const moneyText = (money: Money): string => {
  const [whole = "", fraction] = decimalOf(money).split(".");
  const grouped = whole.replaceAll(/\B(?=(?:\d{3})+$)/gu, ",");
  return `${money.currency} ${grouped}${fraction === undefined ? "" : `.${fraction}`}`;
};
