/**
 * Signs of life, beside the rows: a beat of an agent changes nothing that is drawn, so it must not make the page look at
 * a thousand rows again.
 */

import { create } from "zustand";
import type { LiveEvent } from "../api/types";

export interface Beat {
  at: string;
  uptime: number | null;
}

const beats = new Map<string, Beat>();

const useBeats = create<{ count: number }>(() => ({ count: 0 }));

export function noteBeat(event: LiveEvent): void {
  const { uptime_seconds: uptime } = event.payload;
  beats.set(event.workspace_id, {
    at: event.timestamp,
    uptime: typeof uptime === "number" ? uptime : null,
  });
  useBeats.setState(({ count }) => ({ count: count + 1 }));
}

/** The last beat of an agent since the page was opened. */
export function useBeat(id: string): Beat | undefined {
  return useBeats(() => beats.get(id));
}
