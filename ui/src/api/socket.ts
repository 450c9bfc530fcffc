/**
 * The one live connection. It resumes from the last event number that was seen, so nothing is missed and nothing is
 * polled; when the platform has pruned that number it says so and the caller reads everything anew.
 */

import type { LiveEvent } from "./types";

export type Connection = "connecting" | "connected" | "reconnecting" | "offline";

export interface SocketSeams {
  ticket: () => Promise<string>;
  open: (url: string) => WebSocket;
  random: () => number;
  setTimer: (run: () => void, ms: number) => number;
  clearTimer: (timer: number) => void;
  base: string;
}

export interface SocketHandlers {
  /** Where to resume; null asks for nothing that happened before. */
  since: () => number | null;
  onEvents: (events: LiveEvent[]) => void;
  onState: (state: Connection) => void;
  /** The stream was replayed; what follows is live. */
  onOpen: (resumed: boolean) => void;
  /** The key was refused: only a new link helps. */
  isRefused: (error: unknown) => boolean;
}

const FIRST_MS = 1000;
const MOST_MS = 30_000;

/** Pause before the next try: 1, 2, 4, 8, 16, 30 s, a quarter more or less. */
export function pause(attempt: number, random: number): number {
  const base = Math.min(FIRST_MS * 2 ** attempt, MOST_MS);
  return Math.min(base * (0.75 + random * 0.5), MOST_MS);
}

export class LiveSocket {
  private socket: WebSocket | null = null;
  private attempt = 0;
  private timer: number | null = null;
  private stopped = true;
  private opened = false;
  private generation = 0;

  constructor(
    private readonly seams: SocketSeams,
    private readonly handlers: SocketHandlers,
  ) {}

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    void this.connect();
  }

  stop(): void {
    this.stopped = true;
    this.generation += 1;
    this.dropTimer();
    this.socket?.close();
    this.socket = null;
  }

  /** Tries at once: the network came back, or the person asked. */
  now(): void {
    if (this.stopped || this.socket) return;
    this.dropTimer();
    this.attempt = 0;
    void this.connect();
  }

  /**
   * Gives up a connection that is open and says nothing, and makes a new one. It is not waited for: one whose other end
   * hangs would take minutes to close.
   */
  drop(): void {
    if (this.stopped || !this.socket) return;
    this.generation += 1;
    this.socket.close();
    this.socket = null;
    this.later();
  }

  private async connect(): Promise<void> {
    const generation = ++this.generation;
    const isOld = () => this.stopped || generation !== this.generation;
    this.handlers.onState(this.opened ? "reconnecting" : "connecting");
    let url: string;
    const since = this.handlers.since();
    try {
      const ticket = await this.seams.ticket();
      const query = new URLSearchParams({ ticket });
      if (since !== null) query.set("since_seq", String(since));
      url = `${this.seams.base}/ws?${query}`;
    } catch (error) {
      if (isOld()) return;
      if (this.handlers.isRefused(error)) {
        this.handlers.onState("offline");
        this.stopped = true;
        return;
      }
      this.later();
      return;
    }
    if (isOld()) return;
    const socket = this.seams.open(url);
    this.socket = socket;
    socket.onopen = () => {
      if (isOld()) return socket.close();
      this.attempt = 0;
      const resumed = this.opened;
      this.opened = true;
      this.handlers.onState("connected");
      this.handlers.onOpen(resumed);
    };
    socket.onmessage = (message) => {
      if (isOld()) return;
      const event = parse(message.data);
      if (event) this.handlers.onEvents([event]);
    };
    socket.onclose = () => {
      if (isOld()) return;
      this.socket = null;
      this.later();
    };
  }

  private later(): void {
    this.handlers.onState(this.attempt >= 4 ? "offline" : this.opened ? "reconnecting" : "connecting");
    const wait = pause(this.attempt, this.seams.random());
    this.attempt += 1;
    this.dropTimer();
    this.timer = this.seams.setTimer(() => {
      this.timer = null;
      void this.connect();
    }, wait);
  }

  private dropTimer(): void {
    if (this.timer !== null) this.seams.clearTimer(this.timer);
    this.timer = null;
  }
}

/** A frame, or nothing when it is not one; a broken frame must not break the page. */
export function parse(data: unknown): LiveEvent | null {
  if (typeof data !== "string") return null;
  try {
    const frame = JSON.parse(data) as Partial<LiveEvent> | null;
    if (!frame || typeof frame !== "object" || typeof frame.event !== "string") return null;
    return {
      event: frame.event,
      workspace_id: typeof frame.workspace_id === "string" ? frame.workspace_id : "",
      timestamp: typeof frame.timestamp === "string" ? frame.timestamp : new Date().toISOString(),
      payload: frame.payload && typeof frame.payload === "object" ? frame.payload : {},
      seq: typeof frame.seq === "number" ? frame.seq : null,
    };
  } catch {
    return null;
  }
}
