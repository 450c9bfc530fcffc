import { useQuery } from "@tanstack/react-query";
import { ArrowRight, Moon, Pause, Play, RotateCw, Sun } from "lucide-react";
import { type ChangeEvent, type KeyboardEvent, type ReactNode, useEffect, useState } from "react";
import { listAgentRecords } from "../api/calls";
import type { Workspace } from "../api/types";
import { focusCard } from "../canvas/view";
import { ago, plural, span } from "../core/format";
import { runningFor, shownOf } from "../core/status";
import { descendants, membersOf } from "../core/tree";
import { Button, Check } from "../parts/controls";
import { Glyph } from "../parts/Glyph";
import { useStandIn } from "../parts/useStandIn";
import { askRemove, command, edit, pause, restart, resume, sleep, wake } from "../state/commands";
import { useBeat } from "../state/life";
import { useReadOnly } from "../state/live";
import { change, useOrg } from "../state/org";
import { keys } from "../state/queries";
import { goTo, openDialog, select } from "../state/ui";
import { RoleAccess } from "./RoleAccess";
import { RoleSecrets } from "./RoleSecrets";
import { RoleTimes } from "./RoleTimes";

const NEXT: Record<string, { text: string; label?: string; run?: () => void }> = {
  tier_not_granted: {
    text: "It runs hardened at tier 2. Open its org's plan to grant what it asks for.",
    label: "Open an org folder",
    run: () => openDialog({ kind: "import" }),
  },
};

export function DetailsTab({ id }: { id: string }) {
  const row = useOrg((state) => state.rows.get(id));
  const tree = useOrg((state) => state.tree);
  const rows = useOrg((state) => state.rows);
  if (!row) return null;
  const shown = shownOf(row);
  const members = membersOf(tree, id);
  const parent = tree.parent.get(id) ?? null;
  const next = row.status_reason ? NEXT[row.status_reason.code] : undefined;
  return (
    <div className="h-full space-y-5 overflow-y-auto p-4">
      <section aria-label="State" data-testid="details-state">
        <p className="flex items-start gap-2">
          <Glyph kind={shown.kind} className="mt-1" />
          <span className="min-w-0 wrap-anywhere">
            <span className="font-medium" style={{ color: `var(--status-${shown.kind})` }}>
              {shown.word}
            </span>
            {shown.line ? <span> · {shown.line}</span> : null}
          </span>
        </p>
        {row.status_reason && row.status_reason.text !== shown.line ? (
          <p className="mt-1 pl-5 text-ink-muted">{row.status_reason.text}</p>
        ) : null}
        {next ? (
          <p className="mt-1 pl-5 text-ink-muted">
            {next.text}{" "}
            {next.label ? (
              <button type="button" className="text-accent underline underline-offset-2" onClick={next.run}>
                {next.label}
              </button>
            ) : null}
          </p>
        ) : null}
        {row.needs_restart ? (
          <p className="mt-1 pl-5 text-ink-muted">A change waits for the next restart.</p>
        ) : null}
        <Actions row={row} />
      </section>

      <Facts>
        <Edit id={id} label="Role" field="role" value={row.role ?? ""} isLong />
        {row.runtime === "external" ? (
          <Fact label="Runtime">external</Fact>
        ) : (
          <Edit id={id} label="Runtime" field="runtime" value={row.runtime} />
        )}
        <StandIn runtime={row.runtime} />
        <Edit id={id} label="Model" field="model" value={row.model ?? ""} placeholder="the runtime's own" />
        <Assigned key={`${id} ${row.model}`} id={id} />
        <TierOf row={row} />
        <Fact label="Reports to">
          {parent ? <Link id={parent}>{rows.get(parent)?.name}</Link> : "nobody: stands alone"}
        </Fact>
        {parent === null ? <Isolation row={row} /> : null}
        <Life row={row} />
        {row.import_key ? <InFiles id={id} row={row} /> : null}
        <Fact label="Id">
          <span className="font-mono text-small wrap-anywhere select-all">{row.id}</span>
        </Fact>
      </Facts>

      {members.length > 0 ? (
        <section aria-label="Team">
          <h3 className="mb-1 font-medium">
            Team{" "}
            <span className="font-normal text-ink-muted">{plural(descendants(tree, id).length, "role")}</span>
          </h3>
          <div className="mb-2 flex flex-wrap gap-1.5">
            <TeamButtons id={id} />
          </div>
          <ul className="divide-y divide-line border-y border-line">
            {members.slice(0, 50).map((member) => {
              const other = rows.get(member);
              if (!other) return null;
              const state = shownOf(other);
              return (
                <li key={member}>
                  <button
                    type="button"
                    className="flex w-full items-center gap-2 px-1 py-1.5 text-left hover:bg-sunken"
                    onClick={() => {
                      select(member);
                      focusCard(member);
                    }}
                  >
                    <Glyph kind={state.kind} />
                    <span className="min-w-0 flex-1 truncate">{other.name}</span>
                    <span className="text-small text-ink-muted">{state.word}</span>
                  </button>
                </li>
              );
            })}
          </ul>
          {members.length > 50 ? (
            <p className="mt-1 text-small text-ink-muted">{members.length - 50} more</p>
          ) : null}
        </section>
      ) : null}

      <Skills card={row.agent_card} />

      <RoleTimes key={`times ${id}`} id={id} />

      <RoleSecrets key={`keys ${id}`} id={id} />

      <RoleAccess key={id} id={id} name={row.name} />

      <section aria-label="Remove">
        <RemoveButton id={id} />
      </section>
    </div>
  );
}

