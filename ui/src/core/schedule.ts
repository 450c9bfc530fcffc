/** Schedules and channels of a role, in words. */

import type { Channel, Schedule, ScheduleRun } from "../api/types";
import { ago, millis } from "./format";
import type { Kind } from "./status";

interface Told {
  kind: Kind;
  text: string;
}

/** What became of it so far. */
export function lastRun(schedule: Schedule, now: number): Told {
  const current = schedule.current_run;
  if (current) {
    const since = ago(current.since, now);
    return current.state === "running"
      ? { kind: "working", text: `at work on it, begun ${since}` }
      : { kind: "waiting", text: `due ${since}, waits for the role` };
  }
  const off = schedule.enabled ? "" : "switched off";
  if (!schedule.last_run_at)
    return off ? { kind: "off", text: off } : { kind: "asleep", text: "has not run yet" };
  const { kind, text } = outcome(schedule.last_status, schedule.last_error, ago(schedule.last_run_at, now));
  return off ? { kind: "off", text: `${off}; ${text}` } : { kind, text };
}

function outcome(status: string, error: string, when: string): Told {
  const why = error.replace(/^skipped: /, "");
  const because = why === "" ? "" : `: ${why}`;
  switch (status) {
    case "error":
      return { kind: "failed", text: `failed ${when}${because}` };
    case "skipped":
      return { kind: "waiting", text: `left out ${when}${because}` };
    case "stale":
      return { kind: "degraded", text: `ran ${when}${because}` };
    case "queued":
      return { kind: "waiting", text: `sent ${when}, not answered` };
    default:
      return { kind: "running", text: `ran ${when}` };
  }
}

/** One run of the past, or the one under way. */
export function runText(run: ScheduleRun, now: number): Told {
  const when = ago(run.timestamp, now);
  if (!run.ended_at) return { kind: "waiting", text: `begun ${when}, not over` };
  const { kind, text } = outcome(run.status, run.error_detail, when);
  const took = run.duration_ms ? `, took ${millis(run.duration_ms)}` : "";
  return { kind, text: `${text}${took}${run.cause === "asked" ? ", by hand" : ""}` };
}

/** When it is due, as a date of its own time zone; nothing when it never is. */
export function nextRun(schedule: Schedule): string | null {
  if (!schedule.enabled || !schedule.next_run_at) return null;
  const at = new Date(schedule.next_run_at);
  if (Number.isNaN(at.getTime())) return null;
  const options = { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" } as const;
  try {
    return at.toLocaleString("en-GB", { ...options, timeZone: schedule.timezone });
  } catch {
    // A zone that this browser does not know.
    return at.toLocaleString("en-GB", { ...options, timeZone: "UTC" });
  }
}

/** Who may write there, and how much was said. */
export function channelText(channel: Channel): string {
  const who =
    channel.allowed_users.length === 0 ? "anybody may write" : `${channel.allowed_users.length} may write`;
  const said = channel.message_count === 1 ? "1 message" : `${channel.message_count} messages`;
  return `${channel.enabled ? "on" : "off"}, ${who}, ${said} so far`;
}

/** A schedule as a person fills it in. */
export interface ScheduleDraft {
  name: string;
  cron_expr: string;
  timezone: string;
  prompt: string;
}

/** An empty one, by the clock of whoever fills it in. */
export function newSchedule(zone = Intl.DateTimeFormat().resolvedOptions().timeZone): ScheduleDraft {
  return { name: "", cron_expr: "", timezone: zone, prompt: "" };
}

export function scheduleDraft({ name, cron_expr, timezone, prompt }: Schedule): ScheduleDraft {
  return { name, cron_expr, timezone, prompt };
}

/** Why it cannot be saved; nothing when it can. Whether the time makes sense is for the platform to say. */
export function scheduleProblem(draft: ScheduleDraft): string | null {
  const missing = [
    draft.cron_expr.trim() === "" ? "when it is due: minute, hour, day of month, month, day of week" : "",
    draft.prompt.trim() === "" ? "what is sent" : "",
  ].filter((part) => part !== "");
  return missing.length === 0 ? null : `Fill in ${missing.join("; and ")}.`;
}

/** What differs from what there is; nothing when nothing does. */
export function scheduleChange(schedule: Schedule, draft: ScheduleDraft): Partial<ScheduleDraft> | null {
  const change: Partial<ScheduleDraft> = {};
  for (const key of ["name", "cron_expr", "timezone"] as const) {
    const value = draft[key].trim() || (key === "timezone" ? "UTC" : schedule[key]);
    if (value !== schedule[key]) change[key] = value;
  }
  if (draft.prompt !== schedule.prompt) change.prompt = draft.prompt;
  return Object.keys(change).length > 0 ? change : null;
}

/** The name of one, or how many there are, of a list of schedules in a plan. */
export function schedulesText(list: readonly unknown[]): string {
  const names = list.map((one) => {
    const { name, enabled } = one as { name?: unknown; enabled?: unknown };
    return `${typeof name === "string" && name !== "" ? name : "unnamed"}${enabled === false ? " (off)" : ""}`;
  });
  return names.length > 0 ? names.join(", ") : "none";
}
