/** Processes as the system sees them (Linux). */

import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";

/** Seconds of processor time that a process used so far, all its threads. */
export function cpuSeconds(pid) {
  // The name stands in brackets and may hold spaces; the fields after it are counted from the state.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").pop().split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticks();
}

let perSecond;
const ticks = () => (perSecond ??= Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" })));

/** Resident memory of a process in MB. */
export function residentMemory(pid) {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1000;
}

/** A process and all below it. */
export function tree(pid) {
  const children = new Map();
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const parent = readFileSync(`/proc/${entry}/stat`, "utf8").split(") ").pop().split(" ")[1];
      children.set(parent, [...(children.get(parent) ?? []), entry]);
    } catch {
      // It ended meanwhile.
    }
  }
  const all = [];
  for (const next = [String(pid)]; next.length > 0; ) {
    const one = next.pop();
    all.push(one);
    next.push(...(children.get(one) ?? []));
  }
  return all;
}

/** Proportional memory of a process and all below it, in MB: pages shared by several count once. */
export function proportionalMemory(pid) {
  let sum = 0;
  for (const one of tree(pid)) {
    try {
      const text = readFileSync(`/proc/${one}/smaps_rollup`, "utf8");
      sum += Number(/^Pss:\s+(\d+) kB/m.exec(text)?.[1] ?? 0);
    } catch {
      // It ended meanwhile.
    }
  }
  return sum / 1000;
}
