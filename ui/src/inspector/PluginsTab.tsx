/** Plugins of a role: what is installed, what waits, and how more are added. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  applyPluginUpdate,
  availablePlugins,
  checkPluginUpdates,
  dismissPluginUpdate,
  listPlugins,
  listPluginUpdates,
  previewPlugin,
  uninstallPlugin,
} from "../api/calls";
import { sentence } from "../api/client";
import type { InstalledPlugin, PluginPreview, PluginUpdate } from "../api/types";
import { plural } from "../core/format";
import { pluginNote, short, sourceProblem, uninstalledText } from "../core/plugins";
import { Ask } from "../parts/Ask";
import { Badge, Button, Field, Problem } from "../parts/controls";
import { Glyph } from "../parts/Glyph";
import { Read } from "../parts/Read";
import { useTask } from "../parts/useTask";
import { useReadOnly } from "../state/live";
import { keys } from "../state/queries";
import { toast } from "../state/ui";
import { InstallDialog } from "./InstallDialog";

export function PluginsTab({ id }: { id: string }) {
  const query = useQuery({ queryKey: keys.plugins(id), queryFn: () => listPlugins(id), staleTime: 0 });
  const updates = useQuery({ queryKey: keys.pluginUpdates, queryFn: listPluginUpdates, staleTime: 0 });
  return (
    <div className="h-full space-y-5 overflow-y-auto p-4" data-testid="plugins">
      <section aria-label="Installed plugins">
        <div className="mb-1 flex items-center gap-2">
          <h3 className="flex-1 font-medium">Installed</h3>
          <CheckUpdates />
        </div>
        <Read query={query} failed="The plugins could not be listed">
          {(plugins) =>
            plugins.length === 0 ? (
              <p className="text-ink-muted">None. A plugin brings skills, rules, hooks or tools to a role.</p>
            ) : (
              <ul className="divide-y divide-line border-y border-line" data-testid="plugin-list">
                {plugins.map((plugin) => (
                  <Installed
                    key={plugin.name}
                    id={id}
                    plugin={plugin}
                    update={updates.data?.find(
                      (one) => one.workspace_id === id && one.plugin_name === plugin.name,
                    )}
                  />
                ))}
              </ul>
            )
          }
        </Read>
      </section>
      <Add id={id} installed={query.data ?? []} />
    </div>
  );
}

/** Reads anew what a change of plugins touches. */
function useAgain(id: string) {
  const client = useQueryClient();
  return async () => {
    await client.invalidateQueries({ queryKey: keys.plugins(id) });
    await client.invalidateQueries({ queryKey: keys.pluginUpdates });
    await client.invalidateQueries({ queryKey: keys.files(id) });
  };
}

function CheckUpdates() {
  const client = useQueryClient();
  const isReadOnly = useReadOnly();
  const { isBusy, run } = useTask();
  const check = () =>
    run(async () => {
      try {
        const report = await checkPluginUpdates();
        const found = report.found.length;
        const asked = `${plural(report.sources, "source")} asked`;
        if (report.failed.length > 0)
          toast(
            "error",
            `${plural(report.failed.length, "source")} could not be asked: ${report.failed[0]?.error}`,
          );
        else if (report.tracked === 0)
          toast("info", "No plugin follows a repository, so there is nothing to look for.");
        else
          toast(
            "success",
            found > 0 ? `${asked}: ${plural(found, "update")} found.` : `${asked}: all is up to date.`,
          );
        await client.invalidateQueries({ queryKey: keys.pluginUpdates });
      } catch (error) {
        toast("error", `Updates were not looked for: ${sentence(error)}`);
      }
    });
  return (
    <Button look="quiet" disabled={isReadOnly || isBusy} onClick={() => void check()}>
      {isBusy ? "Looking" : "Look for updates"}
    </Button>
  );
}

