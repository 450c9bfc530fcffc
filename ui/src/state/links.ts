/** Messages between agents: pulses that travel once, and quiet lines that stay for a while. */

import { create } from "zustand";

export interface Pulse {
  id: number;
  from: string;
  to: string;
}

export interface Link {
  from: string;
  to: string;
  count: number;
  at: number;
}

interface LinkState {
  pulses: readonly Pulse[];
  links: ReadonlyMap<string, Link>;
}

export const useLinks = create<LinkState>(() => ({ pulses: [], links: new Map() }));

const PULSE_MS = 1150;
const MOST_PULSES = 40;
/** How long a line stays after the last message. */
export const LINK_MS = 5 * 60_000;

let next = 1;
let expiry: ReturnType<typeof setTimeout> | null = null;

export function pulse(from: string, to: string): void {
  const id = next++;
  const at = Date.now();
  useLinks.setState((state) => {
    const key = `${from} ${to}`;
    const before = state.links.get(key);
    return {
      pulses: [...state.pulses, { id, from, to }].slice(-MOST_PULSES),
      links: new Map(state.links).set(key, { from, to, count: (before?.count ?? 0) + 1, at }),
    };
  });
  setTimeout(() => {
    useLinks.setState((state) => ({ pulses: state.pulses.filter((other) => other.id !== id) }));
  }, PULSE_MS);
  planExpiry();
}

/** One timer, and only while there is a line to take away. */
function planExpiry(): void {
  if (expiry !== null) return;
  const oldest = Math.min(...[...useLinks.getState().links.values()].map((link) => link.at));
  if (!Number.isFinite(oldest)) return;
  expiry = setTimeout(
    () => {
      expiry = null;
      const now = Date.now();
      useLinks.setState((state) => ({
        links: new Map([...state.links].filter(([, link]) => now - link.at < LINK_MS)),
      }));
      planExpiry();
    },
    Math.max(1000, oldest + LINK_MS - Date.now() + 50),
  );
}
