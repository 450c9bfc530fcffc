import { expect, it } from "vitest";
import { overlaps } from "./geometry";
import { layoutOf, toStored } from "./layout";
import { NO_SQUEEZE, squeezeOf } from "./squeeze";
import { row, rowsOf } from "./testing";
import { treeOf } from "./tree";

const card = { width: 240, height: 130 };

it("takes away the room that folding freed, and no other", () => {
  const drawn = [
    { x: 0, y: 0, ...card },
    { x: 1080, y: 0, ...card },
    { x: 2000, y: 0, ...card },
  ];
  const squeeze = squeezeOf(drawn, [{ width: 1000, height: 800 }, card, card]);
  expect(squeeze.near({ x: 1080, y: 0 })).toEqual({ x: 320, y: 0 });
  // The 680 between the second and the third were there before.
  expect(squeeze.near({ x: 2000, y: 0 })).toEqual({ x: 1240, y: 0 });
  for (const at of [
    { x: 0, y: 0 },
    { x: 320, y: 5 },
    { x: 1240, y: 129 },
  ])
    expect(squeeze.near(squeeze.far(at))).toEqual(at);
});

it("does nothing where nothing is folded", () => {
  expect(squeezeOf([{ x: 0, y: 0, ...card }], [card])).toBe(NO_SQUEEZE);
});

const folded = (collapsed: boolean) => {
  const rows = rowsOf(
    row("a", { x: 0, y: 0, collapsed }),
    ...[0, 1, 2, 3, 4, 5].map((n) =>
      row(`a${n}`, { parent_id: "a", x: 16 + (n % 2) * 254, y: 130 + Math.floor(n / 2) * 144 }),
    ),
    row("b", { x: 606, y: 0, collapsed }),
    row("b0", { parent_id: "b", x: 622, y: 130 }),
    row("c", { x: 0, y: 700 }),
  );
  return { rows, layout: layoutOf(rows, treeOf(rows)) };
};

it("draws folded teams near each other, and stores where they would be unfolded", () => {
  const { layout } = folded(true);
  const rect = (id: string) => layout.places.get(id)?.rect ?? { x: NaN, y: NaN, width: 0, height: 0 };
  expect(rect("b").x).toBeLessThan(606);
  expect(rect("c").y).toBeLessThan(400);
  expect(overlaps(rect("a"), rect("b")) || overlaps(rect("a"), rect("c"))).toBe(false);
  expect(layout.moved).toEqual([]);
  expect(layout.stored.get("b")).toEqual({ x: 606, y: 0 });
  expect(layout.stored.get("b0")).toEqual({ x: 622, y: 130 });
  expect(toStored(layout, null, rect("c"))).toEqual({ x: 0, y: 700 });
});

it("does not take a member for astray because the teams before it are folded", () => {
  const many = Array.from({ length: 24 }, (_, n) =>
    row(`t${n}`, { parent_id: "t", x: 32 + (n % 2) * 254, y: 260 + Math.floor(n / 2) * 144 }),
  );
  const rows = rowsOf(
    row("lead", { x: 0, y: 0 }),
    row("t", { parent_id: "lead", x: 16, y: 130, collapsed: true }),
    ...many,
    row("last", { parent_id: "lead", x: 16, y: 130 + 130 + 12 * 144 + 30 }),
  );
  const layout = layoutOf(rows, treeOf(rows));
  expect(layout.moved).toEqual([]);
  expect(layout.places.get("last")?.at.y).toBeLessThan(400);
});

it("leaves an open org exactly where it is", () => {
  const { rows, layout } = folded(false);
  for (const [id, one] of rows) expect(layout.places.get(id)?.rect).toMatchObject({ x: one.x, y: one.y });
});
