/** More plugins: from a source that is typed, or from the plugins folder. Each is shown before it is installed. */

import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { previewPlugin, readPluginSources } from "../api/calls";
import type { Plugin, PluginPreview } from "../api/types";
import { sourceProblem } from "../core/plugins";
import { Button, Field, Problem } from "../parts/controls";
import { Glyph } from "../parts/Glyph";
import { Read } from "../parts/Read";
import { useTask } from "../parts/useTask";
import { useReadOnly } from "../state/live";
import { keys } from "../state/queries";
import { InstallDialog } from "./InstallDialog";
import { useAgain } from "./useAgain";

interface Props {
  /** The role that gets it; without one it is asked for. */
  id?: string;
  /** Names of what it has. */
  installed: ReadonlySet<string>;
  /** What the plugins folder offers. */
  offered: UseQueryResult<Plugin[]>;
}

export function AddPlugin({ id, installed, offered }: Props) {
  const isReadOnly = useReadOnly();
  const again = useAgain();
  const [source, setSource] = useState("");
  const [preview, setPreview] = useState<PluginPreview | null>(null);
  const { isBusy, problem, setProblem, run } = useTask();
  const look = (from: string) => {
    const why = sourceProblem(from);
    if (why !== null) setProblem(why);
    else
      void run(async () => setPreview(await previewPlugin(from.includes("://") ? from : `local://${from}`)));
  };
  return (
    <>
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
      <Folder />
      <Read query={offered} failed="The plugins folder could not be read" rows={2}>
        {(all) => {
          const others = all.filter(({ name }) => !installed.has(name));
          return others.length === 0 ? (
            <p className="text-ink-muted">
              {all.length === 0
                ? "Nothing that fits. A folder with a plugin.yaml in it is offered here."
                : "Nothing more."}
            </p>
          ) : (
            <ul className="divide-y divide-line border-y border-line" data-testid="plugin-offers">
              {others.map((plugin) => (
                <Offer
                  key={plugin.name}
                  plugin={plugin}
                  isOff={isReadOnly || isBusy}
                  onShow={() => look(plugin.name)}
                />
              ))}
            </ul>
          );
        }}
      </Read>
      {preview ? (
        <InstallDialog
          id={id}
          preview={preview}
          isUpdate={installed.has(preview.plugin)}
          onClose={() => setPreview(null)}
          onDone={(role) => {
            setPreview(null);
            setSource("");
            void again(role);
          }}
        />
      ) : null}
    </>
  );
}

/** Where a person puts plugins of their own. */
function Folder() {
  const { data } = useQuery({ queryKey: keys.pluginSources, queryFn: readPluginSources });
  return (
    <p className="mt-4 mb-1 text-small wrap-anywhere text-ink-muted">
      In the plugins folder{" "}
      {data?.registry ? <span className="font-mono select-all">{data.registry}</span> : null}
    </p>
  );
}

function Offer({ plugin, isOff, onShow }: { plugin: Plugin; isOff: boolean; onShow: () => void }) {
  return (
    <li className="flex items-center gap-3 py-2">
      <span className="min-w-0 flex-1">
        <span className="block wrap-anywhere">
          {plugin.name} <span className="text-small text-ink-muted">{plugin.version}</span>
        </span>
        {plugin.error ? (
          <span className="flex items-start gap-1.5 text-small">
            <Glyph kind="degraded" size={10} className="mt-1" />
            <span className="min-w-0 wrap-anywhere">{plugin.error}</span>
          </span>
        ) : (
          <span className="line-clamp-2 text-small text-ink-muted">{plugin.description}</span>
        )}
        {plugin.runtimes.length > 0 ? (
          <span className="block text-small text-ink-muted">For {plugin.runtimes.join(", ")}</span>
        ) : null}
      </span>
      <Button aria-label={`Show ${plugin.name}`} disabled={isOff} onClick={onShow}>
        Show
      </Button>
    </li>
  );
}
