/** Plugins of the whole platform: updates that wait, what can be installed, and what each org allows. */

import { useQuery } from "@tanstack/react-query";
import { listRegistry } from "../api/calls";
import { AddPlugin } from "../plugins/AddPlugin";
import { CheckUpdates } from "../plugins/CheckUpdates";
import { keys } from "../state/queries";
import { PluginAllowlists } from "./PluginAllowlists";
import { PluginsWanted } from "./PluginsWanted";
import { PluginUpdates } from "./PluginUpdates";
import { RoomFrame, Section } from "./Room";

const NOTHING: ReadonlySet<string> = new Set();

export function PluginsRoom() {
  const registry = useQuery({ queryKey: keys.registry, queryFn: listRegistry, staleTime: 0 });
  return (
    <RoomFrame
      title="Plugins"
      lead="A plugin brings skills, rules, hooks or tools to a role. What a role has stands in its Plugins tab."
      actions={<CheckUpdates look="plain" />}
    >
      <Section
        title="Updates that wait"
        note="Repositories that plugins follow are asked every six hours. Nothing is updated by itself: an update is shown first, and canary roles get it before the others."
      >
        <PluginUpdates />
      </Section>
      <PluginsWanted />
      <Section
        title="Add a plugin"
        note="It is fetched and shown to you first; nothing of it runs before you install it in a role."
      >
        <AddPlugin installed={NOTHING} offered={registry} />
      </Section>
      <PluginAllowlists />
    </RoomFrame>
  );
}
