import { useQuery } from "@tanstack/react-query";
import { ChevronRight, Play, RotateCw, Square } from "lucide-react";
import { useEffect, useState } from "react";
import { runDoctor } from "../api/calls";
import { sentence } from "../api/client";
import type { Workspace } from "../api/types";
import { focusCard } from "../canvas/view";
import { ago, count, memory, plural } from "../core/format";
import { countsOf, groupTroubles, shownOf } from "../core/status";
import { Button, Empty, Problem, SkeletonRows } from "../parts/controls";
import { Glyph } from "../parts/Glyph";
import { askStopAll, command } from "../state/commands";
import { useReadOnly } from "../state/live";
import { useOrg } from "../state/org";
import { readStackNow, useStack } from "../state/stack";
import { goTo, select } from "../state/ui";
import { Background } from "./Background";
import { Backup } from "./Backup";
import { Removed } from "./Removed";
import { RoomFrame, Row, Rows, Section } from "./Room";

const ENGINE_WORDS: Record<string, string> = {
  ready: "Ready",
  unavailable: "Not running",
  incompatible: "Too old",
  off: "Switched off",
};

export function StackRoom() {
  const stack = useStack((state) => state.stack);
  const rows = useOrg((state) => state.rows);
  const isReadOnly = useReadOnly();
  useEffect(() => {
    void readStackNow();
  }, []);
  const agents = countsOf(rows);
  const troubled = [...rows.values()].filter((row) => {
    const { kind } = shownOf(row);
    return kind === "failed" || kind === "degraded" || kind === "waiting";
  });
  return (
    <RoomFrame
      title="Stack"
      lead="What runs on this computer, and what it takes."
      actions={
        <div className="flex flex-wrap gap-1.5">
          <Button
            icon={<Play size={13} aria-hidden="true" />}
            disabled={isReadOnly}
            onClick={() => void command("start", "all")}
          >
            Start all
          </Button>
          <Button icon={<Square size={12} aria-hidden="true" />} disabled={isReadOnly} onClick={askStopAll}>
            Stop all
          </Button>
          <Button
            icon={<RotateCw size={13} aria-hidden="true" />}
            disabled={isReadOnly}
            onClick={() => void command("restart", "all")}
          >
            Restart all
          </Button>
        </div>
      }
    >
      {stack === null ? (
        <SkeletonRows rows={4} />
      ) : (
        <>
          <Section title="Engine">
            <Rows>
              <Row label="Containers">
                <p className="flex items-center gap-2 font-medium">
                  <Glyph
                    kind={
                      stack.engine.state === "ready"
                        ? "running"
                        : stack.engine.state === "incompatible"
                          ? "failed"
                          : "waiting"
                    }
                  />
                  {ENGINE_WORDS[stack.engine.state] ?? stack.engine.state}
                  {stack.engine.kind ? (
                    <span className="font-normal text-ink-muted">{stack.engine.kind}</span>
                  ) : null}
                </p>
                <p className="mt-0.5 text-ink-muted">{stack.engine.detail}</p>
                {stack.engine.state === "unavailable" ? (
                  <p className="mt-1">
                    Start Docker or Podman, or go on without: the first sample org needs none. What waits for
                    it starts by itself when it is there.
                  </p>
                ) : null}
              </Row>
              <Row label="Memory for agents">
                <Meter
                  planned={stack.memory.planned_mb}
                  budget={stack.memory.budget_mb}
                  used={stack.memory.used_mb}
                />
              </Row>
              <Row label="Agents">
                {[
                  `${count(agents.running)} running`,
                  agents.working > 0 ? `${count(agents.working)} of them at work` : "",
                  ...(["starting", "waiting", "asleep", "paused", "offline", "failed"] as const).map(
                    (what) => (agents[what] > 0 ? `${count(agents[what])} ${what}` : ""),
                  ),
                ]
                  .filter(Boolean)
                  .join(", ")}
              </Row>
              <Row label="Tokens today">{count(stack.tokens_today)}</Row>
            </Rows>
          </Section>
          <Section title="Needs attention">
            {troubled.length === 0 ? (
              <p className="text-ink-muted">Nothing: no agent failed, is degraded or waits.</p>
            ) : (
              <ul className="divide-y divide-line border-y border-line">
                {groupTroubles(troubled).map((group) => (
                  <Trouble key={group[0]?.id} rows={group} />
                ))}
              </ul>
            )}
          </Section>
          <Doctor />
          <Background />
          <Removed />
          <Backup />
          <Section title="Platform">
            <Rows>
              <Row label="Version">{stack.version}</Row>
              <Row label="Started">{stack.started_at ? ago(stack.started_at, Date.now()) : "–"}</Row>
              <Row label="Address">
                127.0.0.1:{stack.port}
                {stack.mode === "open" ? (
                  <span className="ml-2 inline-flex items-center gap-1.5">
                    <Glyph kind="degraded" /> open development mode: anybody on this computer may do anything
                    here
                  </span>
                ) : null}
              </Row>
              <Row label="Data folder">
                <span className="font-mono text-small">{stack.data_dir}</span>
              </Row>
              <Row label="Secrets">{stack.keychain.text}</Row>
            </Rows>
          </Section>
        </>
      )}
      {rows.size === 0 && stack !== null ? (
        <Empty title="No agents yet">Open an org folder in the Org room.</Empty>
      ) : null}
    </RoomFrame>
  );
}

