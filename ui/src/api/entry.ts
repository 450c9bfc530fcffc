/**
 * The first requests of the page. They leave before the rest of the page is loaded, and together: what takes time is
 * loading and drawing, and the answers should be there by then.
 */

import { askAhead } from "./client";
import { bearer, redeem } from "./session";
import type { Stack } from "./types";

export interface Entry {
  /** The address carried a ticket. */
  hadTicket: boolean;
  /** The ticket was accepted. */
  isAccepted: boolean;
  /** Number of an event that happened before the org was read: live events are followed from there. */
  lastSeq: number | null;
}

/** Takes the ticket of the address, if there is one, and asks for what the first picture needs. */
export async function enter(): Promise<Entry> {
  const session = await redeem();
  const entry = { hadTicket: session !== undefined, isAccepted: Boolean(session) };
  if (session) {
    askForTheRest();
    askAhead("GET", "/stack");
    askAhead("GET", "/workspaces");
    return { ...entry, lastSeq: session.last_seq };
  }
  if (entry.hadTicket && bearer() === null) return { ...entry, lastSeq: null };
  // Without a key there is one question, not four that are all refused: in the open mode it is answered.
  if (bearer() !== null) askForTheRest();
  const stack = await askAhead<Stack>("GET", "/stack").catch(() => null);
  // What happens between this number and the list is replayed by the connection: nothing falls in between.
  if (stack !== null) askAhead("GET", "/workspaces");
  return { ...entry, lastSeq: stack?.last_seq ?? null };
}

function askForTheRest(): void {
  askAhead("GET", "/canvas/viewport");
  askAhead("POST", "/auth/tickets");
}
