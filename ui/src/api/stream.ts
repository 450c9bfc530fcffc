/** Answers that come in pieces: a message to an agent, and the log of a container. */

import { readAnswer, SseReader, StreamText } from "../core/a2a";
import { ApiError, errorOf, headers } from "./client";

export interface Piece {
  text: string;
  note: string;
}

export type Outcome =
  | { kind: "text"; text: string }
  | { kind: "queued"; text: string }
  | { kind: "error"; text: string };

interface Outgoing {
  messageId: string;
  text: string;
  history: unknown;
}

/** Sends a message and reports the answer as it grows. Never throws but for an abort. */
export async function streamMessage(
  id: string,
  message: Outgoing,
  onPiece: (piece: Piece) => void,
  signal: AbortSignal,
): Promise<Outcome> {
  const path = `/workspaces/${encodeURIComponent(id)}/a2a`;
  let answer: Response;
  try {
    answer = await fetch(path, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "text/event-stream, application/json",
        Prefer: "respond-async",
        ...headers(),
      },
      body: JSON.stringify({
        method: "message/stream",
        params: {
          message: {
            role: "user",
            kind: "message",
            messageId: message.messageId,
            parts: [{ kind: "text", text: message.text }],
          },
          metadata: { history: message.history },
        },
      }),
      signal,
    });
  } catch (cause) {
    if (signal.aborted) throw cause;
    return { kind: "error", text: "The platform does not answer. Your message was not sent; try again." };
  }
  if (!(answer.headers.get("Content-Type") ?? "").startsWith("text/event-stream")) {
    if (!answer.ok) return { kind: "error", text: (await errorOf(answer, "POST", path)).message };
    const read = readAnswer(answer.status, readable(await answer.text().catch(() => "")));
    return read.kind === "error" ? { kind: "error", text: read.text } : { kind: read.kind, text: read.text };
  }
  const whole = new StreamText();
  try {
    for await (const data of events(answer)) {
      try {
        whole.push(JSON.parse(data));
      } catch {
        continue;
      }
      onPiece({ text: whole.text, note: whole.note });
    }
  } catch (cause) {
    if (signal.aborted) throw cause;
    return { kind: "error", text: "The answer broke off. What came so far is kept; try again for the rest." };
  }
  if (whole.error !== null) return { kind: "error", text: whole.error };
  if (whole.text === "" && whole.note !== "") return { kind: "queued", text: whole.note };
  return { kind: "text", text: whole.text };
}

/** Follows the log of a container until aborted. Answers false when this platform cannot follow. */
export async function followConsole(
  id: string,
  onText: (text: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const path = `/workspaces/${encodeURIComponent(id)}/console/stream`;
  const answer = await fetch(path, { headers: { Accept: "text/event-stream", ...headers() }, signal });
  if (!answer.ok) {
    if ([404, 405, 409, 501, 503].includes(answer.status)) return false;
    throw await errorOf(answer, "GET", path);
  }
  for await (const data of events(answer)) onText(lineOf(data));
  return true;
}

/** The answer of an agent comes as the agent wrote it; plain words are told by `raw`, as the platform keeps them. */
function readable(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { raw: text };
  }
}

function lineOf(data: string): string {
  try {
    const parsed: unknown = JSON.parse(data);
    if (typeof parsed === "string") return parsed;
    if (parsed && typeof parsed === "object") {
      const body = parsed as Record<string, unknown>;
      for (const key of ["output", "text", "line", "data"])
        if (typeof body[key] === "string") return body[key];
    }
  } catch {
    // A plain line.
  }
  return data;
}

async function* events(answer: Response): AsyncGenerator<string> {
  if (!answer.body)
    throw new ApiError(0, { error: "The answer was empty.", code: "empty" }, "GET", answer.url);
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  const cut = new SseReader();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) break;
    yield* cut.push(value);
  }
  yield* cut.end();
}
