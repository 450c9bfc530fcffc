import { expect, test } from "vitest";
import { loopLines } from "./liveness";

const loop = (seconds: number, stale = false) => ({
  last_tick_at: "2026-11-29T00:00:00Z",
  seconds_ago: seconds,
  period_seconds: 30,
  stale,
});

test("what is stuck stands first and says since when; the rest says that it answers", () => {
  const lines = loopLines({
    subsystems: { writer: loop(0), "network-listener": loop(1), "event-drain": loop(75, true) },
  });
  expect(lines.map(({ name }) => name)).toEqual(["Event drain", "Network listener", "Writer"]);
  expect(lines[0]?.text).toMatch(/^stuck: has not gone round for 1 min/);
  expect(lines[1]?.text).toBe("answers");
});

test("a loop that is busy within its time is no trouble", () => {
  const [line] = loopLines({ subsystems: { sweeper: loop(20) } });
  expect(line?.stale).toBe(false);
  expect(line?.text).toMatch(/^at work for/);
});
