/** What the place for secrets, while it is closed, means for the roles on the canvas. Pure. */

import type { KeychainView } from "../api/types";
import { plural } from "./format";

/** Whether secrets wait for a word of the person. */
export function isClosed(keychain: KeychainView): boolean {
  return !["ready", "passphrase", "environment", "opening"].includes(keychain.state);
}

export interface SecretsNotice {
  text: string;
  /** A file of sealed secrets is there: its passphrase can be given at once. */
  isLocked: boolean;
}

/**
 * What is said above the canvas; nothing where all is well, and nothing before anything needs a secret: who has just
 * begun has none to keep.
 */
export function secretsNotice(keychain: KeychainView | undefined, waiting: number): SecretsNotice | null {
  if (!keychain || !isClosed(keychain)) return null;
  const roles = plural(waiting, "role");
  if (keychain.waits_for_passphrase) {
    const who = waiting === 0 ? "" : `: ${roles} ${waiting === 1 ? "waits" : "wait"} for the passphrase`;
    return { text: `Secrets are locked${who}.`, isLocked: true };
  }
  if (waiting === 0) return null;
  return {
    text: `${keychain.state === "locked" ? "The keychain is locked" : "No place for secrets is open"}: ${roles} ${waiting === 1 ? "waits" : "wait"} for it.`,
    isLocked: false,
  };
}

/** A text that names commands in back-ticks, cut so that they can be set as such: every second piece is one. */
export function commandPieces(text: string): string[] {
  const pieces = text.split("`");
  // A lone back-tick is one of the text's own.
  return pieces.length % 2 === 1 ? pieces : [text];
}
