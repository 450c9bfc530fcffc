/** Where the card in hand would go, in letters of one size from however far one looks, over everything else. */

import { useStore, ViewportPortal } from "@xyflow/react";
import { useOrg } from "../state/org";
import { useDrop } from "./drop";

/** Above the card in hand. */
const HEIGHT = 1001;
/** Room for the hint above the frame, and the least distance from the edges of the window, in pixels. */
const ABOVE = 28;
const EDGE = 8;

export function DropHint() {
  const target = useDrop((state) => state.target);
  return target === null ? null : <Hint id={target} />;
}

function Hint({ id }: { id: string }) {
  const name = useOrg((state) => state.rows.get(id)?.name ?? "");
  const rect = useOrg((state) => state.layout.places.get(id)?.rect);
  const [x, y, zoom] = useStore((state) => state.transform);
  if (!rect) return null;
  // A frame may begin outside of what is seen.
  const left = Math.max(rect.x, (EDGE - x) / zoom);
  const top = Math.max(rect.y - ABOVE / zoom, (EDGE - y) / zoom);
  return (
    <ViewportPortal>
      <div
        data-testid="drop-hint"
        className="pointer-events-none absolute top-0 left-0 origin-top-left rounded-base bg-accent px-2 py-0.5 text-small whitespace-nowrap text-on-accent"
        style={{ zIndex: HEIGHT, transform: `translate(${left}px, ${top}px) scale(${1 / zoom})` }}
      >
        Drop into: {name}
      </div>
    </ViewportPortal>
  );
}
