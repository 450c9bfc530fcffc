import { describe, expect, it } from "vitest";
import type { Activity } from "../api/types";
import {
  answer,
  ask,
  historyFor,
  isWaiting,
  keep,
  NEW_CONVERSATION,
  nextKept,
  withoutTurn,
  withPage,
  withRow,
} from "./chat";

const AT = "2026-05-03T09:00:00Z";

function stored(id: string, messageId: string, more: Partial<Activity> = {}): Activity {
  return {
    id,
    workspace_id: "w",
    activity_type: "a2a_receive",
    source_id: null,
    target_id: "w",
    method: "message/send",
    summary: null,
    duration_ms: 5,
    status: "ok",
    error_detail: null,
    created_at: AT,
    request_body: { params: { message: { messageId, parts: [{ kind: "text", text: "hi" }] } } },
    response_body: { result: { parts: [{ kind: "text", text: "echo: hi" }] } },
    ...more,
  };
}

describe("one question", () => {
  const asked = ask(NEW_CONVERSATION, "m1", "hi", AT);

  it("waits until it is answered", () => {
    expect(isWaiting(asked)).toBe(true);
    expect(isWaiting(answer(asked, "m1", { text: "echo: hi", state: "done" }))).toBe(false);
  });

  it("is shown once, whether the stream or the row came first", () => {
    const streamFirst = withRow(
      answer(asked, "m1", { text: "echo: hi", state: "done" }),
      stored("r", "m1"),
      true,
    );
    const rowFirst = answer(withRow(asked, stored("r", "m1"), true), "m1", {
      text: "echo: hi",
      state: "done",
    });
    for (const talk of [streamFirst, rowFirst]) {
      expect(talk.entries.map((entry) => [entry.role, entry.text])).toEqual([
        ["user", "hi"],
        ["agent", "echo: hi"],
      ]);
      expect(isWaiting(talk)).toBe(false);
    }
  });

  it("is not broken by a connection that ends after the row came", () => {
    const talk = answer(withRow(asked, stored("r", "m1"), true), "m1", {
      state: "failed",
      note: "broke off",
    });
    expect(talk.entries[1]?.state).toBe("done");
  });

  it("keeps waiting when the row has no body", () => {
    const talk = withRow(asked, stored("r", "m1", { response_body: null }), true);
    expect(isWaiting(talk)).toBe(true);
  });

  it("says why it failed and can be asked again", () => {
    const talk = withRow(
      asked,
      stored("r", "m1", { status: "error", error_detail: "no answer", response_body: null }),
      true,
    );
    expect(talk.entries[1]).toMatchObject({ state: "failed", note: "no answer" });
    expect(withoutTurn(talk, "m1").entries).toEqual([]);
  });
});

it("shows what another window asked, and marks it unread when closed", () => {
  const loaded = withPage(NEW_CONVERSATION, [], true);
  const talk = withRow(loaded, stored("r", "other"), false);
  expect(talk.entries.map((entry) => entry.id)).toEqual(["r:u", "r:a"]);
  expect(talk.unread).toBe(1);
  expect(withRow(talk, stored("r", "other"), false)).toBe(talk);
});

it("leaves out rows between agents", () => {
  const loaded = withPage(NEW_CONVERSATION, [], true);
  expect(withRow(loaded, stored("r", "m", { source_id: "someone" }), false)).toBe(loaded);
});

it("puts older pages above without doubling", () => {
  const page = [{ id: "r1:u", role: "user" as const, content: "a", timestamp: AT }];
  const talk = withPage(withPage(NEW_CONVERSATION, page, false), page, true);
  expect(talk.entries).toHaveLength(1);
  expect(talk.reachedEnd).toBe(true);
});

it("sends the last turns along, without those under way", () => {
  const talk = ask(
    answer(ask(NEW_CONVERSATION, "m1", "hi", AT), "m1", { text: "yo", state: "done" }),
    "m2",
    "more",
    AT,
  );
  expect(historyFor(talk)).toEqual([
    { role: "user", parts: [{ kind: "text", text: "hi" }] },
    { role: "agent", parts: [{ kind: "text", text: "yo" }] },
    { role: "user", parts: [{ kind: "text", text: "more" }] },
  ]);
});

describe("questions asked while an answer is awaited", () => {
  const asked = ask(NEW_CONVERSATION, "m1", "one", AT);
  const kept = keep(keep(asked, "m2", "two", AT), "m3", "three", AT);
  const texts = (talk: typeof kept) => talk.entries.map((entry) => entry.text);

  it("wait their turn, in the order they were written", () => {
    expect(nextKept(kept)).toBeNull();
    const answered = answer(kept, "m1", { text: "first", state: "done" });
    expect(nextKept(answered)?.text).toBe("two");
    const next = ask(withoutTurn(answered, "m2"), "m4", "two", AT);
    expect(texts(next)).toEqual(["one", "first", "two", "", "three"]);
    expect(nextKept(next)).toBeNull();
    expect(nextKept(answer(next, "m4", { state: "failed", note: "no" }))?.text).toBe("three");
  });

  it("are not told to the agent before they are sent", () => {
    const answered = answer(kept, "m1", { text: "first", state: "done" });
    expect(historyFor(answered).map((turn) => turn.parts[0]?.text)).toEqual(["one", "first"]);
  });

  it("stay below what arrives meanwhile", () => {
    const after = withRow(kept, stored("r9", "other"), true);
    expect(texts(after).slice(-2)).toEqual(["two", "three"]);
    expect(texts(after)).toContain("echo: hi");
  });
});
