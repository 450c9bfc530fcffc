/** Plugins of a role: what is installed, what waits, and how more are added. */

import { useQuery } from "@tanstack/react-query";
import { availablePlugins, listPlugins, listPluginUpdates } from "../api/calls";
import { Check } from "../parts/controls";
import { Read } from "../parts/Read";
import { AddPlugin } from "../plugins/AddPlugin";
import { CheckUpdates } from "../plugins/CheckUpdates";
import { useReadOnly } from "../state/live";
import { change, useOrg } from "../state/org";
import { keys } from "../state/queries";
import { InstalledPlugin } from "./InstalledPlugin";

export function PluginsTab({ id }: { id: string }) {
  const query = useQuery({ queryKey: keys.plugins(id), queryFn: () => listPlugins(id), staleTime: 0 });
  const updates = useQuery({ queryKey: keys.pluginUpdates, queryFn: listPluginUpdates, staleTime: 0 });
  const offered = useQuery({
    queryKey: [...keys.plugins(id), "available"],
    queryFn: () => availablePlugins(id),
    staleTime: 0,
  });
  const waiting = updates.data ?? [];
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
                  <InstalledPlugin
                    key={plugin.name}
                    id={id}
                    plugin={plugin}
                    update={waiting.find((one) => one.workspace_id === id && one.plugin_name === plugin.name)}
                    waiting={waiting}
                  />
                ))}
              </ul>
            )
          }
        </Read>
        <Canary id={id} />
      </section>
      <section aria-label="Add a plugin">
        <h3 className="mb-1 font-medium">Add</h3>
        <p className="mb-2 text-ink-muted">
          A plugin is code that runs as this agent. It is fetched and shown to you first; nothing runs before
          you install it.
        </p>
        <AddPlugin
          id={id}
          installed={new Set((query.data ?? []).map(({ name }) => name))}
          offered={offered}
        />
      </section>
    </div>
  );
}

/** Who gets updates first. */
function Canary({ id }: { id: string }) {
  const row = useOrg((state) => state.rows.get(id));
  const isReadOnly = useReadOnly();
  if (!row) return null;
  return (
    <div className="mt-3">
      <Check
        checked={row.update_tier === "canary"}
        disabled={isReadOnly}
        onChange={(on) =>
          void change(`Updates of ${row.name}`, [
            { id, patch: { update_tier: on ? "canary" : "production" } },
          ])
        }
        note="The other roles get an update only after canary roles have it."
      >
        Canary: gets updates of plugins first
      </Check>
    </div>
  );
}
