/** URLs that lead where no call may go, with `PORT` for that of a server that listens there. */
import type { Names } from "./calling.ts";

export interface HostileUrl {
  readonly what: string;
  readonly url: string;
  readonly code: "call-address-refused" | "call-redirect-refused" | "call-url-refused";
}

const of = (
  code: HostileUrl["code"],
  urls: readonly (readonly [what: string, url: string])[],
): readonly HostileUrl[] => urls.map(([what, url]) => ({ what, url, code }));

/** Names as a hostile zone may have them. Some change between one lookup and the next. */
export const HOSTILE_NAMES: Names = {
  "loopback.test": [["127.0.0.1"]],
  "loopback.test.": [["127.0.0.1"]],
  "loopback6.test": [["::1"]],
  "mapped.test": [["::ffff:127.0.0.1"]],
  "mapped-hex.test": [["::ffff:7f00:1"]],
  "compatible.test": [["::127.0.0.1"]],
  "nat64.test": [["64:ff9b::7f00:1"]],
  "6to4.test": [["2002:7f00:1::"]],
  "teredo.test": [["2001:0:7f00:1::"]],
  "zone.test": [["fe80::1%lo"]],
  "local6.test": [["fd00::1"]],
  "metadata.test": [["169.254.169.254"]],
  "private.test": [["10.0.0.5"]],
  "mixed.test": [["8.8.8.8", "127.0.0.1"]],
  "mixed6.test": [["2606:4700::1111", "::1"]],
  "mixed-first.test": [["127.0.0.1", "8.8.8.8"]],
  "short.test": [["127.1"]],
  "number.test": [["2130706433"]],
  "empty.test": [[""]],
  // As a URL with a Cyrillic letter is read.
  "xn--lopback-9ig.test": [["127.0.0.1"]],
};

const SPELLINGS = of("call-address-refused", [
  ["plain", "http://127.0.0.1:PORT/"],
  ["over HTTPS", "https://127.0.0.1:PORT/"],
  ["another loopback address", "http://127.8.8.8:PORT/"],
  ["decimal", "http://2130706433:PORT/"],
  ["octal", "http://0177.0.0.1:PORT/"],
  ["octal as one number", "http://017700000001:PORT/"],
  ["octal with zeros in front", "http://0000177.0000.0000.0001:PORT/"],
  ["hexadecimal", "http://0x7f000001:PORT/"],
  ["hexadecimal parts", "http://0x7f.0x0.0x0.0x1:PORT/"],
  ["mixed notations", "http://0x7f.1:PORT/"],
  ["two parts", "http://127.1:PORT/"],
  ["three parts", "http://127.0.1:PORT/"],
  ["a trailing dot", "http://127.0.0.1.:PORT/"],
  ["percent-encoded", "http://%31%32%37.0.0.1:PORT/"],
  ["full-width digits", "http://１２７.０.０.１:PORT/"],
  ["ideographic full stops", "http://127。0。0。1:PORT/"],
  ["circled digits", "http://①②⑦.⓪.⓪.①:PORT/"],
  ["a tab in the middle", "http://127.0\t.0.1:PORT/"],
  ["backslashes", String.raw`http:\\127.0.0.1:PORT\path`],
  ["one slash", "http:/127.0.0.1:PORT/"],
  ["no slash", "http:127.0.0.1:PORT/"],
  ["nothing", "http://0:PORT/"],
  ["unspecified", "http://0.0.0.0:PORT/"],
  ["unspecified in IPv6", "http://[::]:PORT/"],
  ["loopback in IPv6", "http://[::1]:PORT/"],
  ["loopback in IPv6, written out", "http://[0:0:0:0:0:0:0:1]:PORT/"],
  ["mapped", "http://[::ffff:127.0.0.1]:PORT/"],
  ["mapped, hexadecimal", "http://[::ffff:7f00:1]:PORT/"],
  ["mapped, written out", "http://[0000:0000:0000:0000:0000:ffff:7f00:0001]:PORT/"],
  ["compatible", "http://[::127.0.0.1]:PORT/"],
  ["NAT64", "http://[64:ff9b::127.0.0.1]:PORT/"],
  ["local NAT64", "http://[64:ff9b:1::7f00:1]:PORT/"],
  ["6to4", "http://[2002:7f00:1::]:PORT/"],
  ["Teredo", "http://[2001:0:7f00:1::]:PORT/"],
  ["translated", "http://[::ffff:0:127.0.0.1]:PORT/"],
  ["localhost", "http://localhost:PORT/"],
  ["localhost in capitals", "http://LOCALHOST:PORT/"],
  ["localhost with a trailing dot", "http://localhost.:PORT/"],
  ["below localhost", "http://shop.localhost:PORT/"],
  ["localhost in look-alikes", "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:PORT/"],
  ["localhost with a soft hyphen", "http://local\u00ADhost:PORT/"],
  ["this machine's other name", "http://localhost.localdomain:PORT/"],
  ["a name of a single part", "http://ip6-localhost:PORT/"],
  ["the metadata of a cloud, by name", "http://metadata.google.internal:PORT/"],
  ["a name of the local network", "http://printer.local:PORT/"],
  ["an address with two dots behind", "http://127.0.0.1..:PORT/"],
]);

