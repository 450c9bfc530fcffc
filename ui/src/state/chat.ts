/** Conversations, one an agent, kept while the page is open; drafts too. */

import { create } from "zustand";
import { readChat } from "../api/calls";
import { sentence } from "../api/client";
import { streamMessage } from "../api/stream";
import type { Activity } from "../api/types";
import {
  answer,
  ask,
  type Conversation,
  historyFor,
  isWaiting,
  keep,
  NEW_CONVERSATION,
  nextKept,
  withoutTurn,
  withPage,
  withRow,
} from "../core/chat";
import { uuid } from "../core/uuid";
import { useUi } from "./ui";

interface ChatState {
  talks: ReadonlyMap<string, Conversation>;
  drafts: ReadonlyMap<string, string>;
}

export const useChat = create<ChatState>(() => ({ talks: new Map(), drafts: new Map() }));

const running = new Map<string, AbortController>();

export function talkOf(state: ChatState, id: string): Conversation {
  return state.talks.get(id) ?? NEW_CONVERSATION;
}

function update(id: string, make: (talk: Conversation) => Conversation): void {
  useChat.setState((state) => {
    const before = talkOf(state, id);
    const after = make(before);
    if (after === before) return state;
    return { talks: new Map(state.talks).set(id, after) };
  });
}

export function setDraft(id: string, text: string): void {
  useChat.setState((state) => ({ drafts: new Map(state.drafts).set(id, text) }));
}

export function markRead(id: string): void {
  update(id, (talk) => (talk.unread === 0 ? talk : { ...talk, unread: 0 }));
}

/** Loads the newest page once, or the page before what is there. */
export async function loadChat(id: string, older = false): Promise<void> {
  const talk = talkOf(useChat.getState(), id);
  if (talk.loaded === "loading" || (talk.loaded === "yes" && (!older || talk.reachedEnd))) return;
  update(id, (now) => ({ ...now, loaded: "loading" }));
  try {
    const page = await readChat(id, older ? talk.entries[0]?.at : undefined);
    update(id, (now) => withPage(now, page.messages ?? [], page.reached_end ?? true));
  } catch (error) {
    update(id, (now) => ({ ...now, loaded: "failed", error: sentence(error) }));
  }
}

/** Sends a message; while an answer is awaited it is kept and sent when that one has ended. */
export async function send(id: string, text: string): Promise<void> {
  const talk = talkOf(useChat.getState(), id);
  // Its stream may run on for a moment after the stored row has brought the answer.
  if (isWaiting(talk) || running.has(id)) {
    update(id, (now) => keep(now, uuid(), text, new Date().toISOString()));
    setDraft(id, "");
    return;
  }
  setDraft(id, "");
  await deliver(id, text);
}

async function deliver(id: string, text: string): Promise<void> {
  const talk = talkOf(useChat.getState(), id);
  const messageId = uuid();
  const history = historyFor(talk);
  update(id, (now) => ask(now, messageId, text, new Date().toISOString()));
  const stop = new AbortController();
  running.set(id, stop);
  try {
    const outcome = await streamMessage(
      id,
      { messageId, text, history },
      (piece) =>
        update(id, (now) =>
          answer(now, messageId, { text: piece.text, note: piece.note, state: "streaming" }),
        ),
      stop.signal,
    );
    if (outcome.kind === "text") {
      update(id, (now) => answer(now, messageId, { text: outcome.text, note: undefined, state: "done" }));
    } else if (outcome.kind === "queued") {
      update(id, (now) => answer(now, messageId, { note: outcome.text, state: "queued" }));
    } else {
      update(id, (now) => answer(now, messageId, { note: outcome.text, state: "failed" }));
    }
  } catch {
    update(id, (now) =>
      answer(now, messageId, {
        note: "You stopped waiting. The agent may still finish; its answer is then shown here.",
        state: "failed",
      }),
    );
  } finally {
    running.delete(id);
    sendKept(id);
  }
}

/** The next of the messages that were written while an answer was awaited. */
function sendKept(id: string): void {
  const next = nextKept(talkOf(useChat.getState(), id));
  if (!next?.messageId) return;
  const { messageId, text } = next;
  update(id, (now) => withoutTurn(now, messageId));
  void deliver(id, text);
}

/** A kept message goes back into the box it came from, before what was typed there since. */
export function takeBack(id: string, messageId: string): void {
  const state = useChat.getState();
  const entry = talkOf(state, id).entries.find((one) => one.messageId === messageId && one.state === "kept");
  if (!entry) return;
  update(id, (now) => withoutTurn(now, messageId));
  setDraft(id, [entry.text, state.drafts.get(id) ?? ""].filter((part) => part !== "").join("\n"));
}

/** Stops waiting for an answer. The agent is not told: the platform lets it finish. */
export function stopWaiting(id: string): void {
  running.get(id)?.abort();
}

export function retry(id: string, messageId: string): void {
  const talk = talkOf(useChat.getState(), id);
  const question = talk.entries.find((entry) => entry.messageId === messageId && entry.role === "user");
  if (!question || isWaiting(talk)) return;
  update(id, (now) => withoutTurn(now, messageId));
  void deliver(id, question.text);
}

/** A row of an agent's log that came live. */
export function receiveRow(row: Activity): void {
  const { selected, tab } = useUi.getState();
  const isOpen = selected === row.workspace_id && tab === "chat";
  // A conversation nobody opened is read whole when it is; only the unread mark is kept until then.
  update(row.workspace_id, (talk) => {
    if (talk.loaded !== "no") return withRow(talk, row, isOpen);
    const mine = row.activity_type === "a2a_receive" && row.source_id === null && row.method === "notify";
    return mine && !isOpen ? { ...talk, unread: talk.unread + 1 } : talk;
  });
}

/** After a gap the newest page is read again where a conversation is open. */
export function refreshChats(): void {
  const { selected } = useUi.getState();
  useChat.setState((state) => {
    const talks = new Map(state.talks);
    for (const [id, talk] of talks) {
      if (isWaiting(talk)) continue;
      const entries = talk.entries.filter((entry) => entry.state === "kept");
      talks.set(id, { ...NEW_CONVERSATION, unread: talk.unread, entries });
    }
    return { talks };
  });
  if (selected !== null) void loadChat(selected);
}
