/** One folder of a run: copies of the programs that are measured, and whatever the figures write. */

import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

const NEEDED = ["molecule-stack", "stand-in", "bench-load", "bench-peer"];
const WELCOME = ["molecule-desktop"];

/** Programs are missing; the text says how to build them. */
export class NotBuilt extends Error {}

export class RunFolder {
  #next = 0;

  /** `profile` is the folder of the build: `release` or `debug`. */
  constructor(profile) {
    const built = join(resolve(root, process.env.CARGO_TARGET_DIR ?? "target"), profile);
    const missing = NEEDED.filter((name) => !existsSync(join(built, name)));
    if (missing.length > 0) {
      const flag = profile === "release" ? "--release " : "";
      throw new NotBuilt(
        `${missing.join(", ")} is not in ${built}. Run scripts/bench.sh, or: cargo build ${flag}-p cli -p stand-in -p bench-load -p bench-peer`,
      );
    }
    this.path = mkdtempSync(join(tmpdir(), "molbench-"));
    this.programs = join(this.path, "bin");
    mkdirSync(this.programs);
    // Copies, so that a build that runs meanwhile cannot change what is measured.
    for (const name of [...NEEDED, ...WELCOME].filter((one) => existsSync(join(built, one)))) {
      copyFileSync(join(built, name), join(this.programs, name));
    }
  }

  /** Path of a program; null when it was not built. */
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
