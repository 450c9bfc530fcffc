/** Keys in the environment of agents: set, replaced and deleted, and never shown. Those of all, or of one role. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { validateSecret } from "../api/calls";
import { sentence } from "../api/client";
import type { SecretDependents, SecretValidated, SecretView } from "../api/types";
import { ago } from "../core/format";
import { named, providerOf } from "../core/keys";
import { useReadOnly } from "../state/live";
import { toast } from "../state/ui";
import { Ask } from "./Ask";
import { Button, Field, IconButton } from "./controls";
import { Read } from "./Read";
import { useTask } from "./useTask";

const NAME = /^[A-Z][A-Z0-9_]{0,127}$/;

interface Props {
  queryKey: readonly string[];
  load: () => Promise<SecretView[]>;
  save: (key: string, value: string) => Promise<unknown>;
  remove: (key: string) => Promise<unknown>;
  /** Who gets a key. */
  dependents: (key: string) => Promise<SecretDependents>;
  /** Scope of the keys that are changed here; those of another one are only shown. */
  whose: "global" | "workspace";
  /** Who takes a change, and how. */
  users: string;
  empty: string;
}

export function SecretKeys({ queryKey, load, save, remove, dependents, whose, users, empty }: Props) {
  const client = useQueryClient();
  const isReadOnly = useReadOnly();
  const query = useQuery({ queryKey, queryFn: load });
  const [key, setKey] = useState("");
  const [value, setValue] = useState("");
  const task = useTask();
  const [leaving, setLeaving] = useState<string | null>(null);
  const test = useTask();
  const [tested, setTested] = useState<SecretValidated | null>(null);
  const provider = providerOf(key);
  const known = query.data?.some((secret) => secret.key === key && secret.scope === whose) ?? false;

  const saveOne = () => {
    const name = key.trim();
    if (!NAME.test(name)) {
      task.setProblem(
        "A name is capital letters, digits and underscores, and begins with a letter: ANTHROPIC_API_KEY.",
      );
      return;
    }
    if (value.trim() === "") return;
    void task.run(async () => {
      await save(name, value.trim());
      setKey("");
      setValue("");
      toast("success", `${name} is saved. ${users}.`);
      await client.invalidateQueries({ queryKey });
    });
  };

  const testOne = () => {
    if (provider === null) return;
    setTested(null);
    void test.run(async () => setTested(await validateSecret(provider, value.trim())));
  };

  const removeOne = async (name: string) => {
    try {
      await remove(name);
      toast("success", `${name} is deleted.`);
      await client.invalidateQueries({ queryKey });
    } catch (failure) {
      toast("error", `${name} was not deleted: ${sentence(failure)}`);
    }
  };

  return (
    <>
      <form
        className="grid grid-cols-[1.4fr_1fr_auto] items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          saveOne();
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
          onChange={(event) => {
            setTested(null);
            setValue(event.target.value);
          }}
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
      {provider !== null && value.trim() !== "" ? (
        <p className="mt-2 flex items-center gap-3" data-testid="key-test">
          <Button disabled={isReadOnly || test.isBusy} onClick={testOne}>
            {test.isBusy ? "Testing" : "Test key"}
          </Button>
          <span role="status" className={tested?.valid ? "text-running" : "text-failed"}>
            {test.problem || (tested === null ? "" : tested.valid ? "The key works." : tested.error)}
          </span>
        </p>
      ) : null}
      <div className="mt-4">
        <Read query={query} failed="The list could not be read">
          {(secrets) =>
            secrets.length === 0 ? (
              <p className="text-ink-muted">{empty}</p>
            ) : (
              <ul className="divide-y divide-line border-y border-line" data-testid="secret-list">
                {secrets.map((secret) => (
                  <li key={secret.key} className="flex min-h-9 items-center gap-3 py-1">
                    <span className="min-w-0 flex-1 truncate font-mono text-small">{secret.key}</span>
                    <span className="text-small text-ink-muted">
                      {secret.scope === whose
                        ? `set ${ago(secret.updated_at, Date.now())}`
                        : "from the global keys"}
                    </span>
                    {secret.scope === whose ? (
                      <IconButton
                        label={`Delete ${secret.key}`}
                        disabled={isReadOnly}
                        onClick={() => setLeaving(secret.key)}
                      >
                        <Trash2 size={14} aria-hidden="true" />
                      </IconButton>
                    ) : null}
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
          onYes={() => void removeOne(leaving)}
          onClose={() => setLeaving(null)}
        >
          <Dependents id={leaving} load={dependents} />
          <p>{users}, then without it. The value cannot be shown or brought back.</p>
        </Ask>
      )}
    </>
  );
}

/** Names who gets a key. That nobody knows is said as such. */
function Dependents({ id, load }: { id: string; load: (key: string) => Promise<SecretDependents> }) {
  const { data, isError } = useQuery({
    queryKey: ["secret-dependents", id],
    queryFn: () => load(id),
    gcTime: 0,
  });
  if (isError) return <p className="mb-2">Who uses it could not be read.</p>;
  if (!data) return <p className="mb-2 text-ink-muted">Looking who uses it</p>;
  return (
    <p className="mb-2" data-testid="secret-dependents">
      {data.dependents.length === 0 ? "No role gets it now." : `It goes to ${named(data.dependents)}.`}
    </p>
  );
}
