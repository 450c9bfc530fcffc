/** Messages between agents: a dot that travels once along a line, and quiet lines for what was said lately. */

import { ViewportPortal } from "@xyflow/react";
import { heightOf } from "../core/flow";
import type { Rect } from "../core/geometry";
import { type Link, useLinks } from "../state/links";
import { useOrg } from "../state/org";
import { useUi } from "../state/ui";

interface Line {
  key: string;
  d: string;
  look: string;
  testId: string;
}

const SHEET = "pointer-events-none absolute top-0 left-0 overflow-visible";

/** Lines lie under the cards, so that they cross no text; only the dot that travels along them lies over all. */
export function MessageLines() {
  const pulses = useLinks((state) => state.pulses);
  const links = useLinks((state) => state.links);
  const isShown = useUi((state) => state.showLinks);
  const places = useOrg((state) => state.layout.places);
  const hidden = useOrg((state) => state.hidden);
  const tree = useOrg((state) => state.tree);
  if (!isShown || (pulses.length === 0 && links.size === 0)) return null;
  const path = (from: string, to: string): string | null => {
    const a = places.get(from)?.rect;
    const b = places.get(to)?.rect;
    return a && b && !hidden.has(from) && !hidden.has(to) ? between(a, b) : null;
  };
  const sheets = new Map<number, Line[]>();
  const draw = (from: string, to: string, line: Omit<Line, "d">) => {
    const d = path(from, to);
    if (!d) return;
    const z = heightOf(Math.max(tree.depth.get(from) ?? 0, tree.depth.get(to) ?? 0)) - 1;
    sheets.set(z, [...(sheets.get(z) ?? []), { ...line, d }]);
  };
  for (const link of links.values())
    draw(link.from, link.to, { key: keyOf(link), look: "quiet-line", testId: "message-line" });
  for (const { id, from, to } of pulses)
    draw(from, to, { key: `pulse ${id}`, look: "pulse-line", testId: "message-pulse-line" });
  return (
    <ViewportPortal>
      {[...sheets].map(([z, lines]) => (
        <svg key={z} aria-hidden="true" className={SHEET} width="1" height="1" style={{ zIndex: z }}>
          {lines.map(({ key, d, look, testId }) => (
            <path key={key} d={d} className={look} data-testid={testId} />
          ))}
        </svg>
      ))}
      <svg aria-hidden="true" className={SHEET} width="1" height="1" style={{ zIndex: 1000 }}>
        {pulses.map((pulse) => {
          const d = path(pulse.from, pulse.to);
          if (!d) return null;
          return (
            <g key={pulse.id} data-testid="message-pulse" data-from={pulse.from} data-to={pulse.to}>
              <circle r="5" className="pulse-dot" style={{ offsetPath: `path("${d}")` }} />
            </g>
          );
        })}
      </svg>
    </ViewportPortal>
  );
}

function keyOf(link: Link): string {
  return `${link.from} ${link.to}`;
}

/** A curve from the head of one card to the head of the other; the head, because frames hold other cards. */
function between(a: Rect, b: Rect): string {
  const from = head(a);
  const to = head(b);
  const start = edge(from, to);
  const end = edge(to, from);
  const bend = Math.min(60, Math.hypot(end.x - start.x, end.y - start.y) / 4);
  const middle = { x: (start.x + end.x) / 2, y: (start.y + end.y) / 2 - bend };
  return `M${r(start.x)} ${r(start.y)} Q${r(middle.x)} ${r(middle.y)} ${r(end.x)} ${r(end.y)}`;
}

function head(rect: Rect): Rect {
  return { ...rect, height: Math.min(rect.height, 114) };
}

/** Where the straight line between the two middles leaves the first. */
function edge(from: Rect, to: Rect): { x: number; y: number } {
  const x = from.x + from.width / 2;
  const y = from.y + from.height / 2;
  const dx = to.x + to.width / 2 - x;
  const dy = to.y + to.height / 2 - y;
  if (dx === 0 && dy === 0) return { x, y };
  const scale = Math.min(
    dx === 0 ? Infinity : from.width / 2 / Math.abs(dx),
    dy === 0 ? Infinity : from.height / 2 / Math.abs(dy),
    0.5,
  );
  return { x: x + dx * scale, y: y + dy * scale };
}

function r(value: number): number {
  return Math.round(value * 10) / 10;
}
