import { useQuery, useQueryClient } from "@tanstack/react-query";
import { FolderOpen, Trash2 } from "lucide-react";
import { useState } from "react";
import { deleteSecret, importPersonas, listPersonas, listSecrets, setSecret } from "../api/calls";
import { sentence } from "../api/client";
import type { PersonaReport } from "../api/types";
import { ago, plural } from "../core/format";
import { Ask } from "../parts/Ask";
import { Button, Empty, Field, IconButton, Problem } from "../parts/controls";
import { FolderField } from "../parts/FolderField";
import { Glyph } from "../parts/Glyph";
import { Read } from "../parts/Read";
import { useTask } from "../parts/useTask";
import { useReadOnly } from "../state/live";
import { keys } from "../state/queries";
import { toast } from "../state/ui";
import { Access } from "./Access";
import { isClosed, OpenPlace } from "./OpenPlace";
import { RoomFrame, Section } from "./Room";
import { Sealing } from "./Sealing";

export function SecretsRoom() {
  return (
    <RoomFrame
      title="Secrets"
      lead="Keys that agents need. Values are sealed or in this computer's keychain; they are never shown again."
    >
      <Place />
      <GlobalSecrets />
      <Personas />
      <Access />
      <SealedWith />
    </RoomFrame>
  );
}

/** Where all that follows is kept; while no place is open, how to open one. */
function Place() {
  const { data } = useQuery({ queryKey: keys.personas, queryFn: listPersonas });
  if (!data) return null;
  const { keychain } = data;
  const kind = keychain.state === "absent" ? "failed" : isClosed(keychain) ? "waiting" : "running";
  return (
    <section aria-label="Where secrets are kept">
      <p className="flex items-start gap-2" data-testid="keychain-state">
        <Glyph kind={kind} className="mt-1" />
        <span className="min-w-0 wrap-anywhere">{keychain.text}</span>
      </p>
      {isClosed(keychain) ? <OpenPlace /> : null}
    </section>
  );
}

/** Only where a place is open: without one there is no key to speak of. */
function SealedWith() {
  const { data } = useQuery({ queryKey: keys.personas, queryFn: listPersonas });
  if (!data || isClosed(data.keychain)) return null;
  return <Sealing isOwn={data.keychain.state !== "environment"} />;
}

const NAME = /^[A-Z][A-Z0-9_]{0,127}$/;

function GlobalSecrets() {
  const client = useQueryClient();
  const isReadOnly = useReadOnly();
  const query = useQuery({ queryKey: keys.secrets, queryFn: listSecrets });
  const [key, setKey] = useState("");
  const [value, setValue] = useState("");
  const task = useTask();
  const [leaving, setLeaving] = useState<string | null>(null);
  const known = query.data?.some((secret) => secret.key === key) ?? false;

  const save = () => {
    const name = key.trim();
    if (!NAME.test(name)) {
      task.setProblem(
        "A name is capital letters, digits and underscores, and begins with a letter: ANTHROPIC_API_KEY.",
      );
      return;
    }
    if (value.trim() === "") return;
    void task.run(async () => {
      await setSecret(name, value.trim());
      setKey("");
      setValue("");
      toast("success", `${name} is saved. Agents that use it restart after their task.`);
      await client.invalidateQueries({ queryKey: keys.secrets });
    });
  };

  const remove = async (name: string) => {
    try {
      await deleteSecret(name);
      toast("success", `${name} is deleted.`);
      await client.invalidateQueries({ queryKey: keys.secrets });
    } catch (failure) {
      toast("error", `${name} was not deleted: ${sentence(failure)}`);
    }
  };

  return (
    <Section
      title="Global keys"
      note="Every agent gets these in its environment, unless it has a key of its own with that name."
    >
      <form
        className="grid grid-cols-[1fr_1fr_auto] items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <Field
          label="Name"
          placeholder="ANTHROPIC_API_KEY"
          value={key}
          disabled={isReadOnly}
          onChange={(event) => setKey(event.target.value.toUpperCase().replaceAll(/[\s-]/g, "_"))}
        />
        <Field
          label="Value"
          type="password"
          placeholder="paste value"
          value={value}
          disabled={isReadOnly}
          onChange={(event) => setValue(event.target.value)}
        />
        <Button
          type="submit"
          look="primary"
          className="h-8"
          disabled={isReadOnly || task.isBusy || key === "" || value.trim() === ""}
        >
          {task.isBusy ? "Saving" : known ? "Replace" : "Add"}
        </Button>
      </form>
      {task.problem ? (
        <p role="alert" className="mt-2 text-failed">
          {task.problem}
        </p>
      ) : null}
      <div className="mt-4">
        <Read query={query} failed="The list could not be read">
          {(secrets) =>
            secrets.length === 0 ? (
              <p className="text-ink-muted">No global keys yet. The sample org needs none.</p>
            ) : (
              <ul className="divide-y divide-line border-y border-line" data-testid="secret-list">
                {secrets.map((secret) => (
                  <li key={secret.key} className="flex items-center gap-3 py-1.5">
                    <span className="min-w-0 flex-1 truncate font-mono text-small">{secret.key}</span>
                    <span className="text-small text-ink-muted">
                      set {ago(secret.updated_at, Date.now())}
                    </span>
                    <IconButton
                      label={`Delete ${secret.key}`}
                      disabled={isReadOnly}
                      onClick={() => setLeaving(secret.key)}
                    >
                      <Trash2 size={14} aria-hidden="true" />
                    </IconButton>
                  </li>
                ))}
              </ul>
            )
          }
        </Read>
      </div>
      {leaving === null ? null : (
        <Ask
          title={`Delete ${leaving}`}
          action="Delete key"
          onYes={() => void remove(leaving)}
          onClose={() => setLeaving(null)}
        >
          <p>
            Agents that use it restart without it after their task. The value cannot be shown or brought back.
          </p>
        </Ask>
      )}
    </Section>
  );
}

