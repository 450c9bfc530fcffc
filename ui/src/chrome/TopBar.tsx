/** What can be done with the whole org, above the canvas. */

import { FolderOpen, Play, RotateCw, Search, Square } from "lucide-react";
import { Button } from "../parts/controls";
import { askStopAll, command } from "../state/commands";
import { useReadOnly } from "../state/live";
import { useOrg } from "../state/org";
import { openDialog, openPalette } from "../state/ui";
import { isMac } from "./Rail";

export function TopBar() {
  const isReadOnly = useReadOnly();
  const hasRows = useOrg((state) => state.rows.size > 0);
  return (
    <header className="flex h-11 shrink-0 items-center gap-1.5 border-b border-line bg-paper px-3">
      <Button
        icon={<FolderOpen size={14} aria-hidden="true" />}
        disabled={isReadOnly}
        onClick={() => openDialog({ kind: "import" })}
      >
        Open org
      </Button>
      {hasRows ? (
        <>
          <span className="mx-1 h-4 w-px bg-line" />
          <Button
            look="quiet"
            icon={<Play size={13} aria-hidden="true" />}
            disabled={isReadOnly}
            aria-label="Start all agents"
            onClick={() => void command("start", "all")}
          >
            Start all
          </Button>
          <Button
            look="quiet"
            icon={<Square size={12} aria-hidden="true" />}
            disabled={isReadOnly}
            aria-label="Stop all agents"
            onClick={askStopAll}
          >
            Stop all
          </Button>
          <Button
            look="quiet"
            icon={<RotateCw size={13} aria-hidden="true" />}
            disabled={isReadOnly}
            aria-label="Restart all agents"
            onClick={() => void command("restart", "all")}
          >
            Restart all
          </Button>
        </>
      ) : null}
      <span className="flex-1" />
      <button
        type="button"
        aria-label="Search workspaces"
        className="flex h-7 w-[240px] items-center gap-2 rounded-base border border-line bg-raised px-2.5 text-ink-muted hover:border-line-strong"
        onClick={() => openPalette("roles")}
      >
        <Search size={13} aria-hidden="true" />
        <span className="flex-1 text-left">Search roles</span>
        <span className="text-[11px]">/</span>
      </button>
      <Button
        look="quiet"
        aria-label="Open quick help"
        title={`Keys (?), everything by name (${isMac ? "⌘" : "Ctrl"} K)`}
        onClick={() => openDialog({ kind: "keys" })}
      >
        ?
      </Button>
    </header>
  );
}
