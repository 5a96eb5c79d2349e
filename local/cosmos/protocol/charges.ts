/** Request units, estimated: the published figures for reads and writes, a guess for the rest. */

const KIB = 1024;

export const readCharge = (bytes: number): number => Math.max(1, 1 + 0.091 * (bytes / KIB - 1));
export const createCharge = (bytes: number): number => Math.max(5, 5 + 0.455 * (bytes / KIB - 1));
export const replaceCharge = (bytes: number): number => 2 * createCharge(bytes);
export const METADATA_CHARGE = 1;
export const FAILED_WRITE_CHARGE = 1.5;

export const feedCharge = (rows: number, bytes: number): number =>
  1 + 0.05 * rows + 0.1 * (bytes / KIB);

export interface QueryCost {
  readonly rows: number;
  readonly scanned: number;
  readonly bytes: number;
  readonly ordered: boolean;
}

export const queryCharge = ({ rows, scanned, bytes, ordered }: QueryCost): number =>
  (2.3 + 0.03 * rows + 0.1 * (bytes / KIB) + 0.002 * scanned) * (ordered ? 1.2 : 1);