const NETWORKS = of("call-address-refused", [
  ["private, ten", "http://10.1.2.3/"],
  ["private, 172", "http://172.31.255.255/"],
  ["private, 192", "http://192.168.0.1/"],
  ["private in hexadecimal", "http://0xc0a80001/"],
  ["a carrier's", "http://100.64.0.1/"],
  ["metadata", "http://169.254.169.254/metadata/instance?api-version=2021-02-01"],
  ["metadata in decimal", "http://2852039166/"],
  ["metadata, mapped", "http://[::ffff:a9fe:a9fe]/"],
  ["metadata of another cloud", "http://100.100.100.200/latest/meta-data"],
  ["metadata in IPv6", "http://[fd00:ec2::254]/"],
  ["the platform of Azure", "http://168.63.129.16/machine?comp=goalstate"],
  ["protocol assignments", "http://192.0.0.192/"],
  ["documentation", "http://192.0.2.1/"],
  ["benchmarks", "http://198.18.0.1/"],
  ["multicast", "http://224.0.0.1/"],
  ["reserved", "http://240.0.0.1/"],
  ["broadcast", "http://255.255.255.255/"],
  ["link-local in IPv6", "http://[fe80::1]/"],
  ["site-local in IPv6", "http://[fec0::1]/"],
  ["unique local in IPv6", "http://[fd12:3456:789a::1]/"],
  ["multicast in IPv6", "http://[ff02::1]/"],
  ["documentation in IPv6", "http://[2001:db8::1]/"],
  ["discarded in IPv6", "http://[100::1]/"],
]);

const NAMES = of("call-address-refused", [
  ...Object.keys(HOSTILE_NAMES).map((name): [string, string] => [
    `the name ${name}`,
    `http://${name}:PORT/`,
  ]),
  ["a name in capitals", "http://LOOPBACK.test:PORT/"],
  ["a name in look-alikes", "http://l\u043Eopback.test:PORT/"],
  ["a name in full-width letters", "http://ｌｏｏｐｂａｃｋ.test:PORT/"],
]);

const FORMS = of("call-url-refused", [
  ["a file", "file:///etc/passwd"],
  ["FTP", "ftp://127.0.0.1:PORT/"],
  ["Gopher", "gopher://127.0.0.1:PORT/_x"],
  ["data", "data:application/json,{}"],
  ["a script", "javascript:fetch('http://127.0.0.1:PORT/')"],
  ["a WebSocket", "ws://127.0.0.1:PORT/"],
  ["a Unix socket", "unix:/var/run/docker.sock"],
  ["a blob of a page", "blob:http://127.0.0.1:PORT/6ba7b810-9dad-41d1-80b4-00c04fd430c8"],
  ["no scheme", "127.0.0.1:PORT/"],
  ["no host", "http://:PORT/"],
  ["nothing at all", ""],
  ["credentials", "http://user:word@example.com:PORT/"],
  ["a host as credentials", "http://example.com@127.0.0.1:PORT/"],
  ["credentials in look-alikes", "http://example.com＠127.0.0.1:PORT/"],
  ["a zone of IPv6", "http://[fe80::1%25lo]:PORT/"],
  ["five parts", "http://127.0.0.0.1:PORT/"],
  ["a number that is too large", "http://4294967297:PORT/"],
  ["a space in the host", "http://127.0.0.1 .example.com:PORT/"],
  ["a zero byte in the host", "http://127.0.0.1\u0000.example.com:PORT/"],
  ["a port that is too large", "http://example.com:99999/"],
  ["more than is read", `http://example.com/${"x".repeat(2048)}`],
]);

export const HOSTILE_URLS: readonly HostileUrl[] = [...SPELLINGS, ...NETWORKS, ...NAMES, ...FORMS];
