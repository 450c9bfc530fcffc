/** The stack at a glance, always there. */

import type { ReactNode } from "react";
import { count, memory } from "../core/format";
import { progressLine, progressOf } from "../core/progress";
import type { Kind } from "../core/status";
import { countsOf } from "../core/status";
import { Glyph } from "../parts/Glyph";
import { useImports } from "../state/imports";
import { tryNow, useLive } from "../state/live";
import { useOrg } from "../state/org";
import { showPlan, usePlans } from "../state/plans";
import { useStack } from "../state/stack";
import { goTo, openDialog } from "../state/ui";

const ENGINE: Record<string, { kind: Kind; text: string }> = {
  ready: { kind: "running", text: "Engine ready" },
  unavailable: { kind: "waiting", text: "No engine" },
  incompatible: { kind: "failed", text: "Engine too old" },
  off: { kind: "off", text: "Engine off" },
};

const counted = new WeakMap<object, ReturnType<typeof countsOf>>();

function counts(state: ReturnType<typeof useOrg.getState>) {
  let known = counted.get(state.rows);
  if (!known) {
    known = countsOf(state.rows);
    counted.set(state.rows, known);
  }
  return known;
}

export function StatusStrip() {
  const stack = useStack((state) => state.stack);
  const agents = useOrg(counts);
  const isRead = useOrg((state) => state.phase === "ready");
  const isSignedOut = useLive((state) => state.signedOut);
  const engine = stack
    ? (ENGINE[stack.engine.state] ?? { kind: "off" as const, text: stack.engine.state })
    : null;
  return (
    <footer
      role="contentinfo"
      aria-label="Status"
      data-testid="status-strip"
      className="flex h-7 shrink-0 items-center gap-4 overflow-hidden border-t border-line bg-paper px-3 text-small whitespace-nowrap text-ink-muted select-none"
    >
      {/* What is cut in a narrow window stands in Stack; what asks for something and the connection never are. */}
      <div className="flex min-w-0 flex-1 items-center gap-4 overflow-hidden">
        {isSignedOut ? <span>Nothing can be read without a key</span> : null}
        {isSignedOut ? null : engine && stack ? (
          <Part title={stack.engine.detail} onClick={() => goTo("stack")} testId="strip-engine">
            <Glyph kind={engine.kind} size={10} />
            {engine.text}
            {stack.engine.kind ? ` · ${capital(stack.engine.kind)}` : ""}
          </Part>
        ) : (
          <span className="skeleton h-2.5 w-24" />
        )}
        {stack && !isSignedOut ? (
          <Part
            title="Memory planned for running agents, of what they may use together"
            testId="strip-memory"
            className="max-[700px]:hidden"
          >
            Memory {memory(stack.memory.planned_mb)} planned
            {stack.memory.used_mb === undefined ? "" : `, ${memory(stack.memory.used_mb)} used`}
            {stack.memory.budget_mb > 0 ? ` of ${memory(stack.memory.budget_mb)}` : ""}
          </Part>
        ) : null}
        {isRead && !isSignedOut ? (
          <Part title="Agents by state" testId="strip-agents" className="truncate">
            {count(agents.running)} running
            {agents.starting > 0 ? `, ${agents.starting} starting` : ""}
            {agents.waiting > 0 ? `, ${count(agents.waiting)} waiting` : ""}, {count(agents.asleep)} asleep
            {agents.paused > 0 ? `, ${agents.paused} paused` : ""}
            {agents.offline > 0 ? `, ${agents.offline} offline` : ""}
            {agents.failed > 0 ? (
              <span className="text-failed">
                <Glyph kind="failed" size={10} className="mr-1 inline" />
                {agents.failed} failed
              </span>
            ) : null}
          </Part>
        ) : null}
        {stack && !isSignedOut ? (
          <Part
            title="Model tokens counted since midnight UTC"
            testId="strip-tokens"
            className="max-[820px]:hidden"
          >
            {count(stack.tokens_today)} tokens today
          </Part>
        ) : null}
      </div>
      <PlanParts />
      <ImportPart />
      {stack?.mode === "open" ? (
        <Part title="Started with --open-dev-mode: no key is asked for" testId="strip-mode">
          <Glyph kind="degraded" size={10} />
          Open development mode
        </Part>
      ) : null}
      <ConnectionPart />
    </footer>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function Part({
  title,
  children,
  onClick,
  testId,
  className = "",
}: {
  title: string;
  children: ReactNode;
  onClick?: () => void;
  testId?: string;
  className?: string;
}) {
  const look = `inline-flex min-w-0 items-center gap-1.5 ${className || "shrink-0"}`;
  return onClick ? (
    <button
      type="button"
      title={title}
      data-testid={testId}
      className={`${look} hover:text-ink`}
      onClick={onClick}
    >
      {children}
    </button>
  ) : (
    <span title={title} data-testid={testId} className={look}>
      {children}
    </span>
  );
}

/** Orgs whose files changed and wait for a yes. */
function PlanParts() {
  const plans = usePlans((state) => state.plans);
  const orgs = usePlans((state) => state.orgs);
  if (plans.size === 0) return null;
  const [first] = plans.keys();
  const names = [...plans.keys()].map((org) => orgs.get(org)?.name ?? "an org");
  const text = names.length === 1 ? `Plan of ${names[0]} waits` : `${names.length} plans wait`;
  return (
    <Part
      title={`Files changed: ${names.join(", ")}. Show the plan`}
      onClick={() => void showPlan(first ?? "")}
      testId="strip-plans"
      className="max-w-[260px] text-accent"
    >
      <Glyph kind="waiting" size={10} />
      <span className="truncate">{text}</span>
    </Part>
  );
}

/** An import that still has roles to bring up. */
function ImportPart() {
  const current = useImports((state) => state.current);
  const text = useOrg((state) => {
    if (!current) return "";
    return progressLine(current.name, progressOf(state.rows, current.workspaces));
  });
  const isStarting = text.startsWith("Starting");
  if (text === "") return null;
  return (
    <Part
      title="Show progress"
      onClick={() => openDialog({ kind: "import" })}
      testId="strip-import"
      className="max-w-[46vw]"
    >
      <Glyph kind={isStarting ? "starting" : "waiting"} size={10} />
      <span className="truncate">{text}</span>
    </Part>
  );
}

function ConnectionPart() {
  const connection = useLive((state) => state.connection);
  const isSignedOut = useLive((state) => state.signedOut);
  const [kind, text, name] = isSignedOut
    ? (["failed", "Signed out", "disconnected"] as const)
    : connection === "connected"
      ? (["running", "Live", "connected"] as const)
      : connection === "offline"
        ? (["off", "Offline", "disconnected"] as const)
        : connection === "reconnecting"
          ? (["waiting", "Reconnecting", "reconnecting"] as const)
          : (["starting", "Connecting", "connecting"] as const);
  return (
    <button
      type="button"
      data-testid="strip-connection"
      data-state={name}
      aria-label={`${text}. Real-time updates: ${name}`}
      title={connection === "connected" ? "Changes are shown as they happen" : "Try again now"}
      className="inline-flex shrink-0 items-center gap-1.5 hover:text-ink"
      onClick={tryNow}
    >
      <Glyph kind={kind} size={10} />
      {text}
    </button>
  );
}
