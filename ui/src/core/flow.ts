/** From the layout to the nodes that are drawn. A node that did not change keeps its identity and is not drawn anew. */

import type { Layout } from "./layout";
import { membersOf, type Rows, type Tree } from "./tree";

export type Face = "role" | "frame" | "folded";

export interface FlowNode {
  id: string;
  type: "card";
  position: { x: number; y: number };
  parentId?: string;
  width: number;
  height: number;
  measured: { width: number; height: number };
  /** None: a node that says so is taken as measured, and neither drawn when out of view nor watched for its size. */
  handles: [];
  zIndex: number;
  data: { face: Face; level: number };
  draggable?: boolean;
  dragging?: boolean;
  selected?: boolean;
  [extra: string]: unknown;
}

/** How high a card lies: by two a level, so that lines between cards pass over their frame and under the cards. */
export function heightOf(level: number): number {
  return 2 * level;
}

/** Above everything that is drawn, however deep. */
const IN_HAND = 1000;

/** The cards that a person holds lie on all others; what is inside them goes with them. */
export function lifted(nodes: readonly FlowNode[], ids: ReadonlySet<string>): FlowNode[] {
  return nodes.map((node) => (ids.has(node.id) ? { ...node, zIndex: IN_HAND } : node));
}

/** The same nodes, those in hand marked: they are dragged together. */
export function marked(nodes: readonly FlowNode[], picked: ReadonlySet<string>): FlowNode[] {
  let same = true;
  const next = nodes.map((node) => {
    if ((node.selected ?? false) === picked.has(node.id)) return node;
    same = false;
    return { ...node, selected: picked.has(node.id) };
  });
  return same ? (nodes as FlowNode[]) : next;
}

export function flowNodes(
  rows: Rows,
  tree: Tree,
  layout: Layout,
  hidden: ReadonlySet<string>,
  before: readonly FlowNode[],
): FlowNode[] {
  const known = new Map(before.map((node) => [node.id, node]));
  const nodes: FlowNode[] = [];
  let same = true;
  for (const id of tree.order) {
    const place = layout.places.get(id);
    if (hidden.has(id) || !place) continue;
    const members = membersOf(tree, id).length;
    const face: Face = members === 0 ? "role" : rows.get(id)?.collapsed ? "folded" : "frame";
    const level = tree.depth.get(id) ?? 0;
    const parentId = tree.parent.get(id) ?? undefined;
    const old = known.get(id);
    if (
      old &&
      old.position.x === place.at.x &&
      old.position.y === place.at.y &&
      old.width === place.size.width &&
      old.height === place.size.height &&
      old.parentId === parentId &&
      old.data.face === face &&
      old.data.level === level &&
      old.zIndex === heightOf(level)
    ) {
      if (before[nodes.length] !== old) same = false;
      nodes.push(old);
      continue;
    }
    same = false;
    nodes.push({
      id,
      type: "card",
      position: place.at,
      parentId,
      width: place.size.width,
      height: place.size.height,
      measured: place.size,
      handles: [],
      // Inner cards lie on outer frames; a card picked up lies on everything.
      zIndex: heightOf(level),
      data: { face, level },
      selected: old?.selected ?? false,
    });
  }
  return same && nodes.length === before.length ? (before as FlowNode[]) : nodes;
}
