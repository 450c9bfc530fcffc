/** Talk with one agent: answers grow as they come, the draft stays, what failed can be sent again. */

import { CornerDownLeft, RotateCw, Square } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import Markdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import { type Entry, isWaiting } from "../core/chat";
import { shortClock } from "../core/format";
import { asMarkdown, keepLines } from "../core/markdown";
import { canChat, shownOf } from "../core/status";
import { Button, Empty, Problem, SkeletonRows } from "../parts/controls";
import { openOutside } from "../shell";
import {
  loadChat,
  markRead,
  retry,
  send,
  setDraft,
  stopWaiting,
  takeBack,
  talkOf,
  useChat,
} from "../state/chat";
import { restart } from "../state/commands";
import { useReadOnly } from "../state/live";
import { useOrg } from "../state/org";

export function ChatTab({ id }: { id: string }) {
  const row = useOrg((state) => state.rows.get(id));
  const talk = useChat((state) => talkOf(state, id));
  const isReadOnly = useReadOnly();
  useEffect(() => {
    void loadChat(id);
  }, [id]);
  useEffect(() => {
    if (talk.unread > 0) markRead(id);
  }, [id, talk.unread]);
  if (!row) return null;
  const isOpen = canChat(row);
  return (
    <div className="flex h-full flex-col">
      {talk.loaded === "failed" && talk.entries.length === 0 ? (
        <div className="p-4">
          <Problem title="The conversation could not be read" text={talk.error}>
            <Button onClick={() => void loadChat(id)}>Retry</Button>
          </Problem>
        </div>
      ) : null}
      {talk.loaded !== "yes" && talk.loaded !== "failed" && talk.entries.length === 0 ? (
        <SkeletonRows rows={4} />
      ) : null}
      <Entries id={id} name={row.name} />
      {isOpen && !isReadOnly ? null : (
        <div className="flex items-center gap-2 border-t border-line px-4 py-2 text-ink-muted">
          <p className="min-w-0 flex-1">
            {isReadOnly
              ? "Not connected. You can write again when the connection is back."
              : `${row.name} cannot answer now: ${shownOf(row).word.toLowerCase()}${shownOf(row).line ? `, ${shownOf(row).line}` : ""}.`}
          </p>
          {isReadOnly ? null : <Button onClick={() => void restart(id)}>Restart</Button>}
        </div>
      )}
      <Composer id={id} name={row.name} isOpen={isOpen && !isReadOnly} />
    </div>
  );
}

function Entries({ id, name }: { id: string; name: string }) {
  const talk = useChat((state) => talkOf(state, id));
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const before = useRef({ height: 0, first: "" });
  const last = talk.entries.at(-1);

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs after every change of what is shown
  useLayoutEffect(() => {
    const box = list.current;
    if (!box) return;
    const first = talk.entries[0]?.id ?? "";
    const isOlderAbove = before.current.first !== "" && before.current.first !== first && !isAtEnd.current;
    if (isOlderAbove) box.scrollTop += box.scrollHeight - before.current.height;
    else if (isAtEnd.current) box.scrollTop = box.scrollHeight;
    before.current = { height: box.scrollHeight, first };
  }, [talk.entries, last?.text]);

  if (talk.loaded === "yes" && talk.entries.length === 0) {
    return (
      <div className="flex flex-1 items-center justify-center">
        <Empty title={`Talk to ${name}`}>
          Send a message below. The answer appears here as it is written, and stays until you delete the role.
        </Empty>
      </div>
    );
  }
  return (
    <div
      ref={list}
      role="log"
      // It scrolls, so the keyboard has to reach it.
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls is reached by the keyboard
      tabIndex={0}
      aria-label={`Conversation with ${name}`}
      aria-live="polite"
      data-testid="chat-log"
      className={`min-h-0 flex-1 space-y-4 overflow-y-auto px-4 py-4 ${talk.entries.length === 0 ? "hidden" : ""}`}
      onScroll={(event) => {
        const box = event.currentTarget;
        isAtEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
        if (box.scrollTop < 60 && !talk.reachedEnd) void loadChat(id, true);
      }}
    >
      {talk.reachedEnd ? null : (
        <p className="text-center text-small text-ink-muted">
          {talk.loaded === "loading" ? "Loading older messages" : "Older messages above"}
        </p>
      )}
      {talk.entries.map((entry) => (
        <Bubble
          key={entry.messageId ? `${entry.messageId}-${entry.role}` : entry.id}
          entry={entry}
          id={id}
          name={name}
        />
      ))}
    </div>
  );
}

