/** The peer of the API's figures: bare axum and SQLite. */

import { spawn } from "node:child_process";
import { join } from "node:path";
import { residentMemory } from "./processes.mjs";

/** Starts it with so many workspaces. */
export async function startPeer(run, rows = 0) {
  const file = join(run.folder("peer"), "peer.db");
  const child = spawn(run.program("bench-peer"), [file, String(rows)], { stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise((done, fail) => {
    child.stdout.once("data", (line) => done(Number(line)));
    child.once("exit", (code) => fail(new Error(`bench-peer ended (${code})`)));
  });
  return { port, memory: () => residentMemory(child.pid), stop: () => child.kill() };
}
