const ESCAPES = /(?:%[0-9a-f]{2})+/gi;
const KEPT = /%2f/gi;

const decodeRun = (run: string): string => {
  try {
    return decodeURIComponent(run.replace(KEPT, "%252F"));
  } catch {
    // Not UTF-8: the text stays as it was sent.
    return run;
  }
};

/**
 * The path of a request line as routes see it: without the query, percent-decoded except `%2F`, dot
 * segments resolved.
 */
export const decodePath = (target: string): string => {
  const end = target.indexOf("?");
  const raw = end === -1 ? target : target.slice(0, end);
  const decoded = raw.includes("%") ? raw.replace(ESCAPES, decodeRun) : raw;
  if (!decoded.includes("/.")) return decoded;
  const kept: string[] = [];
  const segments = decoded.split("/").slice(1);
  for (const [index, segment] of segments.entries()) {
    const dots = segment === "." || segment === "..";
    if (segment === "..") kept.pop();
    if (!dots) kept.push(segment);
    else if (index === segments.length - 1) kept.push("");
  }
  return `/${kept.join("/")}`;
};
