/** Several roles in hand at once: which a marquee takes, which are moved, and what is asked of the platform for them. */

import { overlaps, type Rect } from "./geometry";
import type { Layout } from "./layout";
import { descendants, membersOf, type Rows, type Tree } from "./tree";

/** Cards that an area of the canvas takes: a role it touches, and a team's frame when all of it lies inside. */
export function within(
  rows: Rows,
  tree: Tree,
  layout: Layout,
  hidden: ReadonlySet<string>,
  area: Rect,
): string[] {
  return tree.order.filter((id) => {
    const rect = layout.places.get(id)?.rect;
    if (!rect || hidden.has(id) || !overlaps(rect, area)) return false;
    const isFrame = membersOf(tree, id).length > 0 && !rows.get(id)?.collapsed;
    return !isFrame || holds(area, rect);
  });
}

function holds(outer: Rect, inner: Rect): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

/** Those of them that are moved, a lead before others; a card goes with its lead when that is in hand too. */
export function tops(tree: Tree, ids: ReadonlySet<string>): string[] {
  return tree.order.filter((id) => {
    if (!ids.has(id)) return false;
    for (let up = tree.parent.get(id) ?? null; up !== null; up = tree.parent.get(up) ?? null) {
      if (ids.has(up)) return false;
    }
    return true;
  });
}

/** The roles that are meant: the card of a folded team stands for all that is in it. */
export function meant(rows: Rows, tree: Tree, ids: ReadonlySet<string>): Set<string> {
  const all = new Set<string>();
  for (const id of ids) {
    if (!rows.has(id)) continue;
    all.add(id);
    if (rows.get(id)?.collapsed) for (const below of descendants(tree, id)) all.add(below);
  }
  return all;
}

export interface Order {
  scope: "one" | "subtree";
  id: string;
}

/** The fewest orders that reach exactly these roles: a whole team is one. Leads come before their members. */
export function ordersFor(tree: Tree, ids: ReadonlySet<string>): Order[] {
  const isWhole = new Map<string, boolean>();
  for (const id of tree.order.toReversed())
    isWhole.set(id, ids.has(id) && membersOf(tree, id).every((member) => isWhole.get(member)));
  const orders: Order[] = [];
  const covered = new Set<string>();
  for (const id of tree.order) {
    if (covered.has(tree.parent.get(id) ?? "")) covered.add(id);
    else if (isWhole.get(id) && membersOf(tree, id).length > 0) {
      covered.add(id);
      orders.push({ scope: "subtree", id });
    } else if (ids.has(id)) orders.push({ scope: "one", id });
  }
  return orders;
}
