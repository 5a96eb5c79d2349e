import type { Money } from "./figures.ts";

/** ISO 4217's minor digits, as this run time knows them: 2 for EUR, 0 for JPY, 3 for KWD. */
const minorDigits = (currency: string): number =>
  new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions()
    .maximumFractionDigits ?? 2;

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
