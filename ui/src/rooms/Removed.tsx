/** Roles that were removed and can still be brought back. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { listRemoved } from "../api/calls";
import type { RemovedWorkspace } from "../api/types";
import { ago, day, plural } from "../core/format";
import { Button } from "../parts/controls";
import { Read } from "../parts/Read";
import { useReadOnly } from "../state/live";
import { bringBack } from "../state/org";
import { keys } from "../state/queries";
import { Section } from "./Room";

export function Removed() {
  const query = useQuery({ queryKey: keys.removed, queryFn: listRemoved, staleTime: 0 });
  return (
    <Section
      title="Removed roles"
      note="A removed role keeps its chat, secrets and work files for thirty days. Until then it can be brought back, with all that went with it."
    >
      <Read query={query} failed="The removed roles could not be read" rows={1}>
        {(removed) =>
          removed.length === 0 ? (
            <p className="text-ink-muted">None.</p>
          ) : (
            <ul className="divide-y divide-line border-y border-line" data-testid="removed-list">
              {removed.map((one) => (
                <Line key={one.id} one={one} />
              ))}
            </ul>
          )
        }
      </Read>
    </Section>
  );
}

function Line({ one }: { one: RemovedWorkspace }) {
  const isReadOnly = useReadOnly();
  const [isBusy, setIsBusy] = useState(false);
  return (
    <li className="flex items-center gap-3 py-2">
      <div className="min-w-0 flex-1">
        <p className="truncate">
          {one.name}
          {one.below > 0 ? (
            <span className="text-ink-muted"> and {plural(one.below, "role")} below it</span>
          ) : null}
        </p>
        <p className="truncate text-small text-ink-muted">
          Removed {ago(one.removed_at, Date.now())}; can be brought back until {day(one.restorable_until)}
        </p>
      </div>
      <Button
        disabled={isReadOnly || isBusy}
        aria-label={`Bring back ${one.name}`}
        onClick={() => {
          setIsBusy(true);
          void bringBack(one.id).finally(() => setIsBusy(false));
        }}
      >
        {isBusy ? "Bringing back" : "Bring back"}
      </Button>
    </li>
  );
}
