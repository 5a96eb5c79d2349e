import { isPublicAddress } from "../../../../src/adapters/http/public-address.ts";

/** The first and the last address of a network, and those just outside, which are public. */
const EDGES: readonly (readonly [first: string, last: string, outside: readonly string[]])[] = [
  ["0.0.0.0", "0.255.255.255", ["1.0.0.0"]],
  ["10.0.0.0", "10.255.255.255", ["9.255.255.255", "11.0.0.0"]],
  ["100.64.0.0", "100.127.255.255", ["100.63.255.255", "100.128.0.0"]],
  ["127.0.0.0", "127.255.255.255", ["126.255.255.255", "128.0.0.0"]],
  ["168.63.129.16", "168.63.129.16", ["168.63.129.15", "168.63.129.17"]],
  ["169.254.0.0", "169.254.255.255", ["169.253.255.255", "169.255.0.0"]],
  ["172.16.0.0", "172.31.255.255", ["172.15.255.255", "172.32.0.0"]],
  ["192.0.0.0", "192.0.0.255", ["191.255.255.255", "192.0.1.0"]],
  ["192.0.2.0", "192.0.2.255", ["192.0.3.0"]],
  ["192.168.0.0", "192.168.255.255", ["192.167.255.255", "192.169.0.0"]],
  ["198.18.0.0", "198.19.255.255", ["198.17.255.255", "198.20.0.0"]],
  ["198.51.100.0", "198.51.100.255", ["198.51.99.255", "198.51.101.0"]],
  ["203.0.113.0", "203.0.113.255", ["203.0.112.255", "203.0.114.0"]],
  ["224.0.0.0", "255.255.255.255", ["223.255.255.255"]],
  ["2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", ["2001:200::"]],
  ["2001:db8::", "2001:db8:ffff::", ["2001:db7::", "2001:db9::"]],
  ["2002::", "2002:ffff:ffff::", ["2003::"]],
  ["3fff::", "3fff:fff::", ["3ffe::", "3fff:1000::"]],
  ["::", "1fff:ffff::", ["2000::"]],
  ["4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", ["3ffe:ffff::"]],
];

it.each(EDGES)("takes %s to %s for special, and not what is beside", (first, last, outside) => {
  expect([first, last].map(isPublicAddress)).toEqual([false, false]);
  expect(outside.map(isPublicAddress)).toEqual(outside.map(() => true));
});

it.each(["8.8.8.8", "93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "2A00:1450:4001::200E"])(
  "takes %s for public",
  (address) => {
    expect(isPublicAddress(address)).toBe(true);
  },
);

it.each([
  "",
  "localhost",
  "8.8.8",
  "08.8.8.8",
  "0x08080808",
  "134744072",
  "8.8.8.8 ",
  "8.8.8.8.",
  "8.8.8.8/8",
  "[2606:2800::1]",
  "2606:2800::1%eth0",
  "::ffff:8.8.8.8",
  "::8.8.8.8",
  "64:ff9b::8.8.8.8",
])("takes '%s', which is no plain public address, for none", (text) => {
  expect(isPublicAddress(text)).toBe(false);
});