const ACTIONS: Record<string, string> = {
  created: "added",
  updated: "updated",
  unchanged: "unchanged",
  skipped: "skipped",
};

function Personas() {
  const client = useQueryClient();
  const isReadOnly = useReadOnly();
  const query = useQuery({ queryKey: keys.personas, queryFn: listPersonas });
  const [path, setPath] = useState("");
  const [report, setReport] = useState<PersonaReport | null>(null);
  const { isBusy, problem, run } = useTask();

  const bring = async () => {
    if (path.trim() === "") return;
    setReport(null);
    await run(async () => {
      setReport(await importPersonas(path.trim()));
      await client.invalidateQueries({ queryKey: keys.personas });
    });
  };

  return (
    <Section
      title="Personas"
      note="Keys of one role each, read from <slug>/env files into this computer's keychain. A role whose files are in a folder of that name gets them."
    >
      <form
        className="flex items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          void bring();
        }}
      >
        <FolderField
          label="Folder with persona folders"
          value={path}
          onChange={setPath}
          disabled={isReadOnly}
          placeholder="~/personas"
        />
        <Button
          type="submit"
          look="primary"
          className="h-8"
          icon={<FolderOpen size={14} aria-hidden="true" />}
          disabled={isReadOnly || isBusy || path.trim() === ""}
        >
          {isBusy ? "Reading" : "Import"}
        </Button>
      </form>
      {problem ? (
        <div className="mt-3">
          <Problem title="The personas were not imported" text={problem} />
        </div>
      ) : null}
      {report ? (
        <div role="status" className="mt-3 rounded-base border border-line p-3" data-testid="persona-report">
          <p className="font-medium">{plural(report.personas.length, "folder")} read</p>
          <ul className="mt-1 max-h-52 overflow-y-auto">
            {report.personas.map((persona) => (
              <li key={persona.slug} className="flex gap-3 py-0.5">
                <span className="w-[190px] shrink-0 truncate font-mono text-small">{persona.slug}</span>
                <span className="w-[84px] shrink-0">{ACTIONS[persona.action] ?? persona.action}</span>
                <span className="min-w-0 flex-1 wrap-anywhere text-ink-muted">
                  {persona.reason ?? plural(persona.keys.length, "key")}
                </span>
              </li>
            ))}
          </ul>
        </div>
      ) : null}
      <div className="mt-4">
        <Read query={query} failed="The personas could not be read">
          {({ personas }) =>
            personas.length === 0 ? (
              <Empty title="No personas yet">Roles work without; they then share the global keys.</Empty>
            ) : (
              <ul className="divide-y divide-line border-y border-line" data-testid="persona-list">
                {personas.map((persona) => (
                  <li key={persona.slug} className="flex items-baseline gap-3 py-2">
                    <span className="w-[190px] shrink-0 truncate font-mono text-small">{persona.slug}</span>
                    <span className="min-w-0 flex-1 text-small wrap-anywhere text-ink-muted">
                      {persona.keys.join(", ")}
                    </span>
                    <span className="text-small whitespace-nowrap text-ink-muted">
                      {persona.used_by.length === 0
                        ? "not used"
                        : `used by ${plural(persona.used_by.length, "role")}`}
                    </span>
                  </li>
                ))}
              </ul>
            )
          }
        </Read>
      </div>
    </Section>
  );
}
