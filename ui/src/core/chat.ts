/** The conversation with one agent. Pure; ids are stable end to end, so an answer that comes twice is shown once. */

import type { Activity, ChatMessage } from "../api/types";
import { readAnswer, textOf } from "./a2a";

/** `kept`: a question that is sent when the answer before it has ended. */
export type TurnState = "kept" | "sending" | "streaming" | "queued" | "done" | "failed";

/** One thing that was said. A turn of the person carries the state of its answer. */
export interface Entry {
  id: string;
  role: "user" | "agent" | "system";
  text: string;
  at: string;
  state: TurnState;
  /** Id of the message on the wire; ties an answer to its question. */
  messageId?: string;
  /** Why it failed or waits. */
  note?: string;
}

export interface Conversation {
  entries: readonly Entry[];
  /** Older pages may exist. */
  reachedEnd: boolean;
  loaded: "no" | "loading" | "yes" | "failed";
  error?: string;
  unread: number;
}

export const NEW_CONVERSATION: Conversation = { entries: [], reachedEnd: true, loaded: "no", unread: 0 };

export function entryOf(message: ChatMessage): Entry {
  return { id: message.id, role: message.role, text: message.content, at: message.timestamp, state: "done" };
}

/** A page of stored messages, older than what is there or the first one. What is under way stays at the end. */
export function withPage(
  talk: Conversation,
  messages: readonly ChatMessage[],
  reachedEnd: boolean,
): Conversation {
  const known = new Set(talk.entries.map((entry) => entry.id));
  const page = messages.filter((message) => !known.has(message.id)).map(entryOf);
  return { ...talk, entries: [...page, ...talk.entries], reachedEnd, loaded: "yes", error: undefined };
}

/** What happens now stands before what is kept for later. */
function withEntries(talk: Conversation, fresh: readonly Entry[]): Conversation {
  const isKept = (entry: Entry) => entry.state === "kept";
  const now = talk.entries.filter((entry) => !isKept(entry));
  return { ...talk, entries: [...now, ...fresh, ...talk.entries.filter(isKept)] };
}

/** A question and the empty answer it waits for. */
export function ask(talk: Conversation, messageId: string, text: string, at: string): Conversation {
  return withEntries(talk, [
    { id: `${messageId}:u`, role: "user", text, at, state: "done", messageId },
    { id: `${messageId}:a`, role: "agent", text: "", at, state: "sending", messageId },
  ]);
}

/** A question that was asked while another one is being answered: it stands last and is sent in its turn. */
export function keep(talk: Conversation, messageId: string, text: string, at: string): Conversation {
  const entry: Entry = { id: `${messageId}:u`, role: "user", text, at, state: "kept", messageId };
  return { ...talk, entries: [...talk.entries, entry] };
}

/** The question whose turn it is; nothing while an answer is awaited or nothing is kept. */
export function nextKept(talk: Conversation): Entry | null {
  if (isWaiting(talk)) return null;
  return talk.entries.find((entry) => entry.state === "kept") ?? null;
}

export function answer(
  talk: Conversation,
  messageId: string,
  change: Partial<Pick<Entry, "text" | "state" | "note" | "at">>,
): Conversation {
  let hit = false;
  const entries = talk.entries.map((entry) => {
    if (entry.messageId !== messageId || entry.role === "user") return entry;
    if (entry.state === "done" && change.state !== "done") return entry;
    hit = true;
    return { ...entry, ...change };
  });
  return hit ? { ...talk, entries } : talk;
}

/** Before a retry the failed question and answer are taken out; they are asked anew. */
export function withoutTurn(talk: Conversation, messageId: string): Conversation {
  return { ...talk, entries: talk.entries.filter((entry) => entry.messageId !== messageId) };
}

/** Whose words a row brings: a schedule's are not the person's. */
function asker(row: Activity): Entry["role"] {
  return (row.source_kind ?? "canvas") === "canvas" ? "user" : "system";
}

/** A stored row of this conversation that arrived live. */
export function withRow(talk: Conversation, row: Activity, isOpen: boolean): Conversation {
  if (row.activity_type !== "a2a_receive" || row.source_id !== null) return talk;
  const userId = `${row.id}:u`;
  const agentId = `${row.id}:a`;
  if (talk.entries.some((entry) => entry.id === userId || entry.id === agentId)) return talk;
  const message = (
    row.request_body as { params?: { message?: { messageId?: string; parts?: unknown } } } | null
  )?.params?.message;
  const asked = textOf(message?.parts);
  const read = row.response_body ? readAnswer(200, row.response_body) : null;
  const failed = row.status === "error" || read?.kind === "error";
  const said = read?.text ?? row.error_detail ?? "";
  const waiting = message?.messageId;
  if (waiting && talk.entries.some((entry) => entry.messageId === waiting)) {
    return {
      ...talk,
      entries: talk.entries.map((entry): Entry => {
        if (entry.messageId !== waiting) return entry;
        if (entry.role === "user") return { ...entry, id: userId };
        if (failed) {
          return { ...entry, id: agentId, state: "failed", note: row.error_detail ?? said };
        }
        const text = said !== "" ? said : entry.text;
        // A row without a body (too large, or queued) does not end a turn that still waits.
        if (text === "" && entry.state !== "done") return entry;
        return { ...entry, id: agentId, text, state: "done", note: undefined, at: row.created_at };
      }),
    };
  }
  const fresh: Entry[] = [];
  if (asked !== "")
    fresh.push({ id: userId, role: asker(row), text: asked, at: row.created_at, state: "done" });
  if (said !== "") {
    fresh.push({
      id: agentId,
      role: failed ? "system" : "agent",
      text: said,
      at: row.created_at,
      state: "done",
    });
  }
  if (fresh.length === 0) return talk;
  return { ...withEntries(talk, fresh), unread: isOpen ? 0 : talk.unread + 1 };
}

export function isWaiting(talk: Conversation): boolean {
  return talk.entries.some((entry) => entry.state === "sending" || entry.state === "streaming");
}

/** The last turns before a new one, as agents expect them. */
export function historyFor(talk: Conversation): { role: string; parts: { kind: string; text: string }[] }[] {
  return talk.entries
    .filter((entry) => entry.role !== "system" && entry.text !== "" && entry.state === "done")
    .slice(-20)
    .map((entry) => ({ role: entry.role, parts: [{ kind: "text", text: entry.text }] }));
}
