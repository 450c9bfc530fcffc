/** The queue of updates: what was found for the same plugin stands together, canary roles before the others. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { dismissPluginUpdate, listPluginUpdates } from "../api/calls";
import type { PluginUpdate } from "../api/types";
import { groupUpdates, short, type UpdateGroup } from "../core/plugins";
import { Button, Problem } from "../parts/controls";
import { Read } from "../parts/Read";
import { useTask } from "../parts/useTask";
import { UpdateDialog } from "../plugins/UpdateDialog";
import { useAgain } from "../plugins/useAgain";
import { useReadOnly } from "../state/live";
import { keys } from "../state/queries";

export function PluginUpdates() {
  const query = useQuery({ queryKey: keys.pluginUpdates, queryFn: listPluginUpdates, staleTime: 0 });
  return (
    <Read query={query} failed="The updates could not be listed" rows={2}>
      {(updates) =>
        updates.length === 0 ? (
          <p className="text-ink-muted" data-testid="no-updates">
            None. A plugin that was installed to follow its repository appears here when that has a newer
            version.
          </p>
        ) : (
          <ul className="divide-y divide-line border-y border-line" data-testid="update-queue">
            {groupUpdates(updates).map((group) => (
              <Group key={group.key} group={group} />
            ))}
          </ul>
        )
      }
    </Read>
  );
}

function Group({ group }: { group: UpdateGroup }) {
  const isReadOnly = useReadOnly();
  const again = useAgain();
  const { isBusy, problem, run } = useTask();
  const all = [...group.canary, ...group.production];
  const dismiss = () =>
    run(async () => {
      for (const update of all) await dismissPluginUpdate(update.id);
      await again();
    });
  return (
    <li className="py-3" data-plugin={group.plugin}>
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <p className="wrap-anywhere">
            <span className="font-medium">{group.plugin}</span> {group.targetRef}{" "}
            <span className="font-mono text-small text-ink-muted">{short(group.targetSha)}</span>
          </p>
          <p className="font-mono text-small wrap-anywhere text-ink-muted">{group.repository}</p>
        </div>
        <Button
          look="quiet"
          aria-label={`Not ${group.targetRef} of ${group.plugin}`}
          title="It stays away until there is a newer one"
          disabled={isReadOnly || isBusy}
          onClick={() => void dismiss()}
        >
          Not this one
        </Button>
      </div>
      <dl className="mt-2 space-y-2">
        <Tier word="Canary" updates={group.canary} canaries={[]} />
        <Tier
          word="Production"
          updates={group.production}
          canaries={group.canary.map((one) => one.workspace_name)}
        />
      </dl>
      {problem ? (
        <div className="mt-2">
          <Problem title="That did not work" text={problem} />
        </div>
      ) : null}
    </li>
  );
}

function Tier({
  word,
  updates,
  canaries,
}: {
  word: string;
  updates: readonly PluginUpdate[];
  canaries: readonly string[];
}) {
  const isReadOnly = useReadOnly();
  const [isShown, setShown] = useState(false);
  const [first, ...others] = updates;
  if (!first) return null;
  const isNext = canaries.length === 0;
  return (
    <div className="grid grid-cols-[100px_1fr_auto] items-center gap-3">
      <dt className="text-ink-muted">{word}</dt>
      <dd className="min-w-0 wrap-anywhere">
        {updates
          .slice(0, 12)
          .map((one) => one.workspace_name)
          .join(", ")}
        {updates.length > 12 ? ` and ${updates.length - 12} more` : ""}
      </dd>
      <dd className="flex items-center gap-2">
        {isNext ? null : <span className="text-small text-ink-muted">after canary</span>}
        <Button
          look={isNext ? "primary" : "plain"}
          aria-label={`Show ${first.target_ref} of ${first.plugin_name} for ${word.toLowerCase()}`}
          disabled={isReadOnly}
          onClick={() => setShown(true)}
        >
          Show the update
        </Button>
      </dd>
      {isShown ? (
        <UpdateDialog updates={[first, ...others]} canaries={canaries} onClose={() => setShown(false)} />
      ) : null}
    </div>
  );
}
