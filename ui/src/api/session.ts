/**
 * The key of this page. It comes in exchange for the single-use ticket in the link's fragment, lives in the page's
 * session storage and nowhere else: no cookie, because cookies reach every port of this computer (contract 01 2.13).
 */

const KEY = "molecule.session";

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

/** Takes a ticket out of the address, so that it is neither bookmarked nor shown. */
export function takeTicket(): string | null {
  const ticket = new URLSearchParams(location.hash.slice(1)).get("t");
  if (ticket) history.replaceState(null, "", `${location.pathname}${location.search}`);
  return ticket;
}

/** Exchanges a ticket for this page's key. Answers whether it was accepted. */
export async function redeem(ticket: string): Promise<boolean> {
  const answer = await fetch("/auth/session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ticket }),
  });
  if (!answer.ok) return false;
  const { token: fresh } = (await answer.json()) as { token: string };
  keep(fresh);
  return true;
}
