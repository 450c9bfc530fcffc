/** A new workspace until its container runs, beside a bare script that makes the same calls; and until it is online. */

import { randomUUID } from "node:crypto";
import http from "node:http";
import { LABEL } from "../support/engine.mjs";
import { now, until } from "../support/numbers.mjs";
import { Stack } from "../support/stack.mjs";

export const name = "container";

export async function measure({ run, rounds, engine }) {
  const stack = new Stack(run, { engine: true });
  const starts = engine.starts();
  let events;
  const spans = { ours: [], online: [], bare: [], listening: [] };
  try {
    await starts.listening;
    await stack.start();
    await stack.api("PATCH", "/settings", { runtime_images: { "*": "stand-in" }, memory_budget_mb: 8192 });
    events = await stack.events();
    // The first one makes image and network, which both sides then find.
    const pattern = await copied(engine, await ours(stack, starts, events));
    await gone(stack, engine, pattern.workspace);
    for (let round = 0; round < rounds(12); round += 1) {
      const made = await ours(stack, starts, events);
      spans.ours.push(made.started);
      spans.online.push(made.online);
      await gone(stack, engine, made.id);
      const done = await bare(engine, starts, pattern);
      spans.bare.push(done.started);
      spans.listening.push(done.listening);
      await engine.sweep();
    }
  } finally {
    events?.stop();
    starts.stop();
    await engine.sweep();
    await stack.remove();
  }
  const same = "peer: the same engine calls by a bare script";
  return [
    { key: "container", figure: "new workspace to container started", unit: "ms", samples: spans.ours, peer: spans.bare, goal: 1.15, note: same },
    {
      key: "online",
      figure: "new workspace to agent online",
      unit: "ms",
      samples: spans.online,
      peer: spans.listening,
      note: "peer: bare script until the agent's card can be read",
    },
  ];
}

/** One workspace made through the API. */
async function ours(stack, starts, events) {
  const workspace = randomUUID().slice(0, 8);
  let id;
  const early = [];
  // The container may start before the answer with the id is here, so every start is kept and matched afterwards.
  const started = starts.when((labels) => {
    early.push(labels["molecule.workspace.id"]);
    return id === undefined ? false : labels["molecule.workspace.id"] === id;
  });
  const online = events.when((event) => event.event === "WORKSPACE_ONLINE" && event.workspace_id === id);
  const began = now();
  const body = { name: `Bench ${workspace}`, role: "Is measured", runtime: "claude-code", tier: 2 };
  id = (await stack.api("POST", "/workspaces", body)).id;
  if (early.includes(id)) throw new Error("a container started before its workspace was answered");
  return { id, started: (await started) - began, online: (await online) - began };
}

/** Removes a workspace and waits until nothing of it is left in the engine. */
async function gone(stack, engine, id) {
  await stack.api("DELETE", `/workspaces/${id}?confirm=true&purge=true`);
  const filters = encodeURIComponent(JSON.stringify({ label: [`molecule.workspace.id=${id}`] }));
  const none = async () => {
    const containers = await engine.must("GET", `/containers/json?all=true&filters=${filters}`);
    const volumes = (await engine.must("GET", `/volumes?filters=${filters}`)).Volumes ?? [];
    return containers.length + volumes.length === 0;
  };
  await until(`the removal of workspace ${id}`, none);
}

/** What the platform asked of the engine for one workspace, as a pattern for the bare script. */
async function copied(engine, { id }) {
  const filters = encodeURIComponent(JSON.stringify({ label: [`molecule.workspace.id=${id}`] }));
  const [{ Id: container }] = await engine.must("GET", `/containers/json?all=true&filters=${filters}`);
  const { Config, HostConfig } = await engine.must("GET", `/containers/${container}/json`);
  const files = await engine.ask("GET", `/containers/${container}/archive?path=${encodeURIComponent("/configs/.")}`);
  return { workspace: id, config: Config, host: HostConfig, files: files.bytes };
}

/** The same calls, one after the other, with nothing in between. */
async function bare(engine, starts, { config, host, files }) {
  const id = randomUUID();
  const container = `bench-${id.slice(0, 12)}`;
  const labels = { [LABEL]: engine.label };
  const mounts = host.Mounts.map((mount, at) => ({ ...mount, Source: `${container}-${at}`, VolumeOptions: { Labels: labels } }));
  const own = (line) => !/^(WORKSPACE_ID|PLATFORM_URL|MOLECULE_URL|HOSTNAME)=/.test(line);
  const body = {
    ...config,
    Hostname: container,
    // It must not speak to the platform that is measured.
    Env: [...config.Env.filter(own), `WORKSPACE_ID=${id}`, "PLATFORM_URL=http://127.0.0.1:9"],
    Labels: labels,
    HostConfig: { ...host, Mounts: mounts },
    NetworkingConfig: { EndpointsConfig: { [host.NetworkMode]: { Aliases: [container] } } },
  };
  const started = starts.when((attributes) => attributes.name === container);
  const began = now();
  for (const mount of mounts) {
    await engine.ask("GET", `/volumes/${mount.Source}`);
    await engine.must("POST", "/volumes/create", { Name: mount.Source, Labels: labels });
  }
  await engine.must("POST", `/containers/create?name=${container}`, body);
  await engine.must("PUT", `/containers/${container}/archive?path=/configs`, files);
  await engine.must("POST", `/containers/${container}/start`);
  const at = await started;
  const { NetworkSettings } = await engine.must("GET", `/containers/${container}/json`);
  const port = Number(NetworkSettings.Ports["8000/tcp"][0].HostPort);
  await until("the card of a bare agent", () => answers(port), { every: 3 });
  return { started: at - began, listening: now() - began };
}

function answers(port) {
  return new Promise((done) => {
    const request = http.get({ host: "127.0.0.1", port, path: "/.well-known/agent-card.json" }, (response) => {
      response.resume();
      response.on("end", () => done(response.statusCode === 200));
    });
    request.on("error", () => done(false));
  });
}
