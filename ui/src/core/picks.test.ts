import { expect, it } from "vitest";
import { layoutOf } from "./layout";
import { meant, ordersFor, tops, within } from "./picks";
import { row, rowsOf } from "./testing";
import { treeOf } from "./tree";

const rows = rowsOf(
  row("head", { x: 0, y: 0 }),
  row("ana", { parent_id: "head", x: 16, y: 130 }),
  row("bea", { parent_id: "head", x: 270, y: 130 }),
  row("solo", { x: 1200, y: 0 }),
);
const tree = treeOf(rows);
const layout = layoutOf(rows, tree);
const picked = (...ids: string[]) => new Set(ids);

it("takes the roles that an area touches, and a frame only when all of it lies inside", () => {
  const take = (x: number, y: number, width: number, height: number) =>
    within(rows, tree, layout, new Set(), { x, y, width, height });
  expect(take(100, 200, 300, 10)).toEqual(["ana", "bea"]);
  expect(take(-10, -10, 2000, 2000)).toEqual(["head", "ana", "bea", "solo"]);
  expect(take(600, 600, 10, 10)).toEqual([]);
  expect(within(rows, tree, layout, picked("ana"), { x: 100, y: 200, width: 10, height: 10 })).toEqual([]);
});

it("moves a card with its lead when both are in hand", () => {
  expect(tops(tree, picked("ana", "head", "solo"))).toEqual(["head", "solo"]);
  expect(tops(tree, picked("bea", "ana"))).toEqual(["ana", "bea"]);
});

it("means all of a folded team by its card", () => {
  const folded = rowsOf(...[...rows.values()].map((one) => ({ ...one, collapsed: one.id === "head" })));
  expect([...meant(folded, tree, picked("head", "gone"))].sort()).toEqual(["ana", "bea", "head"]);
  expect([...meant(rows, tree, picked("head"))]).toEqual(["head"]);
});

it("orders a whole team at once, and others one by one", () => {
  expect(ordersFor(tree, picked("head", "ana", "bea", "solo"))).toEqual([
    { scope: "subtree", id: "head" },
    { scope: "one", id: "solo" },
  ]);
  expect(ordersFor(tree, picked("head", "ana"))).toEqual([
    { scope: "one", id: "head" },
    { scope: "one", id: "ana" },
  ]);
  expect(ordersFor(tree, picked("bea"))).toEqual([{ scope: "one", id: "bea" }]);
});
