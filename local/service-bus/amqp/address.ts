const HOST = /^(?:amqps?|sb):\/\/[^/]*\//i;
const MANAGEMENT = /(?:^|\/)\$management$/i;

const decode = (address: string): string => {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
};

export interface Address {
  /** Path of the entity, as the client writes it. */
  readonly path: string;
  readonly node: "entity" | "management" | "cbs";
}

/** Reads the address of a link in all the forms that clients use. */
export const parseAddress = (address: string | null | undefined): Address => {
  const path = decode((address ?? "").replace(HOST, "")).replace(/^\/+/, "");
  if (path.toLowerCase() === "$cbs") return { path: "", node: "cbs" };
  if (MANAGEMENT.test(path)) return { path: path.replace(MANAGEMENT, ""), node: "management" };
  return { path, node: "entity" };
};
