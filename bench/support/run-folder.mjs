/** One folder of a run: copies of the programs that are measured, and whatever the figures write. */

import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

export class RunFolder {
  #next = 0;

  /** `profile` is the folder of the build: `release` or `debug`. */
  constructor(profile) {
    this.profile = profile;
    this.built = join(resolve(root, process.env.CARGO_TARGET_DIR ?? "target"), profile);
    this.path = mkdtempSync(join(tmpdir(), "molbench-"));
    this.programs = join(this.path, "bin");
    mkdirSync(this.programs);
    // Copies, so that a build that runs meanwhile cannot change what is measured.
    for (const name of ["molecule-stack", "stand-in"]) this.#take(name);
    for (const name of ["bench-peer", "molecule-desktop"]) {
      if (existsSync(join(this.built, name))) this.#take(name);
    }
  }

  #take(name) {
    const from = join(this.built, name);
    if (!existsSync(from)) {
      throw new Error(`${from} is not built; run scripts/bench.sh, or: cargo build ${this.profile === "release" ? "--release " : ""}-p cli -p stand-in -p bench-peer`);
    }
    copyFileSync(from, join(this.programs, name));
  }

  program(name) {
    const path = join(this.programs, name);
    return existsSync(path) ? path : null;
  }

  /** A new empty folder. */
  folder(name) {
    this.#next += 1;
    const path = join(this.path, `${name}-${this.#next}`);
    mkdirSync(path, { mode: 0o700 });
    return path;
  }

  remove() {
    rmSync(this.path, { recursive: true, force: true });
  }
}
