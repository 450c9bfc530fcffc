import { describe, expect, it } from "vitest";
import { type Connection, LiveSocket, parse, pause } from "./socket";
import type { LiveEvent } from "./types";

/** A socket the test opens and closes by hand. The real one is a browser's. */
class HandSocket {
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  isClosed = false;
  constructor(readonly url: string) {}
  close() {
    this.isClosed = true;
  }
}

function bench(options: { refuse?: () => boolean } = {}) {
  const sockets: HandSocket[] = [];
  const timers: { run: () => void; ms: number }[] = [];
  const states: Connection[] = [];
  const opened: boolean[] = [];
  const events: LiveEvent[] = [];
  let since: number | null = 41;
  const socket = new LiveSocket(
    {
      ticket: async () => {
        if (options.refuse?.()) throw new Error("refused");
        return `t${sockets.length}`;
      },
      open: (url) => {
        const made = new HandSocket(url);
        sockets.push(made);
        return made as unknown as WebSocket;
      },
      random: () => 0.5,
      setTimer: (run, ms) => timers.push({ run, ms }),
      clearTimer: () => undefined,
      base: "ws://host",
    },
    {
      since: () => since,
      onEvents: (batch) => events.push(...batch),
      onState: (state) => states.push(state),
      onOpen: (resumed) => opened.push(resumed),
      isRefused: () => options.refuse?.() ?? false,
    },
  );
  return { socket, sockets, timers, states, opened, events, see: (seq: number) => (since = seq) };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("the live connection", () => {
  it("takes a ticket and resumes from the last number seen", async () => {
    const { socket, sockets } = bench();
    socket.start();
    await settle();
    expect(sockets[0]?.url).toBe("ws://host/ws?ticket=t0&since_seq=41");
  });

  it("comes back with a new ticket and the newest number, and says it resumed", async () => {
    const { socket, sockets, timers, opened, states, see } = bench();
    socket.start();
    await settle();
    sockets[0]?.onopen?.();
    see(99);
    sockets[0]?.onclose?.();
    expect(states.at(-1)).toBe("reconnecting");
    timers.at(-1)?.run();
    await settle();
    expect(sockets[1]?.url).toBe("ws://host/ws?ticket=t1&since_seq=99");
    sockets[1]?.onopen?.();
    expect(opened).toEqual([false, true]);
    expect(states.at(-1)).toBe("connected");
  });

  it("waits longer each time, and begins anew after a connection", async () => {
    const { socket, sockets, timers } = bench();
    socket.start();
    await settle();
    for (let round = 0; round < 6; round += 1) {
      sockets.at(-1)?.onclose?.();
      timers.at(-1)?.run();
      await settle();
    }
    expect(timers.map((timer) => timer.ms)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000]);
    sockets.at(-1)?.onopen?.();
    sockets.at(-1)?.onclose?.();
    expect(timers.at(-1)?.ms).toBe(1000);
  });

  it("ends when its key is refused: only a new link helps", async () => {
    const { socket, timers, states } = bench({ refuse: () => true });
    socket.start();
    await settle();
    expect(states.at(-1)).toBe("offline");
    expect(timers).toHaveLength(0);
  });

  it("gives up a connection that says nothing, without waiting for its end", async () => {
    const { socket, sockets, timers, states, events } = bench();
    socket.drop();
    expect(states).toEqual([]);
    socket.start();
    await settle();
    sockets[0]?.onopen?.();
    socket.drop();
    expect(sockets[0]?.isClosed).toBe(true);
    expect(states.at(-1)).toBe("reconnecting");
    sockets[0]?.onmessage?.({ data: '{"event":"X"}' });
    sockets[0]?.onclose?.();
    expect(events).toEqual([]);
    expect(timers).toHaveLength(1);
    timers.at(-1)?.run();
    await settle();
    sockets[1]?.onopen?.();
    expect(states.at(-1)).toBe("connected");
  });

  it("hears nothing of a connection that was given up", async () => {
    const { socket, sockets, events } = bench();
    socket.start();
    await settle();
    socket.stop();
    sockets[0]?.onmessage?.({ data: '{"event":"X"}' });
    sockets[0]?.onopen?.();
    expect(events).toEqual([]);
    expect(sockets[0]?.isClosed).toBe(true);
  });
});

it("never waits more than thirty seconds, a quarter more or less before that", () => {
  expect(pause(0, 0)).toBe(750);
  expect(pause(0, 1)).toBe(1250);
  expect(pause(20, 1)).toBe(30_000);
});

describe("frames", () => {
  it("that are none change nothing", () => {
    for (const data of ["", "{", "null", "{}", "[]", '{"event":3}', 7]) expect(parse(data)).toBeNull();
  });

  it("without a number or a body are read all the same", () => {
    expect(parse('{"event":"WORKSPACE_HEARTBEAT","workspace_id":"a"}')).toMatchObject({
      event: "WORKSPACE_HEARTBEAT",
      seq: null,
      payload: {},
    });
  });
});
