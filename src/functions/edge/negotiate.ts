import { AppError } from "../../domain/errors.ts";

interface MediaRange {
  readonly type: string;
  readonly quality: number;
}

/** RFC 9110, 12.5.1. Parameters other than `q` are not told apart. */
const readAccept = (header: string): readonly MediaRange[] =>
  header.split(",").flatMap((part) => {
    const [type = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
    if (type === "") return [];
    const given = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
    const quality = given === undefined ? 1 : Number.parseFloat(given);
    return [{ type, quality: Number.isNaN(quality) ? 0 : quality }];
  });

/** How well a range says what is meant: a type beats a group of them, and that beats all. */
const precisionOf = (range: string, type: string): number => {
  if (range === type) return 3;
  if (range === `${type.split("/")[0] ?? ""}/*`) return 2;
  return range === "*/*" ? 1 : 0;
};

const qualityOf = (ranges: readonly MediaRange[], type: string): number => {
  const [best] = ranges
    .map(({ type: range, quality }) => ({ precision: precisionOf(range, type), quality }))
    .filter(({ precision }) => precision > 0)
    .toSorted((one, other) => other.precision - one.precision);
  return best?.quality ?? 0;
};

/**
 * Chooses the media type that `Accept` likes best; of those it likes as much, the one offered first.
 *
 * @param accept null when the header was not sent: then everything is acceptable.
 * @throws {AppError} `not-acceptable`.
 */
export const negotiate = <T extends string>(accept: string | null, offered: readonly T[]): T => {
  const ranges = readAccept(accept ?? "*/*");
  const best = offered
    .map((type) => ({ type, quality: ranges.length === 0 ? 1 : qualityOf(ranges, type) }))
    .filter(({ quality }) => quality > 0)
    .toSorted((one, other) => other.quality - one.quality)[0];
  if (best) return best.type;
  throw new AppError("not-acceptable", `This is offered as ${offered.join(", ")}.`, {
    target: "accept",
  });
};
