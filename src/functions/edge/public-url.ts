/**
 * The URL of a request as its sender knows it: what links in answers begin with.
 *
 * @param publicOrigin of a gateway in front, which speaks to the application under another name; empty
 *   where there is none. It is a setting: what headers say of it, anybody could say.
 */
export const publicUrl = (url: string, publicOrigin: string): URL => {
  const seen = new URL(url);
  if (publicOrigin === "") return seen;
  const { protocol, hostname, port } = new URL(publicOrigin);
  return Object.assign(seen, { protocol, hostname, port });
};