/** Said where one looks for the model: with this image none answers. */
function StandIn({ runtime }: { runtime: string }) {
  const isStandIn = useStandIn(runtime);
  if (!isStandIn) return null;
  return (
    <Fact label="Runs on">
      the built-in stand-in image: no model answers.{" "}
      <button
        type="button"
        className="text-accent underline underline-offset-2"
        onClick={() => goTo("settings")}
      >
        Choose another image
      </button>
    </Fact>
  );
}

/** Roots talk to each other unless one keeps to itself. */
function Isolation({ row }: { row: Workspace }) {
  const isReadOnly = useReadOnly();
  return (
    <Fact label="Other roots">
      <Check
        checked={row.isolated}
        disabled={isReadOnly}
        onChange={(isolated) =>
          void change(`${isolated ? "Isolate" : "Open"} ${row.name}`, [{ id: row.id, patch: { isolated } }])
        }
      >
        Keeps to itself: no other root, nor its team, can talk to it
      </Check>
    </Fact>
  );
}

/** Since when the role works with the model it was given; nothing where none was. */
function Assigned({ id }: { id: string }) {
  const { data } = useQuery({ queryKey: keys.agents(id), queryFn: () => listAgentRecords(id), staleTime: 0 });
  const record = data?.[0];
  if (!record) return null;
  return (
    <Fact label="Agent">
      <span data-testid="agent-record">
        {record.model} on {record.runtime}, {record.status}; assigned {ago(record.created_at, Date.now())}
      </span>
    </Fact>
  );
}

const LIFE_MS = 15_000;

/** How long it runs and when it was last heard; both grow while one looks at them. */
function Life({ row }: { row: Workspace }) {
  const [now, setNow] = useState(Date.now());
  const beat = useBeat(row.id);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), LIFE_MS);
    return () => clearInterval(timer);
  }, []);
  if (row.runtime === "mock") return <Fact label="Runs">inside the platform, without a container</Fact>;
  const heard = beat?.at ?? row.last_heartbeat_at;
  const seconds = runningFor(row.status, beat?.uptime ?? row.uptime_seconds, heard, now);
  return (
    <>
      {seconds === null ? null : <Fact label="Running for">{span(seconds)}</Fact>}
      <Fact label="Last sign of life">{heard ? ago(heard, now) : "none yet"}</Fact>
    </>
  );
}

