/** The stack at a glance. Read at start and when an event says that something changed; never by a timer. */

import { create } from "zustand";
import { readStack } from "../api/calls";
import type { Stack } from "../api/types";

interface StackState {
  stack: Stack | null;
}

export const useStack = create<StackState>(() => ({ stack: null }));

let timer: ReturnType<typeof setTimeout> | null = null;
let reading = false;
let again = false;

export async function readStackNow(): Promise<Stack | null> {
  reading = true;
  try {
    const stack = await readStack();
    useStack.setState({ stack });
    return stack;
  } catch {
    return useStack.getState().stack;
  } finally {
    reading = false;
    if (again) {
      again = false;
      readStackSoon();
    }
  }
}

/** After a burst of events one read is enough. */
export function readStackSoon(): void {
  if (reading) {
    again = true;
    return;
  }
  if (timer !== null) return;
  timer = setTimeout(() => {
    timer = null;
    void readStackNow();
  }, 800);
}
