/** The whole org in small, beside the cards. */

import { MiniMap, type MiniMapNodeProps, useStore } from "@xyflow/react";
import { memo, useEffect, useState } from "react";
import { overlaps, type Rect, type Size, shareOutside } from "../core/geometry";
import { shownOf } from "../core/status";
import { membersOf } from "../core/tree";
import { useOrg } from "../state/org";

/** The cards come first. */
const AFTER_MS = 400;
/** In a narrow pane, as beside an open panel, the map would lie on the cards one looks at. */
const LEAST_PANE = 860;
const SIZE = { width: 168, height: 112 } as const;
const MARGIN = 14;

export function Overview() {
  const hasRoom = useStore((state) => state.width === 0 || state.width >= LEAST_PANE);
  const roots = useOrg((state) => state.tree.roots);
  const places = useOrg((state) => state.layout.places);
  const isOfUse = useStore(({ transform, width, height }) => {
    const rects = roots.flatMap((id) => places.get(id)?.rect ?? []);
    return !isAllSeen(rects, transform, { width, height }) || !liesOnOne(rects, transform, { width, height });
  });
  const [isTime, setTime] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setTime(true), AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!hasRoom || !isTime || !isOfUse) return null;
  return (
    <MiniMap
      pannable
      zoomable
      ariaLabel="Map of the whole org"
      nodeComponent={MapCard}
      style={SIZE}
      bgColor="var(--raised)"
    />
  );
}

/** A card on the map. It looks at its own role alone, so that an event about one does not draw the map of all. */
const MapCard = memo(function MapCard({ id, x, y, width, height }: MiniMapNodeProps) {
  const fill = useOrg((state) => {
    const row = state.rows.get(id);
    if (!row || (membersOf(state.tree, id).length > 0 && !row.collapsed)) return "var(--sunken)";
    return `var(--status-${shownOf(row).kind})`;
  });
  return (
    <rect
      className="react-flow__minimap-node"
      x={x}
      y={y}
      width={width}
      height={height}
      rx={20}
      ry={20}
      style={{ fill, stroke: "var(--line-strong)", strokeWidth: 6 }}
    />
  );
});

type Transform = readonly [number, number, number];

function onScreen(rect: Rect, [x, y, zoom]: Transform): Rect {
  return {
    x: rect.x * zoom + x,
    y: rect.y * zoom + y,
    width: rect.width * zoom,
    height: rect.height * zoom,
  };
}

/** Whether all is in the window: then a map of it shows nothing that is not there anyway. */
function isAllSeen(rects: readonly Rect[], transform: Transform, pane: Size): boolean {
  const seen = { x: -1, y: -1, width: pane.width + 2, height: pane.height + 2 };
  return rects.every((rect) => shareOutside(onScreen(rect, transform), seen) < 0.001);
}

/** Whether the map would cover a part of a team. */
function liesOnOne(rects: readonly Rect[], transform: Transform, pane: Size): boolean {
  const map = { x: pane.width - SIZE.width - MARGIN, y: pane.height - SIZE.height - MARGIN, ...SIZE };
  return rects.some((rect) => overlaps(onScreen(rect, transform), map));
}