/** What has the same reason stands together: forty roles that wait for Docker are one thing to attend to. */
function Trouble({ rows }: { rows: readonly Workspace[] }) {
  const [isOpen, setIsOpen] = useState(false);
  const [first] = rows;
  if (!first) return null;
  const shown = shownOf(first);
  const show = (id: string) => {
    goTo("org");
    select(id, "details");
    focusCard(id);
  };
  return (
    <li>
      <button
        type="button"
        aria-expanded={rows.length > 1 ? isOpen : undefined}
        className="flex w-full items-start gap-2.5 px-1 py-2 text-left hover:bg-sunken"
        onClick={() => (rows.length > 1 ? setIsOpen(!isOpen) : show(first.id))}
      >
        <Glyph kind={shown.kind} className="mt-1" />
        <span className="w-[200px] shrink-0 truncate max-[640px]:w-[96px]">
          {rows.length > 1 ? plural(rows.length, "role") : first.name}
          {rows.length > 1 ? (
            <ChevronRight
              size={13}
              aria-hidden="true"
              className={`ml-1 inline text-ink-muted transition-transform duration-150 ${isOpen ? "rotate-90" : ""}`}
            />
          ) : null}
        </span>
        <span className="min-w-0 flex-1 wrap-anywhere text-ink-muted">
          {shown.word}
          {shown.line ? ` · ${shown.line}` : ""}
        </span>
      </button>
      {isOpen ? (
        <ul className="mb-2 ml-6 columns-3 gap-4 max-[900px]:columns-2 max-[640px]:columns-1">
          {rows.slice(0, 300).map((row) => (
            <li key={row.id}>
              <button
                type="button"
                className="w-full truncate text-left text-accent hover:underline"
                onClick={() => show(row.id)}
              >
                {row.name}
              </button>
            </li>
          ))}
          {rows.length > 300 ? <li className="text-ink-muted">and {rows.length - 300} more</li> : null}
        </ul>
      ) : null}
    </li>
  );
}

function Meter({ planned, budget, used }: { planned: number; budget: number; used?: number }) {
  const share = (value: number) => `${Math.min(100, (value / budget) * 100)}%`;
  return (
    <div>
      <p>
        {memory(planned)} planned
        {used === undefined ? "" : `, ${memory(used)} used`}
        {budget > 0 ? ` of ${memory(budget)}` : ""}
      </p>
      {budget > 0 ? (
        <div
          role="img"
          aria-label={`${Math.round((planned / budget) * 100)} percent planned`}
          className="relative mt-1.5 h-2 max-w-[360px] overflow-hidden rounded-small border border-line-strong bg-sunken"
        >
          <div
            className="absolute inset-y-0 left-0 bg-line-strong opacity-45"
            style={{ width: share(planned) }}
          />
          {used === undefined ? null : (
            <div className="absolute inset-y-0 left-0 bg-ink-muted" style={{ width: share(used) }} />
          )}
        </div>
      ) : (
        <p className="text-ink-muted">The budget is read from the engine when it answers.</p>
      )}
    </div>
  );
}

const VERDICTS = { good: "running", limited: "degraded", bad: "failed" } as const;

/** Looks at everything a start needs, when asked. */
function Doctor() {
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ["doctor"],
    queryFn: runDoctor,
    enabled: false,
  });
  return (
    <Section
      title="Check-up"
      note="Looks at everything a start needs, and says what to do about what is missing."
    >
      <Button disabled={isFetching} onClick={() => void refetch()}>
        {isFetching ? "Looking" : "Check everything"}
      </Button>
      {error ? (
        <div className="mt-3">
          <Problem title="The check-up did not work" text={sentence(error)} />
        </div>
      ) : null}
      {data ? (
        <ul className="mt-3 divide-y divide-line border-y border-line" data-testid="doctor-list">
          {data.map((check) => (
            <li key={check.name} className="flex items-start gap-2.5 py-2" data-verdict={check.verdict}>
              <Glyph kind={VERDICTS[check.verdict] ?? "off"} className="mt-1" />
              <span className="w-[170px] shrink-0 max-[640px]:w-[96px]">
                {check.name} <span className="sr-only">{check.verdict}</span>
              </span>
              <span className="min-w-0 flex-1 wrap-anywhere text-ink-muted">{check.text}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </Section>
  );
}
