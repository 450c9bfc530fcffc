/** Heartbeats a second, accepted and kept, beside a bare axum and SQLite program and beside our own cheapest route. */

import { spawn } from "node:child_process";
import { join } from "node:path";
import { sleep } from "../support/numbers.mjs";
import { rate, request } from "../support/load.mjs";
import { writeOrg } from "../support/orgs.mjs";
import { Stack } from "../support/stack.mjs";

export const name = "beats";

const AGENTS = 12;

export async function measure({ run, rounds, seconds }) {
  const stack = new Stack(run);
  const ours = [];
  const health = [];
  const bare = [];
  let peer = null;
  try {
    await stack.start();
    const org = writeOrg(run.folder("org"), { roles: AGENTS, runtime: "mock" });
    await stack.api("POST", "/org/import", await stack.register(org));
    const agents = [];
    for (const { id } of await stack.online(AGENTS)) {
      const { auth_token: bearer } = await stack.api("POST", `/workspaces/${id}/tokens`);
      agents.push({ id, bearer, sent: 0 });
    }
    peer = run.program("bench-peer") ? await startPeer(run) : null;
    const beat = (agent) => () => {
      agent.sent += 1;
      const body = { workspace_id: agent.id, error_rate: 0, active_tasks: 0, uptime_seconds: agent.sent, current_task: "" };
      return request("POST", "/registry/heartbeat", { bearer: agent.bearer, body });
    };
    const look = () => request("GET", "/health");
    const span = seconds(4) * 1000;
    await rate(stack.port, agents.map(beat), 500);
    // Taken by turns, so that what else the machine does meets all three alike.
    for (let round = 0; round < rounds(3); round += 1) {
      ours.push(await rate(stack.port, agents.map(beat), span));
      if (peer) bare.push(await rate(peer.port, agents.map(beat), span));
      health.push(await rate(stack.port, agents.map(() => look), span));
    }
    await kept(stack, agents);
    const note = "kept: after a kill the last beats are in the database";
    const rows = [];
    if (peer) {
      const figure = "heartbeats, beside bare axum and SQLite";
      rows.push({ key: "beats", figure, unit: "/s", higher: true, samples: ours, peer: bare, note });
    }
    const figure = "heartbeats, beside our own /health";
    rows.push({ key: "beats_health", figure, unit: "/s", higher: true, samples: ours, peer: health, note });
    return rows;
  } finally {
    peer?.process.kill();
    await stack.remove();
  }
}

/** One more beat each, the time in which beats may lie in memory, a kill: the next start must know them. */
async function kept(stack, agents) {
  for (const agent of agents) {
    const body = { workspace_id: agent.id, error_rate: 0, active_tasks: 0, uptime_seconds: 1_000_000, current_task: "" };
    const answer = await stack.bare("POST", "/registry/heartbeat", body, agent.bearer);
    if (answer.status !== 200) throw new Error(`a heartbeat was answered ${answer.status}`);
  }
  await sleep(1000);
  await stack.kill();
  await stack.start();
  for (const row of await stack.workspaces()) {
    if (row.uptime_seconds !== 1_000_000) {
      throw new Error(`a heartbeat of ${row.name} was accepted and lost: uptime ${row.uptime_seconds}`);
    }
  }
}

async function startPeer(run) {
  const file = join(run.folder("peer"), "beats.db");
  const child = spawn(run.program("bench-peer"), [file], { stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise((done, fail) => {
    child.stdout.once("data", (line) => done(Number(line)));
    child.once("exit", (code) => fail(new Error(`bench-peer ended (${code})`)));
  });
  return { process: child, port };
}
