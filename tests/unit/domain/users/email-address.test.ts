import { parseEmailAddress } from "../../../../src/domain/users/email-address.ts";

const keyOf = (text: string): string | undefined => parseEmailAddress(text)?.key;

it.each([
  "ada@example.com",
  "ada.lovelace+news@sub.example.co.uk",
  "o'neil!#$%&*/=?^_`{|}~-@example.com",
  "δοκιμή@παράδειγμα.δοκιμή",
  "用户@例子.广告",
  "अजय@डाटा.भारत",
  "ада@почта.рф",
  `${"a".repeat(64)}@example.com`,
])("takes %s", (text) => {
  expect(parseEmailAddress(text)?.address).toBe(text.normalize("NFC"));
});

it.each([
  ["nothing", ""],
  ["no at sign", "example.com"],
  ["no local part", "@example.com"],
  ["no domain", "ada@"],
  ["a domain of one label", "ada@localhost"],
  ["two at signs", "a@b@example.com"],
  ["a dot at the start", ".ada@example.com"],
  ["a dot at the end", "ada.@example.com"],
  ["two dots in a row", "a..b@example.com"],
  ["a blank inside", "a da@example.com"],
  ["blanks around it", " ada@example.com "],
  ["a line break, which begins a header", "ada@example.com\r\nBcc: all@example.com"],
  ["a control character", "ad\u0000a@example.com"],
  ["a character that cannot be seen", "ad\u200ba@example.com"],
  ["a filler that counts as a letter", "ada\u3164@example.com"],
  ["a quoted local part", '"a b"@example.com'],
  ["a name in front", "Ada <ada@example.com>"],
  ["an address literal", "ada@[127.0.0.1]"],
  ["an IP address", "ada@127.0.0.1"],
  ["an IP address in another form", "ada@0x7f.1"],
  ["a top label of digits", "ada@example.123"],
  ["a port", "ada@example.com:25"],
  ["a path", "ada@example.com/x"],
  ["a percent sign in the domain", "ada@exa%6dple.com"],
  ["an underscore in the domain", "ada@ex_ample.com"],
  ["a label that begins with a hyphen", "ada@-example.com"],
  ["a label that ends with a hyphen", "ada@example-.com"],
  ["a label of 64 characters", `ada@${"a".repeat(64)}.com`],
  ["a local part of 65 octets", `${"a".repeat(65)}@example.com`],
  ["a local part of 33 letters with 66 octets", `${"ä".repeat(33)}@example.com`],
  ["255 octets", `ada@${"a.".repeat(124)}com`],
  ["an unpaired surrogate", "ad\ud800a@example.com"],
  ["a sign that folds to an at sign", "ada＠example.com"],
])("refuses %s", (_, text) => {
  expect(parseEmailAddress(text)).toBeUndefined();
});

it.each([
  ["Ada@Example.COM", "ada@example.com"],
  ["ada@BÜCHER.example", "ada@xn--bcher-kva.example"],
  ["ADA@bu\u0308cher.example", "ada@bücher.example"],
  ["STRASSE@example.com", "straße@example.com"],
  ["ΌΣΟΣ@example.com", "όσος@example.com"],
  ["ﬁona@example.com", "fiona@example.com"],
  ["ａda@example.com", "ada@example.com"],
  ["e\u0301lan@example.com", "élan@example.com"],
  ["ada@例子。广告", "ada@例子.广告"],
])("counts %s as the same as %s", (one, other) => {
  expect(keyOf(one)).toBeDefined();
  expect(keyOf(one)).toBe(keyOf(other));
});

it.each([
  ["a.da@example.com", "ada@example.com"],
  ["ada+news@example.com", "ada@example.com"],
  ["аda@example.com", "ada@example.com"],
  ["ada@faß.example", "ada@fass.example"],
])("counts %s as another than %s", (one, other) => {
  expect(keyOf(one)).toBeDefined();
  expect(keyOf(one)).not.toBe(keyOf(other));
});

it("gives a key that has itself as its key", () => {
  const keys = ["Ada@Example.COM", "İda@example.com", "ŒUVRE@example.com", "ΰ@example.com"].map(
    (text) => keyOf(text) ?? "",
  );

  expect(keys.map(keyOf)).toStrictEqual(keys);
});
