/** One platform of a figure's own: the real program, with a data folder, a home, a network and a key nobody else has. */

import { execFile, spawn } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync, readdirSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { goOn, now, onInterrupt, until } from "./numbers.mjs";

const run = promisify(execFile);

/** Seals what measured platforms keep; not a secret. */
const KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/** What a person has set must not reach a measured platform. */
const NOT_INHERITED = ["ADMIN_TOKEN", "MOLECULE_HOME", "PORT", "PLATFORM_URL", "FAILPOINTS", "DBUS_SESSION_BUS_ADDRESS"];

let counted = 0;

export class Stack {
  #server = null;
  #agent = new http.Agent({ keepAlive: true });
  port = 0;

  /** `engine`: it uses the container engine, and what it left there is purged at the end. */
  constructor(runFolder, { engine = false } = {}) {
    counted += 1;
    this.engine = engine;
    this.program = runFolder.program("molecule-stack");
    this.home = runFolder.folder("stack");
    this.data = join(this.home, "data");
    mkdirSync(join(this.home, "run"), { mode: 0o700 });
    this.network = `molecule-bench-${process.pid}-${counted}`;
    this.env = { ...process.env };
    for (const name of NOT_INHERITED) delete this.env[name];
    Object.assign(this.env, {
      HOME: this.home,
      XDG_RUNTIME_DIR: join(this.home, "run"),
      MOLECULE_NETWORK: this.network,
      SECRETS_ENCRYPTION_KEY: KEY,
      // Measured is what a request costs, not when a caller is told to wait.
      RATE_LIMIT: "1000000000",
    });
  }

  get origin() {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid() {
    return this.#server?.pid;
  }

  /** Starts it. Answers the milliseconds from the start of the process until the API answered that it is ready. */
  async start() {
    goOn();
    const args = ["serve", "--port", "0", "--print-link", "--json", "--data-dir", this.data];
    if (!this.engine) args.push("--no-engine");
    const began = now();
    const server = spawn(this.program, args, { env: this.env, stdio: ["ignore", "pipe", "pipe"] });
    this.#server = server;
    this.began = began;
    let complaint = "";
    server.stderr.on("data", (chunk) => {
      complaint = (complaint + chunk).slice(-4000);
    });
    const said = await new Promise((done, fail) => {
      let text = "";
      server.stdout.on("data", (chunk) => {
        text += chunk;
        // The document may be written over several lines; it is whole when it can be read.
        try {
          done(JSON.parse(text));
        } catch {}
      });
      server.once("error", fail);
      server.once("exit", (code, signal) =>
        fail(new Error(`the platform ended (${code ?? signal}) before it answered: ${complaint}`)),
      );
    });
    this.port = said.port;
    this.link = said.link;
    const { status } = await this.bare("GET", "/health/ready");
    if (status !== 200) throw new Error(`/health/ready answered ${status}`);
    const took = now() - began;
    server.stderr.pipe(createWriteStream(join(this.home, "stderr"), { flags: "a" }));
    this.bearer = await this.#credential();
    return took;
  }

  /** The app's own credential, from the local socket that the owner of a data folder answers on. */
  async #credential() {
    const folder = join(this.home, "run", "molecule-desktop");
    const socket = join(folder, readdirSync(folder)[0]);
    const text = await new Promise((done, fail) => {
      let all = "";
      net
        .connect(socket)
        .on("data", (chunk) => {
          all += chunk;
        })
        .on("end", () => done(all))
        .on("error", fail);
    });
    return JSON.parse(text).bearer;
  }

