/** Keys in the environment of agents: set, replaced and deleted, and never shown. Those of all, or of one role. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { sentence } from "../api/client";
import type { SecretView } from "../api/types";
import { ago } from "../core/format";
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
  /** Scope of the keys that are changed here; those of another one are only shown. */
  whose: "global" | "workspace";
  /** Who takes a change, and how. */
  users: string;
  empty: string;
}

export function SecretKeys({ queryKey, load, save, remove, whose, users, empty }: Props) {
  const client = useQueryClient();
  const isReadOnly = useReadOnly();
  const query = useQuery({ queryKey, queryFn: load });
  const [key, setKey] = useState("");
  const [value, setValue] = useState("");
  const task = useTask();
  const [leaving, setLeaving] = useState<string | null>(null);
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
        className="grid grid-cols-[1fr_1fr_auto] items-end gap-2"
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
          <p>{users}, then without it. The value cannot be shown or brought back.</p>
        </Ask>
      )}
    </>
  );
}
