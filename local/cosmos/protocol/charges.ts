/** Request units, estimated: the published figures for reads and writes, a guess for the rest. */

const KIB = 1024;

export const readCharge = (bytes: number): number => Math.max(1, 1 + 0.091 * (bytes / KIB - 1));
export const createCharge = (bytes: number): number => Math.max(5, 5 + 0.455 * (bytes / KIB - 1));
export const replaceCharge = (bytes: number): number => 2 * createCharge(bytes);
export const METADATA_CHARGE = 1;
export const FAILED_WRITE_CHARGE = 1.5;
