/** Schedules and channels of a role, in words. */

import type { Channel, Schedule } from "../api/types";
import { ago } from "./format";
import type { Kind } from "./status";

/** What became of it so far. */
export function lastRun(schedule: Schedule, now: number): { kind: Kind; text: string } {
  if (!schedule.enabled) return { kind: "off", text: "switched off" };
  if (!schedule.last_run_at) return { kind: "asleep", text: "has not run yet" };
  const when = ago(schedule.last_run_at, now);
  switch (schedule.last_status) {
    case "error":
      return {
        kind: "failed",
        text: `failed ${when}${schedule.last_error ? `: ${schedule.last_error}` : ""}`,
      };
    case "skipped":
      return { kind: "waiting", text: `skipped ${when}: the role was at work` };
    case "stale":
      return { kind: "degraded", text: `came too late ${when} and was left out` };
    default:
      return { kind: "running", text: `ran ${when}` };
  }
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

export const NO_SCHEDULE: ScheduleDraft = { name: "", cron_expr: "", timezone: "", prompt: "" };

export function scheduleDraft({ name, cron_expr, timezone, prompt }: Schedule): ScheduleDraft {
  return { name, cron_expr, timezone, prompt };
}

/** Why it cannot be saved; nothing when it can. Whether the time makes sense is for the platform to say. */
export function scheduleProblem(draft: ScheduleDraft): string | null {
  if (draft.cron_expr.trim() === "") return "Say when: minute, hour, day of month, month, day of week.";
  if (draft.prompt.trim() === "") return "Say what is sent.";
  return null;
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
