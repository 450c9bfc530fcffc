/** Events to a hundred sockets, and what a connected client costs in memory, beside bare axum. */

import { request, sockets } from "../support/load.mjs";
import { sleep } from "../support/numbers.mjs";
import { writeOrg } from "../support/orgs.mjs";
import { startPeer } from "../support/peer.mjs";
import { residentMemory } from "../support/processes.mjs";
import { Stack } from "../support/stack.mjs";

export const name = "live";

const CLIENTS = 100;
const MANY = 500;

export async function measure({ run, rounds }) {
  const stack = new Stack(run);
  let peer = null;
  try {
    await stack.start();
    const org = writeOrg(run.folder("org"), { roles: 1, runtime: "mock" });
    await stack.api("POST", "/org/import", await stack.register(org));
    const [{ id }] = await stack.online(1);
    const { auth_token: bearer } = await stack.api("POST", `/workspaces/${id}/tokens`);
    peer = await startPeer(run);
    const ours = {
      ...job(stack.port, { id, bearer }),
      headers: [["Authorization", `Bearer ${stack.bearer}`]],
    };
    const bare = job(peer.port, { id });
    const seen = { ours: [], bare: [], memory: [], bareMemory: [] };
    for (let round = 0; round < rounds(5); round += 1) {
      seen.ours.push((await events(run, ours)).p99);
      seen.bare.push((await events(run, bare)).p99);
    }
    // Once each: what the first clients made room for is not given back before the next ones come.
    seen.memory.push(await each(run, ours, () => residentMemory(stack.pid)));
    seen.bareMemory.push(await each(run, bare, peer.memory));
    return [
      { key: "live_p99", figure: "event to each of 100 sockets: p99", unit: "ms", samples: seen.ours, limit: 20 },
      { key: "live", figure: "event to each of 100 sockets, beside bare", unit: "ms", samples: seen.ours, peer: seen.bare },
      { key: "client_memory", figure: "memory of a connected client", unit: "kB", samples: seen.memory, peer: seen.bareMemory },
    ];
  } finally {
    peer?.stop();
    await stack.remove();
  }
}

/** A heartbeat is an event that each socket gets, and its uptime tells which one. */
function job(port, { id, bearer }) {
  // Six digits come in for three letters, and the length is counted before.
  const body = `{"workspace_id":"${id}","error_rate":0,"active_tasks":0,"uptime_seconds":999999,"current_task":""}`;
  const trigger = request("POST", "/registry/heartbeat", { bearer, body }).replace("999999", "{n}");
  return { port, path: "/ws", clients: CLIENTS, trigger, marker: '"uptime_seconds":{n}', events: 200 };
}

async function events(run, what) {
  const open = await sockets(run, what);
  try {
    return await open.fire();
  } finally {
    await open.close();
  }
}

/** Resident kB a client, with so many more of them than before, each of which has got events. */
async function each(run, what, memory) {
  const before = memory();
  const open = await sockets(run, { ...what, clients: MANY, events: 20 });
  await open.fire();
  await sleep(500);
  const after = memory();
  await open.close();
  return ((after - before) * 1000) / MANY;
}
