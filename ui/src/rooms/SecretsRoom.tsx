import { useQuery, useQueryClient } from "@tanstack/react-query";
import { FolderOpen } from "lucide-react";
import { useState } from "react";
import {
  deleteSecret,
  importPersonas,
  listPersonas,
  listSecrets,
  secretDependents,
  setSecret,
} from "../api/calls";
import type { PersonaReport } from "../api/types";
import { plural } from "../core/format";
import { commandPieces, isClosed } from "../core/secretsPlace";
import { Button, Empty, Problem } from "../parts/controls";
import { FolderField } from "../parts/FolderField";
import { Glyph } from "../parts/Glyph";
import { Read } from "../parts/Read";
import { SecretKeys } from "../parts/SecretKeys";
import { useTask } from "../parts/useTask";
import { useReadOnly } from "../state/live";
import { keys } from "../state/queries";
import { Access } from "./Access";
import { hereText, OpenPlace, Unlock } from "./OpenPlace";
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
  const [problem, setProblem] = useState("");
  if (!data) return null;
  const { keychain } = data;
  const isToChoose = isClosed(keychain);
  const kind = keychain.state === "absent" ? "failed" : isToChoose ? "waiting" : "running";
  return (
    <section aria-label="Where secrets are kept">
      {/* A failed try says the same beside the field it is about. */}
      {isToChoose && problem !== "" ? null : (
        <p className="flex items-start gap-2" data-testid="keychain-state">
          <Glyph kind={kind} className="mt-1" />
          <span className="min-w-0 wrap-anywhere">
            <WithCommands text={hereText(keychain.text)} />
          </span>
        </p>
      )}
      {!isToChoose ? null : keychain.waits_for_passphrase ? (
        <Unlock problem={problem} onProblem={setProblem} />
      ) : (
        <OpenPlace problem={problem} onProblem={setProblem} />
      )}
    </section>
  );
}

function WithCommands({ text }: { text: string }) {
  return commandPieces(text).map((piece, at) =>
    at % 2 === 1 ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text have nothing else to tell them apart
      <code key={at} className="font-mono text-small">
        {piece}
      </code>
    ) : (
      piece
    ),
  );
}

/** Only where a place is open: without one there is no key to speak of. */
function SealedWith() {
  const { data } = useQuery({ queryKey: keys.personas, queryFn: listPersonas });
  if (!data || isClosed(data.keychain)) return null;
  return <Sealing isOwn={data.keychain.state !== "environment"} />;
}

function GlobalSecrets() {
  return (
    <Section
      title="Global keys"
      note="Every agent gets these in its environment, unless it has a key of its own with that name."
    >
      <SecretKeys
        queryKey={keys.secrets}
        load={listSecrets}
        save={setSecret}
        remove={deleteSecret}
        dependents={secretDependents}
        whose="global"
        users="Agents that use it restart after their task"
        empty="No global keys yet. The sample org needs none."
      />
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
                  <li key={persona.slug} className="flex flex-wrap items-baseline gap-x-3 py-2">
                    <span className="w-[190px] shrink-0 max-[640px]:w-full truncate font-mono text-small">
                      {persona.slug}
                    </span>
                    <span className="min-w-[120px] flex-1 text-small wrap-anywhere text-ink-muted">
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