function TierOf({ row }: { row: Workspace }) {
  const isReadOnly = useReadOnly();
  return (
    <Fact label="Tier">
      <select
        aria-label="Tier"
        value={row.tier}
        disabled={isReadOnly}
        className="-mx-1 h-6 rounded-small border border-transparent bg-transparent px-0.5 hover:border-line focus:border-line-strong"
        onChange={(event) => void edit(row.id, { tier: Number(event.target.value) }, "Change the tier")}
      >
        {Object.entries(TIERS).map(([tier, word]) => (
          <option key={tier} value={tier}>
            {tier} ({word})
          </option>
        ))}
      </select>
      {row.tier_granted < row.tier ? (
        <span className="text-ink-muted"> granted {row.tier_granted}</span>
      ) : null}
    </Fact>
  );
}

/** How the files name it, and what only they say about it. */
function InFiles({ id, row }: { id: string; row: Workspace }) {
  const org = row.org_id;
  return (
    <Fact label="In the files">
      {row.import_key?.replace(/^dir:/, "folder ")}
      {org ? (
        <button
          type="button"
          className="block text-accent underline underline-offset-2"
          onClick={() => openDialog({ kind: "role-values", id, org })}
        >
          Prompts and plugins…
        </button>
      ) : null}
    </Fact>
  );
}

const TIERS: Record<number, string> = { 1: "sandboxed", 2: "standard", 3: "privileged", 4: "full access" };

function Actions({ row }: { row: Workspace }) {
  const isReadOnly = useReadOnly();
  const isUp = row.status === "online" || row.status === "degraded" || row.status === "provisioning";
  return (
    <div className="mt-3 flex flex-wrap gap-1.5">
      {row.status === "paused" ? (
        <Button
          look="primary"
          icon={<Play size={13} aria-hidden="true" />}
          disabled={isReadOnly}
          onClick={() => void resume(row.id)}
        >
          Resume
        </Button>
      ) : row.status === "hibernated" ? (
        <Button
          look="primary"
          icon={<Sun size={13} aria-hidden="true" />}
          disabled={isReadOnly}
          onClick={() => void wake(row.id)}
        >
          Wake
        </Button>
      ) : isUp ? (
        <Button
          icon={<Pause size={13} aria-hidden="true" />}
          disabled={isReadOnly}
          onClick={() => void pause(row.id)}
        >
          Pause
        </Button>
      ) : (
        <Button
          look="primary"
          icon={<Play size={13} aria-hidden="true" />}
          disabled={isReadOnly}
          onClick={() => void command("start", "one", row.id)}
        >
          Start
        </Button>
      )}
      <Button
        icon={<RotateCw size={13} aria-hidden="true" />}
        disabled={isReadOnly}
        onClick={() => void restart(row.id)}
      >
        {row.status === "failed" ? "Retry" : "Restart"}
      </Button>
      {row.status === "online" ? (
        <Button
          icon={<Moon size={13} aria-hidden="true" />}
          disabled={isReadOnly || row.active_tasks > 0}
          onClick={() => void sleep(row.id)}
        >
          Sleep
        </Button>
      ) : null}
    </div>
  );
}

function TeamButtons({ id }: { id: string }) {
  const isReadOnly = useReadOnly();
  return (
    <>
      <Button disabled={isReadOnly} onClick={() => void command("start", "subtree", id)}>
        Start team
      </Button>
      <Button disabled={isReadOnly} onClick={() => void command("stop", "subtree", id)}>
        Stop team
      </Button>
      <Button disabled={isReadOnly} onClick={() => void command("restart", "subtree", id)}>
        Restart team
      </Button>
    </>
  );
}

function RemoveButton({ id }: { id: string }) {
  const isReadOnly = useReadOnly();
  return (
    <Button look="danger" disabled={isReadOnly} onClick={() => askRemove(id)}>
      Delete role
    </Button>
  );
}