  /** A request; answers status and parsed body. */
  bare(method, path, body, bearer) {
    const bytes = body === undefined ? undefined : JSON.stringify(body);
    const headers = {};
    if (bytes !== undefined) headers["Content-Type"] = "application/json";
    if (bytes !== undefined) headers["Content-Length"] = Buffer.byteLength(bytes);
    if (bearer) headers.Authorization = `Bearer ${bearer}`;
    return new Promise((done, fail) => {
      const request = http.request(
        { host: "127.0.0.1", port: this.port, method, path, headers, agent: this.#agent },
        (response) => {
          let text = "";
          response.setEncoding("utf8");
          response.on("data", (chunk) => {
            text += chunk;
          });
          response.on("end", () => {
            try {
              done({ status: response.statusCode, body: text === "" ? null : JSON.parse(text) });
            } catch {
              done({ status: response.statusCode, body: text });
            }
          });
          response.on("error", fail);
        },
      );
      request.on("error", fail);
      request.end(bytes);
    });
  }

  /** A request with the app's credential that must succeed; answers the body. */
  async api(method, path, body) {
    const answer = await this.bare(method, path, body, this.bearer);
    if (answer.status >= 300) {
      throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    }
    return answer.body;
  }

  workspaces() {
    return this.api("GET", "/workspaces");
  }

  /** Registers a folder; answers the body of an import of it. */
  async register(folder) {
    const { dir } = await this.api("POST", "/org/folders", { path: folder });
    return { dir, mode: "sync", force: true };
  }

  /** Waits until so many agents are online. */
  online(count) {
    const look = async () => {
      const rows = await this.workspaces();
      return rows.filter((row) => row.status === "online").length >= count && rows;
    };
    return until(`${count} agents online`, look, { every: 200, limit: 300_000 });
  }

  /** Live events, read from the command line's `events --follow`. Call `stop` when done. */
  async events() {
    const { last_seq: since } = await this.api("GET", "/stack");
    const args = ["events", "--follow", "--since", String(since), "--json", "--data-dir", this.data];
    const reader = spawn(this.program, args, { env: this.env, stdio: ["ignore", "pipe", "ignore"] });
    const waiting = new Set();
    let rest = "";
    reader.stdout.setEncoding("utf8");
    reader.stdout.on("data", (chunk) => {
      const at = now();
      const lines = (rest + chunk).split("\n");
      rest = lines.pop();
      for (const line of lines.filter((one) => one.trim() !== "")) {
        const event = JSON.parse(line);
        for (const one of waiting) one(event, at);
      }
    });
    return {
      /** When the first event came that `wanted` accepts. */
      when: (wanted, limit = 120_000) => first(waiting, wanted, limit),
      stop: () => reader.kill("SIGTERM"),
    };
  }

  /** A line of `/proc/<pid>/status` in MB. */
  memory(field) {
    const text = readFileSync(`/proc/${this.pid}/status`, "utf8");
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(text)[1]) / 1000;
  }

  kill() {
    return this.#end("SIGKILL");
  }

  /** Ends it and, if it used an engine, removes all that it made there. */
  async remove() {
    await this.#end("SIGTERM");
    if (this.engine) {
      const args = ["purge", "--yes", "--json", "--data-dir", this.data];
      await until("the purge of a measured platform", () => run(this.program, args, { env: this.env }), {
        every: 300,
        isCleaning: true,
      });
    }
  }

  async #end(signal) {
    const server = this.#server;
    this.#server = null;
    this.#agent.destroy();
    this.#agent = new http.Agent({ keepAlive: true });
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((done) => server.once("exit", done));
    server.kill(signal);
    await ended;
  }
}

/** The moment at which something in a set of readers was first accepted. */
export function first(waiting, wanted, limit) {
  const moment = new Promise((done, fail) => {
    const end = (how, what) => {
      clearTimeout(timer);
      forget();
      waiting.delete(one);
      how(what);
    };
    const timer = setTimeout(() => end(fail, new Error(`an event did not come within ${limit / 1000} s`)), limit);
    const forget = onInterrupt(() => end(fail, new Error("interrupted")));
    const one = (event, at) => {
      if (wanted(event)) end(done, at);
    };
    waiting.add(one);
  });
  // Asked for before what it waits for is set off, so it may fail before anybody awaits it.
  moment.catch(() => undefined);
  return moment;
}
