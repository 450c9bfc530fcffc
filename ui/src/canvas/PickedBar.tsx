/** What can be done with the cards that are in hand together. */

import { Panel } from "@xyflow/react";
import { Play, RotateCw, Square, X } from "lucide-react";
import { plural } from "../core/format";
import { meant } from "../core/picks";
import { Button, IconButton } from "../parts/controls";
import { useTask } from "../parts/useTask";
import type { Verb } from "../state/commands";
import { useReadOnly } from "../state/live";
import { useOrg } from "../state/org";
import { commandPicked } from "../state/together";
import { pick, useUi } from "../state/ui";

const VERBS: readonly [Verb, string, typeof Play][] = [
  ["start", "Start", Play],
  ["stop", "Stop", Square],
  ["restart", "Restart", RotateCw],
];

export function PickedBar() {
  const picked = useUi((state) => state.picked);
  const count = useOrg((state) => (picked.size === 0 ? 0 : meant(state.rows, state.tree, picked).size));
  const isReadOnly = useReadOnly();
  const { isBusy, run } = useTask();
  if (count === 0) return null;
  return (
    <Panel position="top-center">
      <div
        role="toolbar"
        aria-label="Selected roles"
        data-testid="picked"
        className="flex items-center gap-1 rounded-card border border-line-strong bg-raised p-1 pl-3"
      >
        <span role="status" className="mr-1 whitespace-nowrap">
          {plural(count, "role")} selected
        </span>
        {VERBS.map(([verb, word, Icon]) => (
          <Button
            key={verb}
            look="quiet"
            className="max-[480px]:px-1.5"
            aria-label={`${word} ${plural(count, "selected role")}`}
            disabled={isReadOnly || isBusy}
            icon={<Icon size={13} aria-hidden="true" className="max-[480px]:hidden" />}
            onClick={() => void run(() => commandPicked(verb))}
          >
            {word}
          </Button>
        ))}
        <IconButton label="Clear the selection" onClick={() => pick(new Set())}>
          <X size={15} aria-hidden="true" />
        </IconButton>
      </div>
    </Panel>
  );
}
