import { expect, test } from "vitest";
import type { Channel, Schedule, ScheduleRun } from "../api/types";
import {
  channelText,
  lastRun,
  newSchedule,
  nextRun,
  runText,
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
  expect(lastRun({ ...ran, last_status: "skipped", last_error: "skipped: the role is paused" }, NOW)).toEqual(
    {
      kind: "waiting",
      text: "left out 2 min ago: the role is paused",
    },
  );
  expect(
    lastRun({ ...ran, last_status: "stale", last_error: "its last 3 answers said nothing" }, NOW).kind,
  ).toBe("degraded");
  expect(lastRun({ ...schedule, enabled: false }, NOW).text).toBe("switched off");
  expect(lastRun({ ...ran, enabled: false, last_status: "ok" }, NOW)).toEqual({
    kind: "off",
    text: "switched off; ran 2 min ago",
  });
});

test("a run that is under way is told before anything older", () => {
  const run = { run_id: "r", since: "2026-11-29T11:59:00Z" };
  const ran = { ...schedule, last_status: "queued", last_run_at: "2026-11-29T11:59:00Z" };
  expect(lastRun({ ...ran, current_run: { ...run, state: "running" } }, NOW)).toEqual({
    kind: "working",
    text: "at work on it, begun 1 min ago",
  });
  expect(lastRun({ ...ran, current_run: { ...run, state: "waiting" } }, NOW).text).toBe(
    "due 1 min ago, waits for the role",
  );
});

test("a past run says how it ended, how long it took and who asked for it", () => {
  const run: ScheduleRun = {
    run_id: "r",
    timestamp: "2026-11-29T11:58:00Z",
    ended_at: "2026-11-29T11:58:02Z",
    duration_ms: 2000,
    status: "ok",
    error_detail: "",
    request: {},
    cause: "clock",
    due_at: "2026-11-29T11:58:00Z",
  };
  expect(runText(run, NOW)).toEqual({ kind: "running", text: "ran 2 min ago, took 2.0 s" });
  expect(runText({ ...run, cause: "asked" }, NOW).text).toBe("ran 2 min ago, took 2.0 s, by hand");
  expect(runText({ ...run, status: "error", error_detail: "no key" }, NOW).text).toBe(
    "failed 2 min ago: no key, took 2.0 s",
  );
  expect(runText({ ...run, status: "queued", ended_at: null, duration_ms: null }, NOW).text).toBe(
    "begun 2 min ago, not over",
  );
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
  expect(scheduleProblem({ ...draft, cron_expr: "", prompt: " " })).toMatch(/due.*what is sent/);
});

test("a list of schedules is told by names", () => {
  expect(schedulesText([])).toBe("none");
  expect(schedulesText([schedule, { ...schedule, name: "Night", enabled: false }])).toBe(
    "Morning, Night (off)",
  );
});

test("a new schedule goes by the clock of whoever fills it in", () => {
  expect(newSchedule("Europe/Berlin").timezone).toBe("Europe/Berlin");
  expect(newSchedule().timezone).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
});
