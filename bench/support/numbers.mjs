/** Samples into figures, and figures into words. */

/** The value below which a share of the samples lies (nearest rank); 0.5 is the median. */
export function quantile(samples, share) {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

export const median = (samples) => quantile(samples, 0.5);
export const p95 = (samples) => quantile(samples, 0.95);

/** Fewer samples than this say nothing about their slowest twentieth. */
const ENOUGH_FOR_P95 = 20;

export const saysP95 = (samples) => samples.length >= ENOUGH_FOR_P95;

const WRITE = {
  ms: (value) => (value >= 10_000 ? `${(value / 1000).toFixed(1)} s` : `${value.toFixed(value < 10 ? 1 : 0)} ms`),
  kB: (value) => `${value.toFixed(1)} kB`,
  MB: (value) => `${value.toFixed(1)} MB`,
  "%": (value) => `${value.toFixed(2)} %`,
  "": (value) => String(Math.round(value)),
  "/s": (value) => `${Math.round(value)} /s`,
};

export function write(value, unit) {
  return WRITE[unit](value);
}

/** Milliseconds since the program began, for spans. */
export const now = () => performance.now();

let isInterrupted = false;
const toWake = new Set();

/** Ends the run early: whatever waits or begins from now on fails, so that each figure cleans up after itself. */
export function interrupt() {
  isInterrupted = true;
  for (const wake of toWake) wake();
}

/** Fails once the run was interrupted. */
export function goOn() {
  if (isInterrupted) throw new Error("interrupted");
}

/** Calls `then` when the run is interrupted; answers what takes that back. */
export function onInterrupt(then) {
  toWake.add(then);
  return () => toWake.delete(then);
}

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

export async function sleep(ms) {
  goOn();
  await pause(ms);
  goOn();
}

/**
 * Looks again and again until `look` answers something; fails with the name of what did not come. `isCleaning`: it goes
 * on in an interrupted run.
 */
export async function until(what, look, { every = 20, limit = 120_000, isCleaning = false } = {}) {
  const end = now() + limit;
  let last;
  for (;;) {
    if (!isCleaning) goOn();
    try {
      const found = await look();
      if (found) return found;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (now() > end) throw new Error(`${what} did not come within ${limit / 1000} s${last ? `: ${last.message}` : ""}`);
    await pause(every);
  }
}
