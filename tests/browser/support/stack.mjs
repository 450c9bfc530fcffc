/** One platform of a test's own: the real program, with a data folder, a home and a key that nobody else has. */

import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
const target = resolve(root, process.env.CARGO_TARGET_DIR ?? "target");
const program = process.env.MOLECULE_STACK ?? join(target, "debug", "molecule-stack");
const run = promisify(execFile);

/** Where a failed test leaves its picture. */
export const failures = join(target, "test-logs", "browser");

export class Stack {
  /** @type {import("node:child_process").ChildProcess | null} */
  #server = null;
  #bearer = "";
  port = 0;

  constructor(options = {}) {
    if (!existsSync(program)) throw new Error(`${program} is missing. Build it first: cargo build -p cli`);
    this.home = options.home ?? mkdtempSync(join(tmpdir(), "molecule-browser-"));
    this.data = join(this.home, "data");
    this.flags = options.flags ?? ["--no-engine"];
    for (const folder of ["data", "home", "run", "orgs"]) mkdirSync(join(this.home, folder), { mode: 0o700, recursive: true });
    this.env = {
      ...process.env,
      HOME: join(this.home, "home"),
      XDG_RUNTIME_DIR: join(this.home, "run"),
      MOLECULE_HOME: this.data,
      // Else templates would be looked for, and made, in the folder the tests run in.
      CONFIGS_DIR: join(this.home, "configs"),
      MOLECULE_NETWORK: `browser-${process.pid}`,
      SECRETS_ENCRYPTION_KEY: randomBytes(32).toString("base64"),
      ...options.env,
    };
    // The key above seals what is secret; a keychain that happens to be there is left alone.
    delete this.env.DBUS_SESSION_BUS_ADDRESS;
  }

  /** Starts the platform and waits until it answers. A second start uses the port of the first. */
  async start() {
    const server = spawn(program, ["serve", "--port", String(this.port), "--print-link", "--json", ...this.flags], {
      env: this.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#server = server;
    this.#bearer = "";
    let text = "";
    let complaint = "";
    server.stderr.on("data", (chunk) => {
      complaint = (complaint + chunk).slice(-4000);
    });
    await new Promise((done, fail) => {
      server.stdout.on("data", (chunk) => {
        text += chunk;
        const line = text.split("\n").find((part) => part.startsWith("{") && part.endsWith("}"));
        if (!line) return;
        this.port = JSON.parse(line).port;
        done(undefined);
      });
      server.once("error", fail);
      server.once("exit", (code, signal) =>
        fail(new Error(`the platform ended (${code ?? signal}) before it answered: ${complaint}`)),
      );
    });
    return this;
  }

  get isRunning() {
    return this.#server !== null;
  }

  get origin() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Stops it where it stands: its connections stay open, and nobody answers. */
  freeze() {
    this.#server?.kill("SIGSTOP");
  }

  thaw() {
    this.#server?.kill("SIGCONT");
  }

  /** Ends it as a power cut would. */
  kill() {
    return this.#end("SIGKILL");
  }

  /** Ends it and removes everything it wrote. */
  async remove() {
    await this.#end("SIGTERM");
    // Containers and volumes outlive the platform.
    if (!this.flags.includes("--no-engine")) await run(program, ["purge", "--yes"], { env: this.env });
    rmSync(this.home, { recursive: true, force: true });
  }

  async #end(signal) {
    const server = this.#server;
    this.#server = null;
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const ended = new Promise((done) => server.once("exit", done));
    server.kill(signal);
    server.kill("SIGCONT");
    await ended;
  }

  /** Runs a command of the headless twin against this platform and answers what it printed as JSON. */
  async cli(...args) {
    const { stdout } = await run(program, [...args, "--json"], { env: this.env, maxBuffer: 32 << 20 });
    return stdout.trim() === "" ? null : JSON.parse(stdout);
  }

  /** A link that opens the canvas once. */
  async link() {
    return (await this.cli("open")).link;
  }

  /** Asks the platform directly, with a key of its own: what a test checks must not come from the page it tests. */
  async api(method, path, body) {
    if (this.#bearer === "") {
      const ticket = new URL(await this.link()).hash.slice(3);
      const answer = await fetch(`${this.origin}/auth/session`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ ticket }),
      });
      this.#bearer = (await answer.json()).token;
    }
    const answer = await fetch(this.origin + path, {
      method,
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${this.#bearer}` },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    return text === "" ? null : JSON.parse(text);
  }

  workspaces() {
    return this.api("GET", "/workspaces");
  }

  /** The row of a role, by its name. */
  async workspace(name) {
    const rows = await this.workspaces();
    const row = rows.find((other) => other.name === name);
    if (!row) throw new Error(`there is no role ${name}; there are: ${rows.map((other) => other.name).join(", ")}`);
    return row;
  }
}
