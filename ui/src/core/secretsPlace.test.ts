import { describe, expect, it } from "vitest";
import { commandPieces, isClosed, secretsNotice } from "./secretsPlace";
import { countsOf, shownOf, waitsForSecrets } from "./status";
import { row, rowsOf } from "./testing";

const locked = { state: "locked", text: "", waits_for_passphrase: true };
const absent = { state: "absent", text: "", waits_for_passphrase: false };

describe("secretsNotice", () => {
  it("says that a file is locked and how many roles wait for it", () => {
    expect(secretsNotice(locked, 42)).toEqual({
      text: "Secrets are locked: 42 roles wait for the passphrase.",
      isLocked: true,
    });
    expect(secretsNotice(locked, 1)?.text).toBe("Secrets are locked: 1 role waits for the passphrase.");
    expect(secretsNotice(locked, 0)?.text).toBe("Secrets are locked.");
  });

  it("speaks of a place to choose only when a role needs one", () => {
    expect(secretsNotice(absent, 0)).toBeNull();
    expect(secretsNotice(absent, 2)).toEqual({
      text: "No place for secrets is open: 2 roles wait for it.",
      isLocked: false,
    });
  });

  it("names a keychain that is locked, which has no passphrase to give here", () => {
    expect(secretsNotice({ state: "locked", text: "" }, 1)).toEqual({
      text: "The keychain is locked: 1 role waits for it.",
      isLocked: false,
    });
  });

  it("is silent where secrets can be used or are being opened", () => {
    for (const state of ["ready", "passphrase", "environment", "opening"]) {
      expect(isClosed({ state, text: "" })).toBe(false);
      expect(secretsNotice({ state, text: "" }, 3)).toBeNull();
    }
    expect(secretsNotice(undefined, 3)).toBeNull();
  });
});

it("counts a role that waits for the passphrase as waiting, and says so in few words", () => {
  const held = row("a", {
    status: "provisioning",
    status_reason: { code: "keychain_locked", text: "Its secrets cannot be opened yet." },
  });
  expect(waitsForSecrets(held)).toBe(true);
  expect(shownOf(held)).toMatchObject({ kind: "waiting", word: "Waiting", short: "Secrets are locked" });
  const counts = countsOf(rowsOf(held, row("b")));
  expect([counts.waiting, counts.starting, counts.running]).toEqual([1, 0, 1]);
  expect(waitsForSecrets(row("c", { status_reason: held.status_reason }))).toBe(false);
});

it("cuts commands out of a text, and leaves a lone back-tick alone", () => {
  expect(commandPieces("give it to `molecule-stack secrets unlock`; or here")).toEqual([
    "give it to ",
    "molecule-stack secrets unlock",
    "; or here",
  ]);
  expect(commandPieces("a ` b")).toEqual(["a ` b"]);
});
