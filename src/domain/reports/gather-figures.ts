import { type Day, windowOf } from "./day.ts";
import type { Figures, ImageFigures } from "./figures.ts";
import type { FiguresSources, ProductFigures } from "./figures-source.ts";
import { jobsByKind } from "./jobs-by-kind.ts";
import { stockByCategory } from "./stock-by-category.ts";

const imageFigures = (outcomes: Awaited<ReturnType<ProductFigures["images"]>>): ImageFigures => {
  let ready = 0;
  let failed = 0;
  const failures: { reason: string; count: number }[] = [];
  for (const { failure, count } of outcomes) {
    if (failure === undefined) ready += count;
    else {
      failed += count;
      failures.push({ reason: failure, count });
    }
  }
  failures.sort((one, other) => other.count - one.count || (one.reason < other.reason ? -1 : 1));
  return { ready, failed, failures };
};

/**
 * Reads the figures of a day, one after the other: a report has time, and those who use the catalogue
 * meanwhile come first. The figures are not one instant's: writes go on while they are read.
 */
export const gatherFigures = async (
  { products, jobs, countDeadLetters }: FiguresSources,
  day: Day,
  now: Date,
): Promise<Figures> => {
  const window = windowOf(day);
  const flows = await products.flows(window);
  const { all, ...byCategory } = await stockByCategory(products.stock());
  const images = imageFigures(await products.images(now));
  const groups = await jobs.groups(window);
  return {
    products: { ...flows, ...all },
    ...byCategory,
    images,
    jobs: jobsByKind(groups, groups.length > 0 ? await jobs.times(window) : []),
    deadLetters: await countDeadLetters(),
  };
};
