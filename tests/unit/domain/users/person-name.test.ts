import { mendName, nameProblem, normalName } from "../../../../src/domain/users/person-name.ts";

it.each([
  "Ada Lovelace",
  "Seán Ó Briain-O’Neill Jr.",
  "毛泽东",
  "محمد علی",
  "नर‍ेंद्र",
  "Þórdís Kolbrún R. Gylfadóttir",
  "X Æ A-12",
  "王",
])("takes %s", (name) => {
  expect(nameProblem(normalName(name))).toBeUndefined();
});

it.each([
  ["blanks only", "   "],
  ["no letter", "123 !"],
  ["a control character", "Ada\u0007"],
  ["a line break", "Ada\nLovelace"],
  ["a line separator", "Ada\u2028Lovelace"],
  ["an override of direction", "Ada \u202eecalevoL"],
  ["a character that cannot be seen", "Ada\u2060Lovelace"],
  ["a filler that counts as a letter", "\u3164"],
  ["a character for private use", "Ada \ue000"],
  ["201 characters", "a".repeat(201)],
])("refuses %s", (_, name) => {
  expect(nameProblem(normalName(name))).toBeDefined();
});

it("writes one name in one way", () => {
  expect(normalName("  Ade\u0301le \u00a0 Blanc-Sec ")).toBe("Adéle Blanc-Sec");
});

it("leaves out of a foreign name what is not allowed", () => {
  expect(mendName("Ada\u202e\u0000 Love\ud800lace")).toBe("Ada Love\ufffdlace");
  expect(mendName("\u200b\u2060")).toBe("Unnamed");
  expect(mendName("a".repeat(500))).toHaveLength(200);
});
