/** Twelve agents in containers: a saved skill on its way into one, memory of the platform, and what it costs at rest. */

import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { now, p95, sleep, until } from "../support/numbers.mjs";
import { folderOf, skill, skillPath, writeOrg } from "../support/orgs.mjs";
import { cpuSeconds } from "../support/processes.mjs";
import { Stack } from "../support/stack.mjs";

export const name = "agents";

const AGENTS = 12;

export async function measure({ run, rounds, seconds, engine }) {
  const stack = new Stack(run, { engine: true });
  try {
    await stack.start();
    await stack.api("PATCH", "/settings", { runtime_images: { "*": "stand-in" }, memory_budget_mb: 512 * (AGENTS + 2) });
    const org = writeOrg(run.folder("org"), { roles: AGENTS });
    await stack.api("POST", "/org/import", await stack.register(org));
    const rows = await stack.online(AGENTS);
    const saves = await saved({ stack, engine, org, rows, times: rounds(36) });
    const span = seconds(60);
    await sleep(seconds(15) * 1000);
    const before = cpuSeconds(stack.pid);
    const began = now();
    await sleep(span * 1000);
    const share = ((cpuSeconds(stack.pid) - before) / ((now() - began) / 1000)) * 100;
    const memory = stack.memory("VmRSS");
    const peak = `peak ${stack.memory("VmHWM").toFixed(1)} MB`;
    return [
      { key: "save_bytes", figure: "save to bytes in the container", unit: "ms", samples: saves.bytes, by: p95, limit: 500 },
      { key: "save_answer", figure: "save to the agent answering with it", unit: "ms", samples: saves.answer, by: p95, limit: 1000 },
      { key: "memory", figure: `memory of the platform, ${AGENTS} agents`, unit: "MB", samples: [memory], limit: 60, note: peak },
      { key: "idle", figure: `processor at rest, ${AGENTS} agents, ${span} s`, unit: "%", samples: [share], limit: 0.5, note: "of one core" },
    ];
  } finally {
    await stack.remove();
  }
}

/** Saves one skill after the other, each role in its turn: many saves of one file would count as a feedback loop. */
async function saved({ stack, engine, org, rows, times }) {
  const spans = { bytes: [], answer: [] };
  const insides = new Map();
  for (const row of rows) insides.set(row.id, await inside(engine, row.id));
  for (let round = 0; round < times; round += 1) {
    const row = rows[round % rows.length];
    const words = `Bow ${round} times.`;
    const text = skill(words);
    const file = join(org, skillPath(folderOf(row.name)));
    // As editors save: a new file beside the old one, put in its place.
    writeFileSync(`${file}~`, text);
    const began = now();
    renameSync(`${file}~`, file);
    await until("the saved bytes in the container", async () => (await insides.get(row.id)()) === text, { every: 1 });
    spans.bytes.push(now() - began);
    const message = { role: "user", parts: [{ kind: "text", text: "skill greet" }] };
    const ask = () => stack.api("POST", `/workspaces/${row.id}/a2a`, { method: "message/send", params: { message } });
    await until("the answer with the saved text", async () => JSON.stringify(await ask()).includes(words));
    spans.answer.push(now() - began);
    // The next save is a burst of its own.
    await sleep(300);
  }
  return spans;
}

/**
 * Reads the skill file where the container has it: in the folder of its volume where that is in reach, which costs the
 * measured machine nothing; else through the engine.
 */
async function inside(engine, id) {
  const filters = encodeURIComponent(JSON.stringify({ label: [`molecule.workspace.id=${id}`] }));
  const [{ Id: container }] = await engine.must("GET", `/containers/json?filters=${filters}`);
  const { Mounts } = await engine.must("GET", `/containers/${container}/json`);
  const volume = Mounts.find((mount) => mount.Destination === "/configs");
  const path = join(volume.Source, "skills/greet/SKILL.md");
  if (existsSync(path)) return () => readFileSync(path, "utf8");
  return async () => {
    const answer = await engine.ask("GET", `/containers/${container}/archive?path=/configs/skills/greet/SKILL.md`);
    // A tar of one file: a head of 512 bytes with the size in octal, then the bytes.
    const size = Number.parseInt(answer.bytes.toString("latin1", 124, 135), 8);
    return answer.bytes.toString("utf8", 512, 512 + size);
  };
}
