/** A key that was just made, and the list of those there are. Used for the whole platform and for one role. */

import { Copy } from "lucide-react";
import { useState } from "react";
import { ago } from "../core/format";
import { toast } from "../state/ui";
import { Button } from "./controls";
import { copyText } from "./copy";
import { Modal } from "./Modal";

/** Shown once: as a bearer, and as an address for clients that can send no header. */
export function NewKey({ value, title, onDone }: { value: string; title: string; onDone: () => void }) {
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

export interface KeyEntry {
  id: string;
  prefix: string;
  name: string;
  madeAt?: string | null;
  usedAt?: string | null;
}

export function KeyList({
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
        <Modal
          isAlert
          title="Revoke this key"
          onClose={() => setLeaving(null)}
          footer={
            <>
              <Button autoFocus onClick={() => setLeaving(null)}>
                Cancel
              </Button>
              <Button
                look="danger"
                onClick={() => {
                  setLeaving(null);
                  onRevoke(leaving);
                }}
              >
                Revoke key
              </Button>
            </>
          }
        >
          <p className="wrap-anywhere">
            {leaving.name} (<span className="font-mono">{leaving.prefix}…</span>) is refused from now on. It
            cannot be given back; a program that still needs access needs a new key.
          </p>
        </Modal>
      )}
    </>
  );
}
