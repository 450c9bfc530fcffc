import { describe, expect, it } from "vitest";
import { CARD, frameAround, frameOf, freePlace, overlaps, shareOutside, slot } from "./geometry";

describe("the numbers both sides lay out with", () => {
  it("has cards of 240 by 130, gaps of 14, a header of 130 and sides of 16", () => {
    const four = [CARD, CARD, CARD, CARD];
    expect(four.map((_, index) => slot(index, four))).toEqual([
      { x: 16, y: 130 },
      { x: 270, y: 130 },
      { x: 16, y: 274 },
      { x: 270, y: 274 },
    ]);
  });

  it("sizes a frame by its columns and the tallest of each row", () => {
    expect(frameOf([CARD])).toEqual({ width: 272, height: 276 });
    expect(frameOf([CARD, CARD, CARD])).toEqual({ width: 526, height: 420 });
    expect(frameOf([{ width: 526, height: 276 }, CARD, CARD])).toEqual({ width: 1098, height: 566 });
  });

  it("puts slots of mixed sizes beside the widest and below the tallest", () => {
    const sizes = [{ width: 526, height: 420 }, CARD, CARD];
    expect(slot(1, sizes)).toEqual({ x: 556, y: 130 });
    expect(slot(2, sizes)).toEqual({ x: 16, y: 564 });
  });
});

describe("frames", () => {
  it("never cuts the lead's own card", () => {
    expect(frameAround([])).toEqual({ width: 272, height: 146 });
  });

  it("grows around a member that stands far off", () => {
    expect(frameAround([{ x: 600, y: 500, ...CARD }])).toEqual({ width: 856, height: 646 });
  });
});

describe("a free place", () => {
  it("is where the card was dropped when nothing is there", () => {
    expect(freePlace(CARD, [], { x: 40, y: 200 })).toEqual({ x: 40, y: 200 });
  });

  it("is never over the lead's own card", () => {
    expect(freePlace(CARD, [], { x: 40, y: 20 }).y).toBeGreaterThanOrEqual(130);
  });

  it("is beside those that are there, and overlaps none of them", () => {
    const taken = [0, 1, 2, 3, 4].map((index) => ({
      ...slot(index, [CARD, CARD, CARD, CARD, CARD]),
      ...CARD,
    }));
    const at = freePlace(CARD, taken, { x: 20, y: 140 });
    expect(taken.some((other) => overlaps(other, { ...at, ...CARD }))).toBe(false);
    expect(at).toEqual({ x: 270, y: 418 });
  });

  it("is found for a large team among small cards", () => {
    const team = { width: 526, height: 420 };
    const taken = [{ x: 16, y: 130, ...CARD }];
    const at = freePlace(team, taken);
    expect(overlaps({ ...at, ...team }, { x: 16, y: 130, ...CARD })).toBe(false);
  });
});

it("measures how much of a card was dragged outside, by the worse side", () => {
  const frame = { x: 0, y: 0, width: 500, height: 500 };
  expect(shareOutside({ x: 10, y: 10, ...CARD }, frame)).toBe(0);
  expect(shareOutside({ x: -120, y: 10, ...CARD }, frame)).toBe(0.5);
  expect(shareOutside({ x: 900, y: 900, ...CARD }, frame)).toBe(1);
});
