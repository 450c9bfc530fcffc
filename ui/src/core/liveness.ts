/** What the platform does in the background, in words. */

import type { Liveness, LoopState } from "../api/types";
import { span } from "./format";

export interface LoopLine extends LoopState {
  name: string;
  text: string;
}

/** A name as a person says it: `network-listener` is the network listener. */
function spoken(name: string): string {
  const words = name.replaceAll(/[-_.]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Those that are stuck first, then by name. */
export function loopLines({ subsystems }: Liveness): LoopLine[] {
  return Object.entries(subsystems)
    .map(([name, state]) => ({
      ...state,
      name: spoken(name),
      text: state.stale
        ? `stuck: has not gone round for ${span(state.seconds_ago)}; a round takes ${span(state.period_seconds)} at most`
        : state.seconds_ago < 2
          ? "answers"
          : `at work for ${span(state.seconds_ago)}`,
    }))
    .sort((a, b) => Number(b.stale) - Number(a.stale) || a.name.localeCompare(b.name));
}