const components: Components = {
  a: ({ href, children }) => (
    <a
      href={href}
      rel="noopener noreferrer"
      onClick={(event) => {
        event.preventDefault();
        if (href && /^https?:/.test(href)) void openOutside(href);
      }}
    >
      {children}
    </a>
  ),
  // Pictures from elsewhere would tell their server who reads; the policy of this page refuses them anyway.
  img: ({ alt }) => <span className="text-ink-muted">[picture: {alt || "no description"}]</span>,
};

function Bubble({ entry, id, name }: { entry: Entry; id: string; name: string }) {
  if (entry.role === "user") {
    return (
      <div className="flex flex-col items-end" data-testid="chat-user" data-state={entry.state}>
        <div
          className={`max-w-[85%] rounded-card border border-line bg-sunken px-3 py-2 wrap-anywhere whitespace-pre-wrap ${entry.state === "kept" ? "border-dashed text-ink-muted" : ""}`}
        >
          {entry.text}
        </div>
        {entry.state === "kept" ? (
          <p className="mt-0.5 flex items-center gap-2 text-small text-ink-muted">
            Sent after this answer
            <button
              type="button"
              className="text-accent hover:underline"
              onClick={() => entry.messageId && takeBack(id, entry.messageId)}
            >
              Take back
            </button>
          </p>
        ) : (
          <Time at={entry.at} />
        )}
      </div>
    );
  }
  return (
    <div data-testid={entry.role === "agent" ? "chat-agent" : "chat-system"} data-state={entry.state}>
      <p className="mb-0.5 text-small text-ink-muted">
        {entry.role === "system" ? "Platform" : name} <Time at={entry.at} />
      </p>
      {entry.text !== "" ? (
        <div className={`prose ${entry.role === "system" ? "text-ink-muted" : ""}`}>
          <Markdown remarkPlugins={[remarkGfm, keepLines]} components={components}>
            {asMarkdown(entry.text)}
          </Markdown>
        </div>
      ) : null}
      {entry.state === "sending" || entry.state === "streaming" ? (
        <Waiting at={entry.at} note={entry.note} hasText={entry.text !== ""} />
      ) : null}
      {entry.state === "queued" ? <p className="text-ink-muted">{entry.note}</p> : null}
      {entry.state === "failed" ? (
        <div role="alert" className="mt-1 rounded-base border border-failed bg-failed-soft px-3 py-2">
          <p className="text-failed wrap-anywhere">{entry.note || "The message did not get an answer."}</p>
          {entry.messageId ? (
            <Button
              className="mt-1.5"
              icon={<RotateCw size={12} aria-hidden="true" />}
              onClick={() => entry.messageId && retry(id, entry.messageId)}
            >
              Try again
            </Button>
          ) : null}
        </div>
      ) : null}
    </div>
  );
}

function Time({ at }: { at: string }) {
  return <time className="mt-0.5 text-small text-ink-muted">{shortClock(at)}</time>;
}

/** Counts seconds only while an answer is awaited. */
function Waiting({ at, note, hasText }: { at: string; note?: string; hasText: boolean }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.floor((now - Date.parse(at)) / 1000));
  return (
    <p className="text-small text-ink-muted" data-testid="chat-waiting">
      {hasText ? "Writing" : note || "Waiting for the answer"} · {seconds} s
    </p>
  );
}

function Composer({ id, name, isOpen }: { id: string; name: string; isOpen: boolean }) {
  const draft = useChat((state) => state.drafts.get(id) ?? "");
  const waiting = useChat((state) => isWaiting(talkOf(state, id)));
  const field = useRef<HTMLTextAreaElement>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the height follows the text
  useLayoutEffect(() => {
    const box = field.current;
    if (!box) return;
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight + 2, 180)}px`;
  }, [draft]);

  const submit = () => {
    const text = draft.trim();
    if (text !== "" && isOpen) void send(id, text);
  };
  return (
    <form
      className="flex items-end gap-2 border-t border-line p-3"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <textarea
        ref={field}
        rows={1}
        aria-label="Message to agent"
        placeholder={`Message ${name}`}
        value={draft}
        disabled={!isOpen}
        className="min-h-8 flex-1 resize-none rounded-base border border-line-strong bg-raised px-2.5 py-1.5 disabled:opacity-60"
        onChange={(event) => setDraft(id, event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
            event.preventDefault();
            submit();
          }
        }}
      />
      {waiting ? (
        <Button
          className="h-8"
          icon={<Square size={11} aria-hidden="true" />}
          onClick={() => stopWaiting(id)}
        >
          Stop
        </Button>
      ) : null}
      {waiting && draft.trim() === "" ? null : (
        <Button
          type="submit"
          look="primary"
          className="h-8"
          disabled={!isOpen || draft.trim() === ""}
          icon={<CornerDownLeft size={13} aria-hidden="true" />}
        >
          Send
        </Button>
      )}
    </form>
  );
}
