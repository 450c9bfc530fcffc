/** Heartbeats a second, accepted and kept, beside a bare axum and SQLite program and beside our own cheapest route. */

import { load, request } from "../support/load.mjs";
import { sleep } from "../support/numbers.mjs";
import { writeOrg } from "../support/orgs.mjs";
import { startPeer } from "../support/peer.mjs";
import { Stack } from "../support/stack.mjs";

export const name = "beats";

const AGENTS = 42;

/** Heartbeats a second that are to be sustained. */
const GOAL = 20_000;

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
      agents.push({ id, bearer });
    }
    peer = await startPeer(run);
    const beats = agents.map(({ id, bearer }) => request("POST", "/registry/heartbeat", { bearer, body: beat(id, 1) }));
    const looks = agents.map(() => request("GET", "/health"));
    const span = seconds(4);
    const rate = async (port, requests) => (await load(run, port, requests, { seconds: span })).rate;
    await load(run, stack.port, beats, { seconds: 0.5 });
    // Taken by turns, so that what else the machine does meets all three alike.
    for (let round = 0; round < rounds(3); round += 1) {
      ours.push(await rate(stack.port, beats));
      bare.push(await rate(peer.port, beats));
      health.push(await rate(stack.port, looks));
    }
    await kept(stack, agents);
    const note = "kept: after a kill the last beats are in the database";
    const common = { unit: "/s", higher: true, samples: ours };
    return [
      { ...common, key: "beats_goal", figure: "heartbeats sustained", limit: GOAL, note },
      { ...common, key: "beats", figure: "heartbeats, beside bare axum and SQLite", peer: bare },
      { ...common, key: "beats_health", figure: "heartbeats, beside our own /health", peer: health },
    ];
  } finally {
    peer?.stop();
    await stack.remove();
  }
}

const beat = (id, uptime) => ({
  workspace_id: id,
  error_rate: 0,
  active_tasks: 0,
  uptime_seconds: uptime,
  current_task: "",
});

/** One more beat each, the time in which beats may lie in memory, a kill: the next start must know them. */
async function kept(stack, agents) {
  for (const agent of agents) {
    const answer = await stack.bare("POST", "/registry/heartbeat", beat(agent.id, 1_000_000), agent.bearer);
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
