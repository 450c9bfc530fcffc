/**
 * The key of this page. It comes in exchange for the single-use ticket in the link's fragment, lives in the page's
 * session storage and nowhere else: no cookie, because cookies reach every port of this computer (contract 01 2.13).
 */

import type { Session } from "./types";

const KEY = "molecule.session";
const AGAIN_MS = 250;

let token: string | null = read();

function read(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function keep(value: string | null): void {
  token = value;
  try {
    if (value === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, value);
  } catch {
    // The page works without storage; a reload then needs a new link.
  }
}

export function bearer(): string | null {
  return token;
}

export function forget(): void {
  keep(null);
}

/** Whether the address carries a ticket. */
export function hasTicket(): boolean {
  return new URLSearchParams(location.hash.slice(1)).has("t");
}

declare global {
  interface Window {
    /** The exchange that `first.js` began with the ticket of the address. */
    moleculeSession?: { ticket: string; answer: Promise<Response> };
  }
}

/**
 * Exchanges the ticket of the address for this page's key and takes it out of the address, so that it is neither
 * bookmarked nor shown. Answers what came with the key; nothing when the ticket was not accepted, undefined when there
 * is none.
 */
export async function redeem(): Promise<Session | null | undefined> {
  const begun = window.moleculeSession;
  window.moleculeSession = undefined;
  const ticket = begun?.ticket ?? new URLSearchParams(location.hash.slice(1)).get("t");
  if (!ticket) return undefined;
  if (!begun) history.replaceState(null, "", `${location.pathname}${location.search}`);
  // A browser drops what is under way when a network appears. If the ticket did not get through, it is still good.
  const answer = await (begun?.answer ?? exchange(ticket))
    .catch(async () => {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      return exchange(ticket);
    })
    .catch(() => null);
  if (!answer?.ok) return null;
  const session = (await answer.json().catch(() => null)) as Session | null;
  if (session) keep(session.token);
  return session;
}

function exchange(ticket: string): Promise<Response> {
  return fetch("/auth/session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ticket }),
  });
}
