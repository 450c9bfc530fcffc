/** One plugin of a role. */

import { useState } from "react";
import { dismissPluginUpdate, uninstallPlugin } from "../api/calls";
import type { InstalledPlugin as Plugin, PluginUpdate } from "../api/types";
import { pluginNote, short, uninstalledText } from "../core/plugins";
import { Ask } from "../parts/Ask";
import { Badge, Button, Problem } from "../parts/controls";
import { Glyph } from "../parts/Glyph";
import { useTask } from "../parts/useTask";
import { CodeText } from "../plugins/PreviewBody";
import { UpdateDialog } from "../plugins/UpdateDialog";
import { useAgain } from "../plugins/useAgain";
import { useReadOnly } from "../state/live";
import { toast } from "../state/ui";

interface Props {
  id: string;
  plugin: Plugin;
  /** What waits for it. */
  update?: PluginUpdate;
  /** What waits for anybody. */
  waiting: readonly PluginUpdate[];
}

export function InstalledPlugin({ id, plugin, update, waiting }: Props) {
  const isReadOnly = useReadOnly();
  const again = useAgain();
  const { isBusy, problem, run } = useTask();
  const [isLeaving, setLeaving] = useState(false);
  const note = pluginNote(plugin);
  const remove = () =>
    run(async () => {
      toast("success", uninstalledText(await uninstallPlugin(id, plugin.name)));
      await again(id);
    });
  return (
    <li className="py-2" data-plugin={plugin.name}>
      <div className="flex items-start gap-2">
        <p className="flex min-w-0 flex-1 flex-wrap items-center gap-1.5 pt-0.5">
          <span className="font-medium wrap-anywhere">{plugin.name}</span>
          <span className="text-small text-ink-muted">{plugin.version}</span>
          {plugin.track === "none" ? null : (
            <Badge title={`It follows ${plugin.track}`}>follows {plugin.track.replace("tag:", "")}</Badge>
          )}
        </p>
        <Button
          look="quiet"
          className="-mr-2.5"
          aria-label={`Uninstall ${plugin.name}`}
          disabled={isReadOnly || isBusy}
          onClick={() => setLeaving(true)}
        >
          {isBusy ? "At work" : "Uninstall"}
        </Button>
      </div>
      {plugin.description ? (
        <p className="line-clamp-3 text-small text-ink-muted" title={plugin.description}>
          {plugin.description}
        </p>
      ) : null}
      <p className="font-mono text-small wrap-anywhere text-ink-muted">
        {plugin.source}
        {plugin.commit && !plugin.source.endsWith(plugin.commit) ? ` @ ${short(plugin.commit)}` : ""}
      </p>
      {plugin.skills.length > 0 ? (
        <p className="text-small text-ink-muted">Skills: {plugin.skills.join(", ")}</p>
      ) : null}
      {note ? (
        <p className="mt-0.5 flex items-start gap-1.5 text-small">
          <Glyph kind={plugin.setup?.state === "due" ? "waiting" : "degraded"} size={10} className="mt-1" />
          <span className="min-w-0 wrap-anywhere">{note}</span>
        </p>
      ) : null}
      {plugin.setup?.log ? (
        <details className="mt-1" data-testid="setup-log">
          <summary className="cursor-pointer text-small text-ink-muted">What setup.sh printed</summary>
          <CodeText text={plugin.setup.log} />
        </details>
      ) : null}
      {update ? <Waiting update={update} waiting={waiting} /> : null}
      {problem ? (
        <div className="mt-2">
          <Problem title="That did not work" text={problem} />
        </div>
      ) : null}
      {isLeaving ? (
        <Ask
          title={`Uninstall ${plugin.name}`}
          action="Uninstall"
          onYes={() => void remove()}
          onClose={() => setLeaving(false)}
        >
          <p>
            Its files leave this role, and what it wrote into the role's own files goes too unless it was
            changed since. The agent restarts if it has to.
          </p>
        </Ask>
      ) : null}
    </li>
  );
}

function Waiting({ update, waiting }: { update: PluginUpdate; waiting: readonly PluginUpdate[] }) {
  const isReadOnly = useReadOnly();
  const again = useAgain();
  const { isBusy, problem, run } = useTask();
  const [isShown, setShown] = useState(false);
  const dismiss = () =>
    run(async () => {
      await dismissPluginUpdate(update.id);
      await again(update.workspace_id);
    });
  const canaries = waiting.filter(
    (one) =>
      update.update_tier !== "canary" &&
      one.update_tier === "canary" &&
      one.plugin_name === update.plugin_name &&
      one.target_sha === update.target_sha,
  );
  return (
    <div className="mt-2 rounded-base border border-accent p-2" data-testid="plugin-update">
      <p>
        {update.target_ref} is there
        <span className="font-mono text-small text-ink-muted"> {short(update.target_sha)}</span>
        {update.current_sha ? (
          <span className="text-ink-muted">
            , installed is <span className="font-mono text-small">{short(update.current_sha)}</span>
          </span>
        ) : null}
      </p>
      <div className="mt-1.5 flex gap-2">
        <Button look="primary" disabled={isReadOnly || isBusy} onClick={() => setShown(true)}>
          Show the update
        </Button>
        <Button disabled={isReadOnly || isBusy} onClick={() => void dismiss()}>
          Not this one
        </Button>
      </div>
      {problem ? <p className="mt-1 text-failed">{problem}</p> : null}
      {isShown ? (
        <UpdateDialog
          updates={[update]}
          canaries={canaries.map((one) => one.workspace_name)}
          onClose={() => setShown(false)}
        />
      ) : null}
    </div>
  );
}
