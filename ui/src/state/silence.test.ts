import { expect, it, vi } from "vitest";
import { Silence } from "./silence";

function scene(answer: () => Promise<unknown>) {
  const state = { now: 100_000, heard: 100_000 };
  const drop = vi.fn();
  const ask = vi.fn(answer);
  const silence = new Silence({ now: () => state.now, heardAt: () => state.heard, ask, drop });
  return { state, drop, ask, silence };
}

const settled = () => new Promise((done) => setTimeout(done, 0));

it("asks nothing while the platform is heard, and once after a silence", async () => {
  const { state, ask, drop, silence } = scene(() => Promise.resolve());
  silence.used();
  expect(ask).not.toHaveBeenCalled();
  state.now += 60_000;
  silence.used();
  silence.used();
  expect(ask).toHaveBeenCalledTimes(1);
  await settled();
  expect(drop).not.toHaveBeenCalled();
});

it("gives up the connection of a platform that does not answer, and may ask again", async () => {
  const { ask, drop, silence } = scene(() => Promise.reject(new Error("late")));
  silence.ask();
  await settled();
  expect(drop).toHaveBeenCalledTimes(1);
  silence.ask();
  expect(ask).toHaveBeenCalledTimes(2);
});

it("keeps the connection when an event came while it was asked", async () => {
  const { state, drop, silence } = scene(() => {
    state.heard += 1;
    return Promise.reject(new Error("late"));
  });
  silence.ask();
  await settled();
  expect(drop).not.toHaveBeenCalled();
});
