import { expect, test } from "vitest";
import type { Channel, Schedule } from "../api/types";
import {
  channelText,
  lastRun,
  nextRun,
  scheduleChange,
  scheduleDraft,
  scheduleProblem,
  schedulesText,
} from "./schedule";

const NOW = Date.parse("2026-11-29T12:00:00Z");
const schedule: Schedule = {
  id: "s",
  workspace_id: "w",
  name: "Morning",
  cron_expr: "0 7 * * *",
  timezone: "Europe/Berlin",
  prompt: "Good morning",
  enabled: true,
  last_run_at: null,
  next_run_at: "2026-11-30T06:00:00Z",
  run_count: 0,
  last_status: "",
  last_error: "",
  source: "template",
  created_at: "",
  updated_at: "",
};

test("what became of a schedule is told with its reason", () => {
  expect(lastRun(schedule, NOW).text).toBe("has not run yet");
  const ran = { ...schedule, last_run_at: "2026-11-29T11:58:00Z" };
  expect(lastRun({ ...ran, last_status: "ok" }, NOW)).toEqual({ kind: "running", text: "ran 2 min ago" });
  expect(lastRun({ ...ran, last_status: "error", last_error: "no answer" }, NOW).text).toBe(
    "failed 2 min ago: no answer",
  );
  expect(lastRun({ ...ran, last_status: "skipped" }, NOW).kind).toBe("waiting");
  expect(lastRun({ ...ran, enabled: false, last_status: "error" }, NOW).text).toBe("switched off");
});

test("the next run is told in the schedule's own time zone", () => {
  expect(nextRun(schedule)).toBe("30 Nov 2026, 07:00");
  expect(nextRun({ ...schedule, timezone: "Nowhere/Land" })).toBe("30 Nov 2026, 06:00");
  expect(nextRun({ ...schedule, enabled: false })).toBeNull();
  expect(nextRun({ ...schedule, next_run_at: null })).toBeNull();
});

test("a channel says who may write and how much was said", () => {
  const channel: Channel = {
    id: "c",
    workspace_id: "w",
    channel_type: "telegram",
    config: {},
    enabled: true,
    allowed_users: [],
    message_count: 1,
    created_at: "",
    updated_at: "",
  };
  expect(channelText(channel)).toBe("on, anybody may write, 1 message so far");
  expect(channelText({ ...channel, enabled: false, allowed_users: ["a", "b"], message_count: 3 })).toBe(
    "off, 2 may write, 3 messages so far",
  );
});

test("a change holds only what differs", () => {
  const draft = scheduleDraft(schedule);
  expect(scheduleChange(schedule, draft)).toBeNull();
  expect(scheduleChange(schedule, { ...draft, name: " ", cron_expr: " 0 8 * * * ", timezone: "" })).toEqual({
    cron_expr: "0 8 * * *",
    timezone: "UTC",
  });
});

test("a schedule needs a time and something to send", () => {
  const draft = scheduleDraft(schedule);
  expect(scheduleProblem(draft)).toBeNull();
  expect(scheduleProblem({ ...draft, cron_expr: " " })).toMatch(/minute/);
  expect(scheduleProblem({ ...draft, prompt: "" })).toMatch(/sent/);
});

test("a list of schedules is told by names", () => {
  expect(schedulesText([])).toBe("none");
  expect(schedulesText([schedule, { ...schedule, name: "Night", enabled: false }])).toBe(
    "Morning, Night (off)",
  );
});
