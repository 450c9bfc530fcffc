/** Above the canvas: where one is, and what can be done with the whole org. */

import { FolderOpen, Plus, Save, Search } from "lucide-react";
import { useState } from "react";
import { Breadcrumb } from "../canvas/Breadcrumb";
import { Button } from "../parts/controls";
import { later } from "../parts/later";
import { useReadOnly } from "../state/live";
import { useOrg } from "../state/org";
import { openDialog, openPalette } from "../state/ui";
import { AllAgentsButton } from "./AllAgentsButton";
import { modKey } from "./keyNames";

const AllAgents = later(() => import("./AllAgents"), "AllAgents", {
  meanwhile: <AllAgentsButton aria-haspopup="menu" />,
});

/** In a narrow window the buttons are their signs alone; their names stay as labels. */
const NARROW = "max-[640px]:hidden";

export function TopBar() {
  const isReadOnly = useReadOnly();
  const hasRows = useOrg((state) => state.rows.size > 0);
  const hasFiles = useOrg((state) => state.tree.roots.some((id) => state.rows.get(id)?.org_id));
  return (
    <header className="flex h-11 shrink-0 items-center gap-1.5 border-b border-line bg-paper px-3 select-none">
      {hasRows ? <h1 className="sr-only">Org</h1> : null}
      {hasRows ? <Breadcrumb /> : <span className="flex-1" />}
      <button
        type="button"
        aria-label="Search roles"
        title="Search roles (/)"
        className="flex h-7 w-[190px] shrink-0 items-center gap-2 rounded-base border border-line bg-raised px-2.5 text-ink-muted hover:border-line-strong max-[820px]:w-auto"
        onClick={() => openPalette("roles")}
      >
        <Search size={13} aria-hidden="true" />
        <span className="flex-1 text-left max-[820px]:hidden">Search roles</span>
        <span className="text-[11px] max-[820px]:hidden" aria-hidden="true">
          /
        </span>
      </button>
      {hasRows ? <AgentsMenu isReadOnly={isReadOnly} /> : null}
      <Button
        icon={<Plus size={14} aria-hidden="true" />}
        aria-label="New role"
        title="New role"
        disabled={isReadOnly}
        onClick={() => openDialog({ kind: "create" })}
      >
        <span className={NARROW}>New role</span>
      </Button>
      <Button
        icon={<FolderOpen size={14} aria-hidden="true" />}
        aria-label="Open org"
        title="Open org"
        disabled={isReadOnly}
        onClick={() => openDialog({ kind: "import" })}
      >
        <span className={NARROW}>Open org</span>
      </Button>
      {hasFiles ? (
        <Button
          icon={<Save size={14} aria-hidden="true" />}
          aria-label="Save to files"
          className="max-[480px]:hidden"
          title="Show what the files do not have yet, and write it to them"
          disabled={isReadOnly}
          onClick={() => openDialog({ kind: "save" })}
        >
          <span className="max-[900px]:hidden">Save to files</span>
        </Button>
      ) : null}
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

/** The menu is loaded when its button is pressed for the first time. */
function AgentsMenu({ isReadOnly }: { isReadOnly: boolean }) {
  const [isWanted, setWanted] = useState(false);
  if (!isWanted) return <AllAgentsButton aria-haspopup="menu" onClick={() => setWanted(true)} />;
  return <AllAgents isReadOnly={isReadOnly} />;
}
