import { BlockList, isIP } from "node:net";

/**
 * IPv4 networks that are not the public Internet: the registry of special-purpose addresses (RFC 6890 and
 * its successors), multicast, and what is reserved.
 */
const SPECIAL_IPV4: readonly (readonly [network: string, prefix: number])[] = [
  ["0.0.0.0", 8], // this network; some systems take it for this machine
  ["10.0.0.0", 8], // private
  ["100.64.0.0", 10], // shared by a carrier's customers
  ["127.0.0.0", 8], // loopback
  ["169.254.0.0", 16], // link-local, and the metadata of most clouds
  ["172.16.0.0", 12], // private
  ["192.0.0.0", 24], // protocol assignments
  ["192.0.2.0", 24], // documentation
  ["192.31.196.0", 24], // AS112
  ["192.52.193.0", 24], // AMT
  ["192.88.99.0", 24], // relays of 6to4
  ["192.168.0.0", 16], // private
  ["192.175.48.0", 24], // AS112
  ["198.18.0.0", 15], // benchmarks
  ["198.51.100.0", 24], // documentation
  ["203.0.113.0", 24], // documentation
  ["224.0.0.0", 4], // multicast
  ["240.0.0.0", 4], // reserved, and broadcast
  // Public by its number, but every machine in Azure reaches the platform there.
  ["168.63.129.16", 32],
];

/** All of IPv6 that is public is in here, so what is not is refused: loopback, mapped, local, NAT64, … */
const GLOBAL_IPV6 = ["2000::", 3] as const;

/** And in it, these are special. Those that hold an IPv4 address would lead past its check. */
const SPECIAL_IPV6: readonly (readonly [network: string, prefix: number])[] = [
  ["2001::", 23], // protocol assignments, with Teredo, ORCHID and benchmarks
  ["2001:db8::", 32], // documentation
  ["2002::", 16], // 6to4
  ["2620:4f:8000::", 48], // AS112
  ["3fff::", 20], // documentation
];

const special = new BlockList();
for (const [network, prefix] of SPECIAL_IPV4) special.addSubnet(network, prefix, "ipv4");
for (const [network, prefix] of SPECIAL_IPV6) special.addSubnet(network, prefix, "ipv6");
const global = new BlockList();
global.addSubnet(...GLOBAL_IPV6, "ipv6");

/**
 * Whether an address is one of the public Internet.
 *
 * @param text an address; everything else, also one in an unusual notation, is not public.
 */
export const isPublicAddress = (text: string): boolean => {
  const version = isIP(text);
  if (version === 4) return !special.check(text, "ipv4");
  // A zone names an interface of this machine.
  if (version !== 6 || text.includes("%")) return false;
  return global.check(text, "ipv6") && !special.check(text, "ipv6");
};
