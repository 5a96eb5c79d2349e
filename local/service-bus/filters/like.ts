/** One step of a pattern: a character, `_` for any one, or `%` for any number of them. */
type Step = { readonly character: string } | "one" | "any";

const stepsOf = (pattern: string, escape: string | null): readonly Step[] => {
  const steps: Step[] = [];
  const characters = Array.from(pattern);
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index] ?? "";
    if (character === escape && index + 1 < characters.length) {
      index += 1;
      steps.push({ character: characters[index] ?? "" });
    } else if (character === "%") {
      if (steps.at(-1) !== "any") steps.push("any");
    } else {
      steps.push(character === "_" ? "one" : { character });
    }
  }
  return steps;
};

const matches = (step: Step | undefined, character: string): boolean =>
  step === "one" || (typeof step === "object" && step.character === character);

/**
 * SQL `LIKE`. Goes back to the last `%` only, so that no pattern makes it slow.
 *
 * @param escape the character that takes `%` and `_` their meaning; null for none.
 */
export const isLike = (text: string, pattern: string, escape: string | null): boolean => {
  const steps = stepsOf(pattern, escape);
  const characters = Array.from(text);
  let step = 0;
  let lastAny = -1;
  let resumeAt = 0;
  for (let index = 0; index < characters.length;) {
    if (steps[step] === "any") {
      lastAny = step;
      resumeAt = index;
      step += 1;
    } else if (matches(steps[step], characters[index] ?? "")) {
      step += 1;
      index += 1;
    } else if (lastAny >= 0) {
      resumeAt += 1;
      index = resumeAt;
      step = lastAny + 1;
    } else {
      return false;
    }
  }
  if (steps[step] === "any") step += 1;
  return step === steps.length;
};
