import { Panel, useStore } from "@xyflow/react";
import { LayoutGrid, Maximize, Minus, Plus, Spline } from "lucide-react";
import { IconButton } from "../parts/controls";
import { useReadOnly } from "../state/live";
import { setShowLinks, useUi } from "../state/ui";
import { fitAll, tidyAll, zoomBy } from "./view";

export function ViewControls() {
  const zoom = useStore((state) => Math.round(state.transform[2] * 100));
  const isReadOnly = useReadOnly();
  const areLinksShown = useUi((state) => state.showLinks);
  return (
    <Panel position="bottom-left">
      <div
        role="toolbar"
        aria-label="View"
        className="flex items-center gap-0.5 rounded-card border border-line bg-raised p-0.5"
      >
        <IconButton label="Zoom out" onClick={() => zoomBy(0.8)}>
          <Minus size={15} aria-hidden="true" />
        </IconButton>
        <span className="w-11 text-center text-small text-ink-muted" aria-live="off">
          {zoom} %
        </span>
        <IconButton label="Zoom in" onClick={() => zoomBy(1.25)}>
          <Plus size={15} aria-hidden="true" />
        </IconButton>
        <IconButton label="Fit everything" onClick={() => fitAll()}>
          <Maximize size={15} aria-hidden="true" />
        </IconButton>
        <IconButton label="Tidy up all teams" disabled={isReadOnly} onClick={() => tidyAll()}>
          <LayoutGrid size={15} aria-hidden="true" />
        </IconButton>
        <IconButton
          label={areLinksShown ? "Hide A2A edges" : "Show A2A edges"}
          aria-pressed={areLinksShown}
          className={areLinksShown ? "text-accent" : ""}
          onClick={() => setShowLinks(!areLinksShown)}
        >
          <Spline size={15} aria-hidden="true" />
        </IconButton>
      </div>
    </Panel>
  );
}
