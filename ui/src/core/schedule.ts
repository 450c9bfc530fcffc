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