function Installed({ id, plugin, update }: { id: string; plugin: InstalledPlugin; update?: PluginUpdate }) {
  const isReadOnly = useReadOnly();
  const again = useAgain(id);
  const { isBusy, problem, run } = useTask();
  const [isLeaving, setLeaving] = useState(false);
  const note = pluginNote(plugin);
  const remove = () =>
    run(async () => {
      toast("success", uninstalledText(await uninstallPlugin(id, plugin.name)));
      await again();
    });
  return (
    <li className="py-2" data-plugin={plugin.name}>
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <p className="flex flex-wrap items-center gap-1.5">
            <span className="font-medium">{plugin.name}</span>
            <span className="text-small text-ink-muted">{plugin.version}</span>
            {plugin.track === "none" ? null : <Badge title="It follows this">{plugin.track}</Badge>}
          </p>
          {plugin.description ? <p className="text-small text-ink-muted">{plugin.description}</p> : null}
          <p className="font-mono text-small wrap-anywhere text-ink-muted">
            {plugin.source}
            {plugin.commit ? ` @ ${short(plugin.commit)}` : ""}
          </p>
          {plugin.skills.length > 0 ? (
            <p className="text-small text-ink-muted">Skills: {plugin.skills.join(", ")}</p>
          ) : null}
          {note ? (
            <p className="mt-0.5 flex items-start gap-1.5 text-small">
              <Glyph kind="degraded" size={10} className="mt-1" />
              {note}
            </p>
          ) : null}
        </div>
        <Button
          look="quiet"
          aria-label={`Uninstall ${plugin.name}`}
          disabled={isReadOnly || isBusy}
          onClick={() => setLeaving(true)}
        >
          {isBusy ? "At work" : "Uninstall"}
        </Button>
      </div>
      {update ? <Update id={id} update={update} /> : null}
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

function Update({ id, update }: { id: string; update: PluginUpdate }) {
  const isReadOnly = useReadOnly();
  const again = useAgain(id);
  const { isBusy, problem, run } = useTask();
  const apply = () =>
    run(async () => {
      const { failed } = await applyPluginUpdate(update.id);
      await again();
      if (failed[0]) throw new Error(failed[0].error);
      toast("success", `${update.plugin_name} is at ${update.target_ref} now.`);
    });
  const dismiss = () =>
    run(async () => {
      await dismissPluginUpdate(update.id);
      await again();
    });
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
        <Button look="primary" disabled={isReadOnly || isBusy} onClick={() => void apply()}>
          {isBusy ? "Updating" : "Update"}
        </Button>
        <Button disabled={isReadOnly || isBusy} onClick={() => void dismiss()}>
          Not this one
        </Button>
      </div>
      {problem ? <p className="mt-1 text-failed">{problem}</p> : null}
    </div>
  );
}

function Add({ id, installed }: { id: string; installed: readonly InstalledPlugin[] }) {
  const isReadOnly = useReadOnly();
  const again = useAgain(id);
  const offered = useQuery({
    queryKey: [...keys.plugins(id), "available"],
    queryFn: () => availablePlugins(id),
  });
  const [source, setSource] = useState("");
  const [preview, setPreview] = useState<PluginPreview | null>(null);
  const { isBusy, problem, setProblem, run } = useTask();
  const look = (from: string) => {
    const why = sourceProblem(from);
    if (why !== null) setProblem(why);
    else
      void run(async () => setPreview(await previewPlugin(from.includes("://") ? from : `local://${from}`)));
  };
  const names = new Set(installed.map(({ name }) => name));
  const others = (offered.data ?? []).filter(({ name }) => !names.has(name));
  return (
    <section aria-label="Add a plugin">
      <h3 className="mb-1 font-medium">Add</h3>
      <p className="mb-2 text-ink-muted">
        A plugin is code that runs as this agent. It is fetched and shown to you first; nothing runs before
        you install it.
      </p>
      <form
        className="flex items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          look(source.trim());
        }}
      >
        <Field
          label="Where it comes from"
          className="min-w-0 flex-1"
          placeholder="github://owner/repository#v1.0.0"
          value={source}
          disabled={isReadOnly}
          onChange={(event) => setSource(event.target.value)}
        />
        <Button type="submit" className="h-8" disabled={isReadOnly || isBusy || source.trim() === ""}>
          {isBusy ? "Fetching" : "Show it"}
        </Button>
      </form>
      {problem ? (
        <div className="mt-2">
          <Problem title="It cannot be shown" text={problem} />
        </div>
      ) : null}
      {others.length > 0 ? (
        <>
          <p className="mt-3 text-small text-ink-muted">In the plugins folder</p>
          <ul className="divide-y divide-line border-y border-line" data-testid="plugin-offers">
            {others.map((plugin) => (
              <li key={plugin.name} className="flex items-center gap-2 py-1.5">
                <span className="min-w-0 flex-1">
                  <span className="block truncate">
                    {plugin.name} <span className="text-small text-ink-muted">{plugin.version}</span>
                  </span>
                  <span className="block truncate text-small text-ink-muted">
                    {plugin.error ?? plugin.description}
                  </span>
                </span>
                <Button
                  aria-label={`Show ${plugin.name}`}
                  disabled={isReadOnly || isBusy}
                  onClick={() => look(plugin.name)}
                >
                  Show it
                </Button>
              </li>
            ))}
          </ul>
        </>
      ) : null}
      {preview ? (
        <InstallDialog
          id={id}
          preview={preview}
          isUpdate={names.has(preview.plugin)}
          onClose={() => setPreview(null)}
          onDone={() => {
            setPreview(null);
            setSource("");
            void again();
          }}
        />
      ) : null}
    </section>
  );
}
