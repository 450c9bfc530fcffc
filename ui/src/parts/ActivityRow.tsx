/** One row of the activity log, with its bodies on demand. */

import { ChevronRight } from "lucide-react";
import { useState } from "react";
import type { Activity } from "../api/types";
import { readAnswer, textOf } from "../core/a2a";
import { clock, millis } from "../core/format";
import { Glyph } from "./Glyph";
import { useNames } from "./useNames";

const TYPES: Record<string, string> = {
  a2a_receive: "Message in",
  a2a_send: "Message out",
  delegation: "Delegation",
  task_update: "Task",
  agent_log: "Log",
  skill_promotion: "Skill",
  memory_write: "Memory",
  cron_run: "Schedule",
  error: "Error",
};

export function ActivityRow({ row, showWhose = false }: { row: Activity; showWhose?: boolean }) {
  const [isOpen, setIsOpen] = useState(false);
  const nameOf = useNames([row.source_id ?? null, row.target_id ?? null, row.workspace_id]);
  const isBad = row.status === "error" || row.activity_type === "error";
  const isMessage = row.activity_type.startsWith("a2a") || row.activity_type === "delegation";
  const route =
    isMessage && (row.source_id || row.target_id)
      ? `${nameOf(row.source_id ?? null)} → ${nameOf(row.target_id ?? row.workspace_id)}`
      : showWhose
        ? nameOf(row.workspace_id)
        : "";
  return (
    <li data-testid="activity-row" data-type={row.activity_type}>
      <button
        type="button"
        aria-expanded={isOpen}
        className="flex w-full items-start gap-2 px-3 py-2 text-left hover:bg-sunken"
        onClick={() => setIsOpen(!isOpen)}
      >
        <ChevronRight
          size={13}
          aria-hidden="true"
          className={`mt-[3px] shrink-0 text-ink-muted transition-transform duration-150 ${isOpen ? "rotate-90" : ""}`}
        />
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline gap-2">
            {isBad ? <Glyph kind="failed" size={10} className="self-center" /> : null}
            <span className="font-medium whitespace-nowrap">
              {TYPES[row.activity_type] ?? row.activity_type}
            </span>
            <span className="min-w-0 flex-1 truncate text-ink-muted">{route}</span>
            <time className="text-small whitespace-nowrap text-ink-muted">{clock(row.created_at)}</time>
          </span>
          <span className="line-clamp-2 text-ink wrap-anywhere">
            {excerpt(row)}
            {row.duration_ms ? <span className="text-ink-muted"> · {millis(row.duration_ms)}</span> : null}
          </span>
        </span>
      </button>
      {isOpen ? <Bodies row={row} /> : null}
    </li>
  );
}

function excerpt(row: Activity): string {
  if (row.error_detail) return row.error_detail;
  const said = saidIn(row.request_body);
  return said || row.summary || row.method || "";
}

function saidIn(body: unknown): string {
  const params = (body as { params?: { message?: { parts?: unknown } }; task?: unknown } | null) ?? null;
  if (typeof params?.task === "string") return params.task;
  return textOf(params?.params?.message?.parts);
}

function Bodies({ row }: { row: Activity }) {
  const asked = saidIn(row.request_body);
  const answer = row.response_body ? readAnswer(200, row.response_body) : null;
  return (
    <div className="space-y-2 px-3 pb-3 pl-8">
      {row.summary && asked ? <p className="text-ink-muted wrap-anywhere">{row.summary}</p> : null}
      {asked ? <Text title="Asked" text={asked} /> : null}
      {answer && answer.text !== "" ? <Text title="Answered" text={answer.text} /> : null}
      {row.truncated ? (
        <p className="text-small text-ink-muted">The bodies are too large to show live.</p>
      ) : null}
      {row.request_body || row.response_body ? (
        <details>
          <summary className="text-small text-ink-muted">As sent</summary>
          <pre className="mt-1 max-h-72 overflow-auto rounded-base bg-code p-2 font-mono text-[11px] leading-4 text-code-ink">
            {JSON.stringify(
              { request: row.request_body ?? null, response: row.response_body ?? null },
              null,
              2,
            )}
          </pre>
        </details>
      ) : null}
    </div>
  );
}

function Text({ title, text }: { title: string; text: string }) {
  return (
    <div>
      <p className="text-small text-ink-muted">{title}</p>
      <p className="max-h-48 overflow-y-auto wrap-anywhere whitespace-pre-wrap">{text.slice(0, 2000)}</p>
    </div>
  );
}
