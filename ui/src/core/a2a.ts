/**
 * What an answer says, whatever shape it has (contract 02 section 3). Total: no input makes it fail, and none is shown
 * to a person as raw JSON.
 */

export type Answer =
  | { kind: "text"; text: string }
  | { kind: "queued"; text: string; queueId: string | null }
  | { kind: "error"; text: string; busy: boolean; retryAfter: number | null };

type Json = Record<string, unknown>;

function obj(value: unknown): Json | null {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : null;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Text of parts, by either discriminator, by none, or in the old nested form. */
export function textOf(parts: unknown): string {
  const texts: string[] = [];
  for (const entry of list(parts)) {
    const outer = obj(entry);
    const part = obj(outer?.root) ?? outer;
    const kind = part?.kind ?? part?.type ?? "text";
    if (kind === "text" && typeof part?.text === "string" && part.text !== "") texts.push(part.text);
  }
  return texts.join("\n");
}

function resultText(result: unknown): string | null {
  if (typeof result === "string") return result;
  const body = obj(result);
  if (!body) return null;
  const task = obj(body.task) ?? body;
  const texts = [
    textOf(body.parts),
    ...list(task.artifacts).map((artifact) => textOf(obj(artifact)?.parts)),
    textOf(obj(obj(task.status)?.message)?.parts),
    textOf(obj(body.message)?.parts),
  ].filter((text) => text !== "");
  return texts.length > 0 ? texts.join("\n") : null;
}

/** Reads a whole answer of `POST …/a2a`. */
export function readAnswer(httpStatus: number, body: unknown): Answer {
  const top = obj(body);
  if (httpStatus === 202 || top?.queued === true) {
    return {
      kind: "queued",
      text: queuedText(top?.message),
      queueId: typeof top?.queue_id === "string" ? top.queue_id : null,
    };
  }
  if (top?.delivery_mode === "poll") {
    return { kind: "queued", text: "Stored: the agent fetches its messages by itself.", queueId: null };
  }
  if (top && "result" in top) {
    const text = resultText(top.result);
    if (text !== null) return { kind: "text", text };
  }
  const rpc = obj(top?.error);
  if (rpc)
    return failure(typeof rpc.message === "string" ? rpc.message : "The agent reported an error.", top);
  if (typeof top?.error === "string") return failure(top.error, top);
  if (top && "result" in top) return { kind: "text", text: "" };
  // An agent that answers in plain words: kept, and read from the wire, as `raw`.
  if (typeof top?.raw === "string" && top.raw.trim() !== "") return { kind: "text", text: top.raw.trim() };
  return failure("The agent's answer could not be read.", top);
}

const KEPT = "Kept for later: it is delivered as soon as the agent can take it.";

/** The platform's own reason, unless it is the sentence that old clients match on. */
function queuedText(message: unknown): string {
  return typeof message === "string" && !/request queued, will dispatch/.test(message) ? message : KEPT;
}

function failure(text: string, body: Json | null): Answer {
  return {
    kind: "error",
    text,
    busy: body?.busy === true,
    retryAfter: typeof body?.retry_after === "number" ? body.retry_after : null,
  };
}

/** Puts the pieces of a streamed answer together. */
export class StreamText {
  private readonly artifacts = new Map<string, string>();
  private whole: string | null = null;
  error: string | null = null;
  /** What a task says about itself while it works. */
  note = "";

  push(frame: unknown): void {
    const top = obj(frame);
    if (!top) return;
    if ("error" in top) {
      const answer = readAnswer(200, top);
      this.error = answer.kind === "error" ? answer.text : null;
      return;
    }
    if (top.queued === true) {
      this.note = typeof top.message === "string" ? top.message : "";
      return;
    }
    const result = obj(top.result);
    if (!result) {
      if (typeof top.result === "string") this.whole = top.result;
      return;
    }
    if (result.kind === "artifact-update" || "artifactUpdate" in result) {
      const update = obj(result.artifactUpdate) ?? result;
      const artifact = obj(update.artifact);
      const id = typeof artifact?.artifactId === "string" ? artifact.artifactId : "";
      const text = textOf(artifact?.parts);
      this.artifacts.set(id, update.append === true ? (this.artifacts.get(id) ?? "") + text : text);
      return;
    }
    if (result.kind === "status-update" || "statusUpdate" in result) {
      const update = obj(result.statusUpdate) ?? result;
      const status = obj(update.status);
      const text = textOf(obj(status?.message)?.parts);
      const state = typeof status?.state === "string" ? status.state : "";
      if (/failed|rejected|canceled/i.test(state)) this.error = text || "The agent gave up on this message.";
      else if (/completed/i.test(state)) {
        if (text !== "" && this.artifacts.size === 0) this.whole = text;
      } else this.note = text;
      return;
    }
    const text = resultText(result);
    if (text !== null) this.whole = text;
  }

  get text(): string {
    if (this.whole !== null) return this.whole;
    return [...this.artifacts.values()].join("\n");
  }
}

/** Cuts a stream of text into the data of server-sent events. */
export class SseReader {
  private rest = "";
  private data: string[] = [];

  push(chunk: string): string[] {
    this.rest += chunk;
    const events: string[] = [];
    for (;;) {
      const end = this.rest.search(/\r\n|\n|\r(?!$)/);
      if (end < 0) break;
      const line = this.rest.slice(0, end);
      this.rest = this.rest.slice(end + (this.rest.startsWith("\r\n", end) ? 2 : 1));
      if (line === "") {
        if (this.data.length > 0) events.push(this.data.join("\n"));
        this.data = [];
      } else if (line.startsWith("data:")) this.data.push(line.slice(line.startsWith("data: ") ? 6 : 5));
    }
    return events;
  }

  end(): string[] {
    const events = this.push("\n\n");
    return events;
  }
}
