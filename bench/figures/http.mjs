/** Reads: single workspaces at 64 connections, and the list of 1,000, beside bare axum and SQLite. */

import { load, request } from "../support/load.mjs";
import { writeOrg } from "../support/orgs.mjs";
import { startPeer } from "../support/peer.mjs";
import { Stack } from "../support/stack.mjs";

export const name = "http";

const ROLES = 1000;
const CONNECTIONS = 64;

export async function measure({ run, rounds, seconds }) {
  const stack = new Stack(run);
  const seen = { ours: [], bare: [], list: [], bareList: [] };
  let peer = null;
  try {
    await stack.start();
    const org = writeOrg(run.folder("org"), { roles: ROLES, runtime: "mock" });
    await stack.api("POST", "/org/import", await stack.register(org));
    const ids = (await stack.online(ROLES)).map((row) => row.id);
    peer = await startPeer(run, ROLES);
    const { bearer } = stack;
    const ours = ids.slice(0, CONNECTIONS).map((id) => request("GET", `/workspaces/${id}`, { bearer }));
    const bare = ours.map((_, number) => request("GET", `/workspaces/${number}`));
    const small = { connections: CONNECTIONS, seconds: seconds(4) };
    const list = { connections: 1, seconds: seconds(2) };
    await load(run, stack.port, ours, { ...small, seconds: 0.5 });
    for (let round = 0; round < rounds(3); round += 1) {
      seen.ours.push(await load(run, stack.port, ours, small));
      seen.bare.push(await load(run, peer.port, bare, small));
      seen.list.push(await load(run, stack.port, [request("GET", "/workspaces", { bearer })], list));
      seen.bareList.push(await load(run, peer.port, [request("GET", "/workspaces")], list));
    }
    const rates = (all) => all.map((one) => one.rate);
    const spans = (all) => all.map((one) => one.p99);
    const each = (all) => all.map((one) => 1000 / one.rate);
    const figure = "small reads at 64 connections";
    return [
      { key: "reads_goal", figure, unit: "/s", higher: true, samples: rates(seen.ours), limit: 15_000 },
      { key: "reads", figure: `${figure}, beside bare`, unit: "/s", higher: true, samples: rates(seen.ours), peer: rates(seen.bare) },
      { key: "reads_p99", figure: `${figure}: p99`, unit: "ms", samples: spans(seen.ours), limit: 5 },
      { key: "list_1000", figure: "list of 1,000 workspaces", unit: "ms", samples: each(seen.list), peer: each(seen.bareList) },
    ];
  } finally {
    peer?.stop();
    await stack.remove();
  }
}
