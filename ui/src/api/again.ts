/**
 * A browser drops what is under way when the computer's networks change, as they do when an engine starts its first
 * container: the page may come without its scripts. The key is kept, so that opening the page anew is enough.
 */

const KEY = "molecule.opened-again";
const MOST = 3;
const PAUSE_MS = 700;

/** Opens the page anew, a few times at most. */
export function openAgain(cause: unknown): void {
  let times = 0;
  try {
    times = Number(sessionStorage.getItem(KEY)) || 0;
    sessionStorage.setItem(KEY, String(times + 1));
  } catch {
    // Without storage there is neither a key to come back with nor a way to count.
    throw cause;
  }
  if (times >= MOST) throw cause;
  setTimeout(() => location.reload(), PAUSE_MS);
}

/** The page is there: the next time counts anew. */
export function isOpen(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Nothing was counted either.
  }
}
