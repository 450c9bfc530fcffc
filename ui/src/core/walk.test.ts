import { expect, it } from "vitest";
import { findRoles } from "./search";
import { row, rowsOf } from "./testing";
import { ancestors, descendants, hiddenIds, treeOf, visibleFor } from "./tree";
import { walk } from "./walk";

const rows = rowsOf(
  row("lead", { x: 0, y: 0, role: "Plans" }),
  row("ana", { parent_id: "lead", x: 16, y: 130 }),
  row("dot", { parent_id: "ana", x: 32, y: 260 }),
  row("ben", { parent_id: "lead", x: 600, y: 130, status: "degraded" }),
  row("solo", { x: 1200, y: 0 }),
);
const tree = treeOf(rows);
const none = hiddenIds(rows, tree);

it("walks the tree in the order it is read", () => {
  expect(tree.order).toEqual(["lead", "ana", "dot", "ben", "solo"]);
  expect(walk(rows, tree, none, null, "ArrowDown")).toEqual({ to: "lead" });
  expect(walk(rows, tree, none, "dot", "ArrowDown")).toEqual({ to: "ben" });
  expect(walk(rows, tree, none, "ben", "ArrowUp")).toEqual({ to: "dot" });
  expect(walk(rows, tree, none, "solo", "ArrowDown")).toBeNull();
  expect(walk(rows, tree, none, "lead", "ArrowRight")).toEqual({ to: "ana" });
  expect(walk(rows, tree, none, "dot", "ArrowLeft")).toEqual({ to: "ana" });
  expect(walk(rows, tree, none, "lead", "ArrowLeft")).toEqual({ fold: "lead", collapsed: true });
});

it("passes over folded teams and opens them on the way in", () => {
  const folded = rowsOf(
    ...[...rows.values()].map((entry) => (entry.id === "ana" ? { ...entry, collapsed: true } : entry)),
  );
  const hidden = hiddenIds(folded, tree);
  expect(walk(folded, tree, hidden, "ana", "ArrowDown")).toEqual({ to: "ben" });
  expect(walk(folded, tree, hidden, "ana", "ArrowRight")).toEqual({ fold: "ana", collapsed: false });
  expect(visibleFor(folded, tree, "dot")).toBe("ana");
});

it("knows who is above and who is below", () => {
  expect(ancestors(tree, "dot")).toEqual(["lead", "ana"]);
  expect(descendants(tree, "lead")).toEqual(["ana", "dot", "ben"]);
});

it("finds roles by the start of a name first, then by anything else they show", () => {
  expect(findRoles(rows, "be").map((found) => found.id)).toEqual(["ben"]);
  expect(findRoles(rows, "degr").map((found) => found.id)).toEqual(["ben"]);
  expect(findRoles(rows, "plans").map((found) => found.id)).toEqual(["lead"]);
  expect(findRoles(rows, "nobody")).toEqual([]);
});
