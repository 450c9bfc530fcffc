import { describe, expect, it } from "vitest";
import { readAnswer, SseReader, StreamText, textOf } from "./a2a";

describe("answers of every shape", () => {
  it.each([
    ["a message", 200, { result: { kind: "message", parts: [{ kind: "text", text: "hi" }] } }, "text", "hi"],
    [
      "parts told apart by type, or by nothing",
      200,
      { result: { parts: [{ type: "text", text: "a" }, { text: "b" }] } },
      "text",
      "a\nb",
    ],
    ["nested parts", 200, { result: { parts: [{ root: { kind: "text", text: "old" } }] } }, "text", "old"],
    [
      "a task",
      200,
      { result: { status: {}, artifacts: [{ parts: [{ kind: "text", text: "done" }] }] } },
      "text",
      "done",
    ],
    [
      "a task of the later version",
      200,
      { result: { task: { artifacts: [{ parts: [{ text: "new" }] }] } } },
      "text",
      "new",
    ],
    [
      "a wrapped message",
      200,
      { result: { message: { parts: [{ kind: "text", text: "in" }] } } },
      "text",
      "in",
    ],
    ["a string", 200, { result: "plain" }, "text", "plain"],
    ["queued", 202, { queued: true, queue_id: "q", message: "busy" }, "queued", "busy"],
    [
      "queued without the status",
      200,
      { queued: true },
      "queued",
      "Kept for later: it is delivered as soon as the agent can take it.",
    ],
    [
      "an error of the agent",
      200,
      { error: { code: -32601, message: "no such method" } },
      "error",
      "no such method",
    ],
    [
      "an error of the platform",
      503,
      { error: "workspace has no URL", status: "paused" },
      "error",
      "workspace has no URL",
    ],
    ["nothing", 200, null, "error", "The agent's answer could not be read."],
    ["a list", 200, [1, 2], "error", "The agent's answer could not be read."],
    ["plain words", 200, { raw: " Done.\n" }, "text", "Done."],
    ["an empty answer", 200, { raw: "" }, "error", "The agent's answer could not be read."],
  ])("%s", (_, status, body, kind, text) => {
    expect(readAnswer(status, body)).toMatchObject({ kind, text });
  });

  it("never fails", () => {
    for (const body of [
      0,
      "x",
      { result: 7 },
      { result: { parts: "no" } },
      { error: 3 },
      { result: { artifacts: [null] } },
    ]) {
      expect(() => readAnswer(200, body)).not.toThrow();
    }
    expect(textOf([null, 3, { kind: "file" }])).toBe("");
  });
});

describe("an answer in pieces", () => {
  const piece = (text: string, append: boolean) => ({
    result: {
      kind: "artifact-update",
      artifact: { artifactId: "a", parts: [{ kind: "text", text }] },
      append,
    },
  });

  it("grows, and the whole message at the end stands", () => {
    const stream = new StreamText();
    stream.push(piece("echo: ", false));
    stream.push(piece("hi", true));
    expect(stream.text).toBe("echo: hi");
    stream.push({ result: { kind: "message", parts: [{ kind: "text", text: "echo: hi there" }] } });
    expect(stream.text).toBe("echo: hi there");
  });

  it("tells what a task says meanwhile, and its failure", () => {
    const stream = new StreamText();
    stream.push({
      result: {
        kind: "status-update",
        status: { state: "working", message: { parts: [{ kind: "text", text: "Looking" }] } },
      },
    });
    expect(stream.note).toBe("Looking");
    stream.push({
      result: {
        kind: "status-update",
        status: { state: "failed", message: { parts: [{ kind: "text", text: "No" }] } },
      },
    });
    expect(stream.error).toBe("No");
  });

  it("keeps pieces when the stream ends with an error", () => {
    const stream = new StreamText();
    stream.push(piece("half", false));
    stream.push({ error: { code: 1, message: "broke" } });
    expect(stream.text).toBe("half");
    expect(stream.error).toBe("broke");
  });
});

describe("server-sent events", () => {
  it("are cut however the bytes come", () => {
    const reader = new SseReader();
    const text = ': ping\n\ndata: {"a":1}\n\nevent: x\ndata: one\ndata: two\n\n';
    const got = [...text].flatMap((letter) => reader.push(letter));
    expect(got).toEqual(['{"a":1}', "one\ntwo"]);
  });

  it("may end their lines with carriage returns", () => {
    const reader = new SseReader();
    expect(reader.push("data: a\r\n\r\ndata: b\r\n\r\n")).toEqual(["a", "b"]);
  });

  it("give the last one even without its blank line", () => {
    const reader = new SseReader();
    reader.push("data: last");
    expect(reader.end()).toEqual(["last"]);
  });
});
