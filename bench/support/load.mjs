/** Load from `bench-load`, a program of its own because it shares the processor with what is measured. */

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { onInterrupt } from "./numbers.mjs";

/**
 * Sends whole requests by turns, one in flight a connection, for so many seconds. Answers accepted requests a second and
 * the p99 of their spans in ms; a refused one fails the figure.
 */
export async function load(run, port, requests, { connections = requests.length, seconds }) {
  const child = start(run, "http", { port, requests, connections, seconds });
  const { rate, times } = await child.line();
  await child.end();
  return { rate, p99: times.p99 / 1000 };
}

/** Opens event sockets. `fire` sets events off and answers the spans in ms; `close` ends the sockets. */
export async function sockets(run, job) {
  const child = start(run, "live", job);
  await child.line();
  return {
    fire: async () => {
      child.say();
      const { p50, p99 } = await child.line();
      return { p50: p50 / 1000, p99: p99 / 1000 };
    },
    close: () => child.end(),
  };
}

function start(run, kind, job) {
  const child = spawn(run.program("bench-load"), [kind], { stdio: ["pipe", "pipe", "pipe"] });
  let complaint = "";
  child.stderr.on("data", (chunk) => {
    complaint += chunk;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise((done) => child.once("exit", done));
  const forget = onInterrupt(() => child.kill());
  child.stdin.on("error", () => undefined);
  child.stdin.write(`${JSON.stringify(job)}\n`);
  return {
    line: async () => {
      const { value, done } = await lines.next();
      if (done) throw new Error(`bench-load ended: ${complaint.trim()}`);
      return JSON.parse(value);
    },
    say: () => child.stdin.write("\n"),
    end: async () => {
      child.stdin.end();
      await ended;
      forget();
    },
  };
}

/** A whole request as text. */
export function request(method, path, { bearer, body } = {}) {
  const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
  const lines = [`${method} ${path} HTTP/1.1`, "Host: 127.0.0.1"];
  if (bearer) lines.push(`Authorization: Bearer ${bearer}`);
  if (text) lines.push("Content-Type: application/json", `Content-Length: ${Buffer.byteLength(text)}`);
  return `${lines.join("\r\n")}\r\n\r\n${text}`;
}
