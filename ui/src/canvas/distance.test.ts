import { expect, test } from "vitest";
import { fitOf, LINE_HEIGHT, lettersAt, levelOf, standsInOneLine, stepOf } from "./distance";

const steps = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
/** A step stands for the zooms around it; the smallest of them is the hardest to read at. */
const least = (step: number) => (step - 0.5) / 20;

test("from near to far: whole cards, names, what fits of names, names of teams, names over teams", () => {
  expect([1, 0.55, 0.5, 0.28, 0.2, 0.15, 0.12, 0.05].map((zoom) => levelOf(stepOf(zoom)))).toEqual([
    "no",
    "no",
    "far",
    "far",
    "short",
    "teams",
    "tiny",
    "tiny",
  ]);
});

test("a name that is drawn can be read: at least ten pixels high on the screen", () => {
  for (const step of steps.filter((one) => levelOf(one) !== "tiny")) {
    expect(lettersAt(step).size * least(step), `step ${step}`).toBeGreaterThanOrEqual(10);
  }
});

test("the lines of a name fit on its card, and one line into a team's head", () => {
  for (const step of steps) {
    const { size, lines } = lettersAt(step);
    if (levelOf(step) === "far") expect(size * LINE_HEIGHT * lines).toBeLessThanOrEqual(114);
    else expect(size * LINE_HEIGHT).toBeLessThanOrEqual(114);
  }
});

test("a wide word is drawn smaller before it is broken, and both only where it has no room", () => {
  const fits = (width: number) => [1, 0.5, 0.4, 0.3, 0.2, 0.1].map((zoom) => fitOf(width, stepOf(zoom)));
  expect(fits(3)).toEqual(["whole", "whole", "whole", "whole", "whole", "whole"]);
  expect(fits(5.6)).toEqual(["whole", "whole", "whole", "tight", "broken", "whole"]);
  expect(fits(9)).toEqual(["whole", "tight", "broken", "broken", "broken", "whole"]);
});

test("a team's head has room for the state only when its name stands in one line", () => {
  const step = stepOf(0.36);
  const { size } = lettersAt(step);
  // A head holds 114 units less its padding; a second line of the name leaves the state none.
  expect(size * LINE_HEIGHT + size * 0.92 * 1.2).toBeLessThanOrEqual(90);
  expect(2 * size * LINE_HEIGHT + size * 0.92 * 1.2).toBeGreaterThan(90);
  expect(standsInOneLine(5, 272, step)).toBe(true);
  expect(standsInOneLine(9, 272, step)).toBe(false);
  expect(standsInOneLine(9, 600, step)).toBe(true);
});
