/** The org as an indexed tree. One index is built when the structure changes and read by everything else. */

import type { Workspace } from "../api/types";

export type Rows = ReadonlyMap<string, Workspace>;

export interface Tree {
  /** Ids of the roots, in order. */
  readonly roots: readonly string[];
  /** Members of each lead, in order. */
  readonly members: ReadonlyMap<string, readonly string[]>;
  /** Parent of each; a parent that is not in the list counts as none. */
  readonly parent: ReadonlyMap<string, string | null>;
  readonly depth: ReadonlyMap<string, number>;
  /** Every id, a lead before its members, as drawn from the top. */
  readonly order: readonly string[];
}

export const EMPTY_TREE: Tree = {
  roots: [],
  members: new Map(),
  parent: new Map(),
  depth: new Map(),
  order: [],
};

/** Builds the index. A row whose parent is missing, or that is part of a ring, is drawn as a root. */
export function treeOf(rows: Rows): Tree {
  const parent = new Map<string, string | null>();
  for (const row of rows.values()) {
    parent.set(
      row.id,
      row.parent_id && rows.has(row.parent_id) && row.parent_id !== row.id ? row.parent_id : null,
    );
  }
  for (const id of rows.keys()) {
    const seen = new Set<string>([id]);
    let up = parent.get(id) ?? null;
    while (up !== null) {
      if (seen.has(up)) {
        parent.set(id, null);
        break;
      }
      seen.add(up);
      up = parent.get(up) ?? null;
    }
  }
  const members = new Map<string, string[]>();
  const roots: string[] = [];
  for (const [id, up] of parent) {
    if (up === null) roots.push(id);
    else members.get(up)?.push(id) ?? members.set(up, [id]);
  }
  const byPlace = (a: string, b: string) => comparePlaces(rows.get(a), rows.get(b));
  roots.sort(byPlace);
  for (const list of members.values()) list.sort(byPlace);
  const depth = new Map<string, number>();
  const order: string[] = [];
  const stack = roots.toReversed().map((id) => ({ id, level: 0 }));
  for (let next = stack.pop(); next; next = stack.pop()) {
    depth.set(next.id, next.level);
    order.push(next.id);
    for (const member of (members.get(next.id) ?? []).toReversed())
      stack.push({ id: member, level: next.level + 1 });
  }
  return { roots, members, parent, depth, order };
}

/** Reading order on the canvas: rows of cards from the top, each from the left; cards without a place by name. */
function comparePlaces(a: Workspace | undefined, b: Workspace | undefined): number {
  if (!a || !b) return 0;
  if (a.placed !== b.placed) return a.placed ? -1 : 1;
  if (a.placed) {
    if (Math.abs(a.y - b.y) > 40) return a.y - b.y;
    if (a.x !== b.x) return a.x - b.x;
  }
  return a.name.localeCompare(b.name) || a.id.localeCompare(b.id);
}

export function membersOf(tree: Tree, id: string): readonly string[] {
  return tree.members.get(id) ?? [];
}

/** All below `id`, leads before their members; `id` itself is left out. */
export function descendants(tree: Tree, id: string): string[] {
  const all: string[] = [];
  const stack = [...membersOf(tree, id)].reverse();
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    all.push(next);
    for (const member of membersOf(tree, next).toReversed()) stack.push(member);
  }
  return all;
}

/** From the root down to the direct lead of `id`. */
export function ancestors(tree: Tree, id: string): string[] {
  const path: string[] = [];
  for (let up = tree.parent.get(id) ?? null; up !== null; up = tree.parent.get(up) ?? null) path.unshift(up);
  return path;
}

/** Whether a card is drawn: no lead above it is folded. */
export function hiddenIds(rows: Rows, tree: Tree): Set<string> {
  const hidden = new Set<string>();
  for (const id of tree.order) {
    const up = tree.parent.get(id) ?? null;
    if (up !== null && (hidden.has(up) || rows.get(up)?.collapsed)) hidden.add(id);
  }
  return hidden;
}

/** The card that is drawn for `id`: itself, or the folded lead that covers it. */
export function visibleFor(rows: Rows, tree: Tree, id: string): string {
  const folded = ancestors(tree, id).find((up) => rows.get(up)?.collapsed);
  return folded ?? id;
}
