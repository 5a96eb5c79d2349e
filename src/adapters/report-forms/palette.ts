/**
 * The colors of a chart on white. In the page each is put through a variable of CSS, so that dark mode
 * can give it another value; a picture keeps these. No two may be equal, and none a part of another.
 */
export const PALETTE = {
  ink: "#1d2433",
  muted: "#56607a",
  grid: "#d5dbe6",
  first: "#2457c5",
  second: "#b45309",
  third: "#b3261e",
} as const;

/** The same on a dark ground. */
export const DARK_PALETTE: Readonly<Record<keyof typeof PALETTE, string>> = {
  ink: "#e8ecf4",
  muted: "#aab4c8",
  grid: "#3a455c",
  first: "#7aa7ff",
  second: "#f0a848",
  third: "#ff8f85",
};

const NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries(PALETTE).map(([name, color]): [string, string] => [color, name]),
);

/** Lets the page decide on the colors of an SVG. */
export const withVariables = (svg: string): string =>
  svg.replaceAll(/#[\da-f]{6}/gu, (color) => {
    const name = NAMES.get(color);
    return name === undefined ? color : `var(--${name})`;
  });
