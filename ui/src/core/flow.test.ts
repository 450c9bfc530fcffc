import { expect, it } from "vitest";
import { flowNodes } from "./flow";
import { layoutOf } from "./layout";
import { row, rowsOf } from "./testing";
import { hiddenIds, treeOf } from "./tree";

function nodes(rows: ReturnType<typeof rowsOf>, before: ReturnType<typeof flowNodes> = []) {
  const tree = treeOf(rows);
  return flowNodes(rows, tree, layoutOf(rows, tree), hiddenIds(rows, tree), before);
}

const lead = row("lead", { x: 100, y: 100 });
const ana = row("ana", { parent_id: "lead", x: 116, y: 230 });

it("draws leads before their members, members relative to them", () => {
  const drawn = nodes(rowsOf(ana, lead));
  expect(drawn.map((node) => [node.id, node.data.face, node.position])).toEqual([
    ["lead", "frame", { x: 100, y: 100 }],
    ["ana", "role", { x: 16, y: 130 }],
  ]);
});

it("keeps every node that did not change, and the list when none did", () => {
  const first = nodes(rowsOf(lead, ana));
  expect(nodes(rowsOf(lead, { ...ana, status: "failed" }), first)).toBe(first);
  const moved = nodes(rowsOf({ ...lead, x: 300 }, { ...ana, x: 316 }), first);
  expect(moved[0]).not.toBe(first[0]);
  expect(moved[1]).toBe(first[1]);
});

it("leaves out what a folded team hides", () => {
  expect(nodes(rowsOf({ ...lead, collapsed: true }, ana)).map((node) => node.data.face)).toEqual(["folded"]);
});
