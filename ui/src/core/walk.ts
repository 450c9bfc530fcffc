/** Where the arrow keys lead: the org read as a tree, from the top, folded teams closed. */

import { membersOf, type Rows, type Tree } from "./tree";

export type Arrow = "ArrowUp" | "ArrowDown" | "ArrowLeft" | "ArrowRight";

export type Walk = { to: string } | { fold: string; collapsed: boolean } | null;

export function walk(
  rows: Rows,
  tree: Tree,
  hidden: ReadonlySet<string>,
  from: string | null,
  key: Arrow,
): Walk {
  const order = tree.order.filter((id) => !hidden.has(id));
  if (order.length === 0) return null;
  const first = order[0];
  if (from === null || !tree.depth.has(from)) return first ? { to: first } : null;
  const at = order.indexOf(from);
  switch (key) {
    case "ArrowDown": {
      const next = order[at + 1];
      return next ? { to: next } : null;
    }
    case "ArrowUp": {
      const before = at > 0 ? order[at - 1] : undefined;
      return before ? { to: before } : null;
    }
    case "ArrowRight": {
      const member = membersOf(tree, from)[0];
      if (!member) return null;
      return rows.get(from)?.collapsed ? { fold: from, collapsed: false } : { to: member };
    }
    case "ArrowLeft": {
      if (membersOf(tree, from).length > 0 && !rows.get(from)?.collapsed) {
        const up = tree.parent.get(from);
        return up ? { to: up } : { fold: from, collapsed: true };
      }
      const up = tree.parent.get(from);
      return up ? { to: up } : null;
    }
  }
}
