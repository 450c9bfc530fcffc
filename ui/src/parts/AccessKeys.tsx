/** Keys of the whole platform, or of one role: made once, shown once, listed by their beginning, ended at any time. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Copy } from "lucide-react";
import { type ReactNode, useState } from "react";
import { sentence } from "../api/client";
import { ago } from "../core/format";
import { useReadOnly } from "../state/live";
import { toast } from "../state/ui";
import { Ask } from "./Ask";
import { Button, Field, Problem } from "./controls";
import { copyText } from "./copy";
import { Read } from "./Read";
import { useTask } from "./useTask";

const LONGEST_NAME = 100;

export interface KeyEntry {
  id: string;
  prefix: string;
  name: string;
  /** Said beside it. */
  note?: string;
  madeAt?: string | null;
  usedAt?: string | null;
}

interface Props {
  queryKey: readonly string[];
  load: () => Promise<readonly KeyEntry[]>;
  /** Makes a key and answers it; the name is empty where keys have none. */
  make: (name: string) => Promise<{ auth_token: string }>;
  revoke: (id: string) => Promise<unknown>;
  /** Label and example of the name that a key is given; without it keys have none. */
  naming?: { label: string; example: string };
  /** Heads the key that was just made. */
  headOf: (name: string) => string;
  /** Said when there is none. */
  empty?: ReactNode;
}

export function AccessKeys({ queryKey, load, make, revoke, naming, headOf, empty }: Props) {
  const client = useQueryClient();
  const isReadOnly = useReadOnly();
  const query = useQuery({ queryKey, queryFn: load });
  const [name, setName] = useState("");
  const [fresh, setFresh] = useState<{ key: string; name: string } | null>(null);
  const task = useTask();
  const again = () => client.invalidateQueries({ queryKey });
  const canMake = !isReadOnly && !task.isBusy && (!naming || name.trim() !== "");

  const makeOne = () =>
    task.run(async () => {
      const made = await make(name.trim());
      setFresh({ key: made.auth_token, name: name.trim() });
      setName("");
      await again();
    });

  const revokeOne = async (entry: KeyEntry) => {
    try {
      await revoke(entry.id);
      toast("success", `${entry.name} is revoked. Whoever used it is refused from now on.`);
    } catch (failure) {
      toast("error", `${entry.name} was not revoked: ${sentence(failure)}`);
    }
    await again();
  };

  return (
    <>
      <form
        className="flex items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (canMake) void makeOne();
        }}
      >
        {naming ? (
          <Field
            label={naming.label}
            className="min-w-0 flex-1"
            placeholder={naming.example}
            maxLength={LONGEST_NAME}
            value={name}
            disabled={isReadOnly}
            onChange={(event) => setName(event.target.value)}
          />
        ) : null}
        <Button
          type="submit"
          look={naming ? "primary" : "plain"}
          className={naming ? "h-8" : ""}
          disabled={!canMake}
        >
          {task.isBusy ? "Making" : "Make key"}
        </Button>
      </form>
      {task.problem ? (
        <div className="mt-3">
          <Problem title="No key was made" text={task.problem} />
        </div>
      ) : null}
      {fresh ? <NewKey value={fresh.key} title={headOf(fresh.name)} onDone={() => setFresh(null)} /> : null}
      <div className="mt-4">
        <Read query={query} failed="The keys could not be read" rows={2}>
          {(entries) =>
            entries.length === 0 ? (
              <p className="text-ink-muted">{empty}</p>
            ) : (
              <KeyList
                entries={entries}
                isReadOnly={isReadOnly}
                onRevoke={(entry) => void revokeOne(entry)}
              />
            )
          }
        </Read>
      </div>
    </>
  );
}

/** Shown once: as a bearer, and as an address for clients that can send no header. */
function NewKey({ value, title, onDone }: { value: string; title: string; onDone: () => void }) {
  return (
    <div role="status" className="mt-3 rounded-base border border-accent bg-raised p-3" data-testid="new-key">
      <p className="font-medium">{title}</p>
      <p className="text-ink-muted">Copy it now: it is not shown again. Whoever has it can use it.</p>
      <dl className="mt-2 space-y-2">
        <Line label="Key" note="for Authorization: Bearer" value={value} />
        <Line
          label="Address"
          note="for a client that can send no key: use it as the platform's URL"
          value={`${location.origin}/c/${value}`}
        />
      </dl>
      <div className="mt-3">
        <Button onClick={onDone}>I have it</Button>
      </div>
    </div>
  );
}

function Line({ label, note, value }: { label: string; note: string; value: string }) {
  return (
    <div>
      <dt className="text-small text-ink-muted">
        {label}, {note}
      </dt>
      <dd className="mt-0.5 flex items-start gap-2">
        <code className="min-w-0 flex-1 rounded-small border border-line bg-sunken px-2 py-1 font-mono text-small break-all select-all">
          {value}
        </code>
        <Button
          aria-label={`Copy ${label.toLowerCase()}`}
          icon={<Copy size={13} aria-hidden="true" />}
          onClick={() => {
            copyText(value).then(
              () => toast("success", `${label} copied.`),
              () => toast("error", `${label} could not be copied. Select it and copy it by hand.`),
            );
          }}
        >
          Copy
        </Button>
      </dd>
    </div>
  );
}

function KeyList({
  entries,
  isReadOnly,
  onRevoke,
}: {
  entries: readonly KeyEntry[];
  isReadOnly: boolean;
  onRevoke: (entry: KeyEntry) => void;
}) {
  const [leaving, setLeaving] = useState<KeyEntry | null>(null);
  return (
    <>
      <ul className="divide-y divide-line border-y border-line" data-testid="key-list">
        {entries.map((entry) => (
          <li key={entry.id} className="flex items-center gap-3 py-1.5">
            <span className="min-w-0 flex-1">
              <span className="block truncate" title={entry.name}>
                {entry.name}
              </span>
              <span className="block text-small text-ink-muted">
                <span className="font-mono">{entry.prefix}…</span>
                {entry.madeAt ? ` made ${ago(entry.madeAt, Date.now())}` : ""},{" "}
                {entry.usedAt ? `used ${ago(entry.usedAt, Date.now())}` : "never used"}
              </span>
            </span>
            <Button
              look="danger"
              aria-label={`Revoke ${entry.name} ${entry.prefix}`}
              disabled={isReadOnly}
              onClick={() => setLeaving(entry)}
            >
              Revoke
            </Button>
          </li>
        ))}
      </ul>
      {leaving === null ? null : (
        <Ask
          title="Revoke this key"
          action="Revoke key"
          onYes={() => onRevoke(leaving)}
          onClose={() => setLeaving(null)}
        >
          <p className="wrap-anywhere">
            {leaving.name} (<span className="font-mono">{leaving.prefix}…</span>) is refused from now on. It
            cannot be given back; a program that still needs access needs a new key.
            {leaving.note ? ` ${leaving.note}` : ""}
          </p>
        </Ask>
      )}
    </>
  );
}