function Facts({ children }: { children: ReactNode }) {
  return <dl className="grid grid-cols-[116px_1fr] gap-x-3 gap-y-1.5">{children}</dl>;
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-muted">{label}</dt>
      <dd className="min-w-0 wrap-anywhere">{children}</dd>
    </>
  );
}

const EDIT =
  "-mx-1.5 -my-px w-[calc(100%+0.75rem)] rounded-small border border-transparent bg-transparent px-1.5 hover:border-line focus:border-line-strong focus:bg-raised";

/** A fact that can be changed where it stands. */
function Edit({
  id,
  label,
  field,
  value,
  placeholder,
  isLong = false,
}: {
  id: string;
  label: string;
  field: "role" | "model" | "runtime";
  value: string;
  placeholder?: string;
  /** Whether it takes as many lines as its text needs. */
  isLong?: boolean;
}) {
  const [text, setText] = useState(value);
  const isReadOnly = useReadOnly();
  useEffect(() => setText(value), [value]);
  const commit = () => {
    const next = text.trim();
    if (next === value.trim()) return;
    if (next === "" && field === "runtime") {
      setText(value);
      return;
    }
    void edit(id, { [field]: next }, `Change the ${field}`).then((done) => {
      if (!done) setText(value);
    });
  };
  const common = {
    id: `edit-${field}`,
    value: text,
    placeholder: placeholder ?? "none",
    disabled: isReadOnly,
    maxLength: field === "role" ? 1000 : 100,
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      setText(event.target.value.replace(/\s*\n\s*/g, " ")),
    onBlur: commit,
    onKeyDown: (event: KeyboardEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      if (event.key === "Enter") {
        event.preventDefault();
        event.currentTarget.blur();
      }
      // The first Esc takes back what was typed, the next one leaves the field.
      if (event.key === "Escape" && text !== value) {
        event.stopPropagation();
        setText(value);
      }
    },
  };
  return (
    <>
      <dt className="pt-px text-ink-muted">
        <label htmlFor={`edit-${field}`}>{label}</label>
      </dt>
      <dd className="min-w-0">
        {isLong ? (
          <div className="grid">
            {/* The same text unseen: it gives the field its height. */}
            <div
              aria-hidden="true"
              className={`${EDIT} invisible col-start-1 row-start-1 min-h-6 whitespace-pre-wrap wrap-anywhere`}
            >
              {`${text} `}
            </div>
            <textarea
              {...common}
              rows={1}
              className={`${EDIT} col-start-1 row-start-1 resize-none overflow-hidden wrap-anywhere`}
            />
          </div>
        ) : (
          <input {...common} title={text} className={`${EDIT} h-6 truncate`} />
        )}
      </dd>
    </>
  );
}

function Link({ id, children }: { id: string; children: ReactNode }) {
  return (
    <button
      type="button"
      className="inline-flex items-center gap-1 text-left text-accent hover:underline"
      onClick={() => {
        select(id);
        focusCard(id);
      }}
    >
      {children}
      <ArrowRight size={12} aria-hidden="true" />
    </button>
  );
}

interface Skill {
  id: string;
  name: string;
  description: string;
}

function skillsOf(card: unknown): Skill[] {
  const list = (card as { skills?: unknown } | null)?.skills;
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown) => {
    const skill = entry as { id?: unknown; name?: unknown; description?: unknown };
    const id = typeof skill?.id === "string" ? skill.id : "";
    const name = typeof skill?.name === "string" && skill.name !== "" ? skill.name : id;
    if (name === "") return [];
    return [
      { id: id || name, name, description: typeof skill.description === "string" ? skill.description : "" },
    ];
  });
}

function Skills({ card }: { card: unknown }) {
  const skills = skillsOf(card);
  if (skills.length === 0) return null;
  return (
    <section aria-label="Skills">
      <h3 className="mb-1 font-medium">Skills</h3>
      <ul className="space-y-1.5">
        {skills.map((skill) => (
          <li key={skill.id}>
            {skill.name}
            {skill.description ? (
              <p className="line-clamp-2 text-small text-ink-muted">{skill.description}</p>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
