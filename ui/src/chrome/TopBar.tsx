/** Above the canvas: where one is, and what can be done with the whole org. */

import { ChevronDown, FolderOpen, Search } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { Breadcrumb } from "../canvas/Breadcrumb";
import { Button } from "../parts/controls";
import { Item, MenuBody, Separator } from "../parts/menu";
import { askStopAll, command, foldAll } from "../state/commands";
import { useReadOnly } from "../state/live";
import { useOrg } from "../state/org";
import { openDialog, openPalette } from "../state/ui";
import { modKey } from "./keyNames";

export function TopBar() {
  const isReadOnly = useReadOnly();
  const hasRows = useOrg((state) => state.rows.size > 0);
  return (
    <header className="flex h-11 shrink-0 items-center gap-1.5 border-b border-line bg-paper px-3 select-none">
      {hasRows ? <h1 className="sr-only">Org</h1> : null}
      {hasRows ? <Breadcrumb /> : <span className="flex-1" />}
      <button
        type="button"
        className="flex h-7 w-[190px] shrink-0 items-center gap-2 rounded-base border border-line bg-raised px-2.5 text-ink-muted hover:border-line-strong"
        onClick={() => openPalette("roles")}
      >
        <Search size={13} aria-hidden="true" />
        <span className="flex-1 text-left">Search workspaces</span>
        <span className="text-[11px]" aria-hidden="true">
          /
        </span>
      </button>
      {hasRows ? <AllAgents isReadOnly={isReadOnly} /> : null}
      <Button
        icon={<FolderOpen size={14} aria-hidden="true" />}
        disabled={isReadOnly}
        onClick={() => openDialog({ kind: "import" })}
      >
        Open org
      </Button>
      <Button
        look="quiet"
        aria-label="Open quick help"
        title={`Keys (?), everything by name (${modKey} K)`}
        onClick={() => openDialog({ kind: "keys" })}
      >
        ?
      </Button>
    </header>
  );
}

function AllAgents({ isReadOnly }: { isReadOnly: boolean }) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button data-testid="all-agents">
          All agents
          <ChevronDown size={13} aria-hidden="true" />
        </Button>
      </DropdownMenu.Trigger>
      <MenuBody label="All agents" align="end">
        <Item disabled={isReadOnly} onSelect={() => void command("start", "all")}>
          Start all
        </Item>
        <Item disabled={isReadOnly} onSelect={askStopAll}>
          Stop all
        </Item>
        <Item disabled={isReadOnly} onSelect={() => void command("restart", "all")}>
          Restart all
        </Item>
        <Separator />
        <Item disabled={isReadOnly} onSelect={() => foldAll(true)}>
          Fold all teams
        </Item>
        <Item disabled={isReadOnly} onSelect={() => foldAll(false)}>
          Unfold all teams
        </Item>
      </MenuBody>
    </DropdownMenu.Root>
  );
}
