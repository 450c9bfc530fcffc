/** Requests as fast as a server takes them: raw sockets, so that the load costs little of the processor it shares. */

import net from "node:net";
import { now } from "./numbers.mjs";

/**
 * Sends `requests[connection]()` again and again, one in flight a connection, for `ms`. Answers accepted requests a
 * second; a refused one fails the figure.
 */
export async function rate(port, requests, ms) {
  const end = now() + ms;
  const began = now();
  const counts = await Promise.all(requests.map((next) => connection(port, next, end)));
  return (counts.reduce((sum, one) => sum + one, 0) / (now() - began)) * 1000;
}

function connection(port, next, end) {
  return new Promise((done, fail) => {
    let count = 0;
    let rest = "";
    const socket = net.connect(port, "127.0.0.1", () => socket.write(next()));
    socket.setNoDelay(true);
    socket.setEncoding("latin1");
    socket.on("data", (chunk) => {
      rest += chunk;
      const head = rest.indexOf("\r\n\r\n");
      if (head < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(rest)?.[1] ?? 0);
      if (rest.length < head + 4 + length) return;
      if (!rest.startsWith("HTTP/1.1 200")) {
        socket.destroy();
        fail(new Error(`a request under load was answered: ${rest.slice(0, 300)}`));
        return;
      }
      rest = "";
      count += 1;
      if (now() < end) socket.write(next());
      else {
        socket.destroy();
        done(count);
      }
    });
    socket.on("error", fail);
  });
}

/** A whole request as text. */
export function request(method, path, { bearer, body } = {}) {
  const text = body === undefined ? "" : JSON.stringify(body);
  const lines = [`${method} ${path} HTTP/1.1`, "Host: 127.0.0.1"];
  if (bearer) lines.push(`Authorization: Bearer ${bearer}`);
  if (text) lines.push("Content-Type: application/json", `Content-Length: ${Buffer.byteLength(text)}`);
  return `${lines.join("\r\n")}\r\n\r\n${text}`;
}
