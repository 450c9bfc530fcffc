/** Which plugins each org allows. The list of the role at the top holds for all below it. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { readAllowlist, setAllowlist } from "../api/calls";
import type { PluginAllowlist, Workspace } from "../api/types";
import { pluginNames } from "../core/plugins";
import { Ask } from "../parts/Ask";
import { Button, Field, Problem } from "../parts/controls";
import { Read } from "../parts/Read";
import { useTask } from "../parts/useTask";
import { useReadOnly } from "../state/live";
import { useOrg } from "../state/org";
import { keys } from "../state/queries";
import { toast } from "../state/ui";
import { Section } from "./Room";

/** More roots than that are a list nobody reads; the command line reaches them all. */
const MOST = 50;

export function PluginAllowlists() {
  const rows = useOrg((state) => state.rows);
  const tree = useOrg((state) => state.tree);
  const roots = tree.roots.flatMap((id) => rows.get(id) ?? []);
  if (roots.length === 0) return null;
  return (
    <Section
      title="What each org allows"
      note="A list holds for the role at the top and for all below it. When it cannot be read, nothing is installed."
    >
      <ul className="divide-y divide-line border-y border-line" data-testid="allowlists">
        {roots.slice(0, MOST).map((root) => (
          <Org key={root.id} root={root} />
        ))}
      </ul>
      {roots.length > MOST ? (
        <p className="mt-1 text-small text-ink-muted">
          {roots.length - MOST} more: `molecule-stack plugin allowlist --agent NAME` shows each.
        </p>
      ) : null}
    </Section>
  );
}

function Org({ root }: { root: Workspace }) {
  const isReadOnly = useReadOnly();
  const query = useQuery({ queryKey: keys.allowlist(root.id), queryFn: () => readAllowlist(root.id) });
  const [isOpen, setOpen] = useState(false);
  return (
    <li className="py-2.5" data-org={root.name}>
      <div className="flex min-h-7 items-center gap-3">
        <span className="w-[200px] shrink-0 max-[640px]:w-[96px] wrap-anywhere">{root.name}</span>
        <div className="min-w-0 flex-1">
          <Read query={query} failed="The list could not be read" rows={1}>
            {(list) => (
              <p className={list.allow_all ? "text-ink-muted" : "wrap-anywhere"}>
                {list.allow_all
                  ? "Every plugin"
                  : `Only ${list.plugins.map((one) => one.plugin_name).join(", ")}`}
              </p>
            )}
          </Read>
        </div>
        {query.data && !isOpen ? (
          <Button
            look="quiet"
            aria-label={`Change what ${root.name} allows`}
            disabled={isReadOnly}
            onClick={() => setOpen(true)}
          >
            Change
          </Button>
        ) : null}
      </div>
      {query.data && isOpen ? <Edit root={root} list={query.data} onClose={() => setOpen(false)} /> : null}
    </li>
  );
}

function Edit({ root, list, onClose }: { root: Workspace; list: PluginAllowlist; onClose: () => void }) {
  const client = useQueryClient();
  const [text, setText] = useState(list.plugins.map((one) => one.plugin_name).join(", "));
  const [isAsking, setAsking] = useState(false);
  const { isBusy, problem, setProblem, run } = useTask();
  const { names, bad } = pluginNames(text);
  const save = () =>
    run(async () => {
      await setAllowlist(root.id, names);
      await client.invalidateQueries({ queryKey: keys.allowlist(root.id) });
      toast("success", names.length === 0 ? `${root.name} allows every plugin.` : `Saved for ${root.name}.`);
      onClose();
    });
  return (
    <form
      className="mt-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (bad !== null) setProblem(`“${bad}” can name no plugin: letters, digits, dots, - and _.`);
        else if (names.length === 0 && !list.allow_all) setAsking(true);
        else void save();
      }}
    >
      <Field
        label={`Plugins that ${root.name} and all below it may have`}
        hint="Names with commas between them. Nothing here allows every plugin. What is installed already stays."
        placeholder="superpowers, molecule-careful-bash"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {problem ? (
        <div className="mt-2">
          <Problem title="It was not saved" text={problem} />
        </div>
      ) : null}
      <div className="mt-2 flex gap-2">
        <Button type="submit" look="primary" disabled={isBusy}>
          {isBusy ? "Saving" : "Save"}
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
      {isAsking ? (
        <Ask
          title="Allow every plugin"
          action="Allow every plugin"
          onYes={() => void save()}
          onClose={() => setAsking(false)}
        >
          <p>An empty list limits nothing: {root.name} and all below it may then have any plugin.</p>
        </Ask>
      ) : null}
    </form>
  );
}
