/** The container engine, asked directly over its socket: what the bare script of the container figure speaks to. */

import { existsSync } from "node:fs";
import http from "node:http";
import { homedir } from "node:os";
import { join } from "node:path";
import { now } from "./numbers.mjs";
import { first } from "./stack.mjs";

/** Label on everything that the bare script makes, so that all of it is found and removed. */
export const LABEL = "molecule.bench";

export class Engine {
  #agent = new http.Agent({ keepAlive: true });

  constructor(socket) {
    this.socket = socket;
    this.label = String(process.pid);
  }

  /** The engine of `DOCKER_HOST`, else of a usual socket; null when none answers. */
  static async find() {
    const named = process.env.DOCKER_HOST?.startsWith("unix://") ? [process.env.DOCKER_HOST.slice(7)] : [];
    const usual = ["/var/run/docker.sock", join(homedir(), ".docker/run/docker.sock")];
    for (const socket of [...named, ...usual]) {
      if (!existsSync(socket)) continue;
      const engine = new Engine(socket);
      const answer = await engine.ask("GET", "/_ping").catch(() => null);
      if (answer?.status === 200) return engine;
    }
    return null;
  }

  /** One call; the body is JSON, or bytes of an archive. */
  ask(method, path, body) {
    const isBytes = Buffer.isBuffer(body);
    const bytes = body === undefined || isBytes ? body : Buffer.from(JSON.stringify(body));
    const headers = bytes === undefined ? {} : { "Content-Length": bytes.length };
    if (bytes !== undefined) headers["Content-Type"] = isBytes ? "application/x-tar" : "application/json";
    return new Promise((done, fail) => {
      const request = http.request({ socketPath: this.socket, method, path, headers, agent: this.#agent }, (response) => {
        const parts = [];
        response.on("data", (part) => parts.push(part));
        response.on("end", () => done({ status: response.statusCode, bytes: Buffer.concat(parts) }));
        response.on("error", fail);
      });
      request.on("error", fail);
      request.end(bytes);
    });
  }

  /** One call that must succeed; answers parsed JSON, or null without a body. */
  async must(method, path, body) {
    const answer = await this.ask(method, path, body);
    if (answer.status >= 300) throw new Error(`engine: ${method} ${path} answered ${answer.status}: ${answer.bytes}`);
    const text = answer.bytes.toString();
    return text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : null;
  }

  /** Starts of containers as the engine tells them. */
  starts() {
    const waiting = new Set();
    const filters = encodeURIComponent(JSON.stringify({ type: ["container"], event: ["start"] }));
    let stop = () => undefined;
    const listening = new Promise((done, fail) => {
      const request = http.request({ socketPath: this.socket, path: `/events?filters=${filters}` }, (response) => {
        let rest = "";
        response.setEncoding("utf8");
        response.on("data", (chunk) => {
          const at = now();
          const lines = (rest + chunk).split("\n");
          rest = lines.pop();
          for (const line of lines.filter((one) => one.trim() !== "")) {
            for (const one of waiting) one(JSON.parse(line), at);
          }
        });
        response.on("error", () => undefined);
        done();
      });
      request.on("error", fail);
      request.end();
      stop = () => request.destroy();
    });
    return {
      listening,
      /** When the container with this label value, or this name, was started. */
      when: (wanted, limit = 120_000) => first(waiting, (event) => wanted(event.Actor.Attributes), limit),
      stop: () => stop(),
    };
  }

  images() {
    return this.must("GET", "/images/json");
  }

  /** Removes what carries the label of this run. */
  async sweep() {
    const filters = encodeURIComponent(JSON.stringify({ label: [`${LABEL}=${this.label}`] }));
    for (const one of await this.must("GET", `/containers/json?all=true&filters=${filters}`)) {
      await this.ask("DELETE", `/containers/${one.Id}?force=true&v=true`);
    }
    for (const one of (await this.must("GET", `/volumes?filters=${filters}`)).Volumes ?? []) {
      await this.ask("DELETE", `/volumes/${one.Name}`);
    }
  }
}
