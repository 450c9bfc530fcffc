/** Real repositories of a test's own, which the platform's git finds at the addresses of a host that does not exist. */

import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeOrg } from "./orgs.mjs";

export const HOST = "git.example.org";

export class Forge {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), "molecule-forge-"));
    const bin = join(this.folder, "bin");
    mkdirSync(bin, { recursive: true });
    const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
    // The platform allows https alone; this git leads it to the folder.
    const script = `#!/bin/sh\nexport GIT_ALLOW_PROTOCOL=file:https\nexec ${real} -c url.file://${this.folder}/.insteadOf=https://${HOST}/ -c protocol.file.allow=always "$@"\n`;
    writeFileSync(join(bin, "git"), script);
    chmodSync(join(bin, "git"), 0o755);
    /** For the platform. */
    this.env = {
      PATH: `${bin}:${process.env.PATH}`,
      MOLECULE_EXTERNAL_REPO_ALLOWLIST: `${HOST}/acme/`,
    };
  }

  #git(at, ...words) {
    return execFileSync("git", ["-c", "user.name=Tester", "-c", "user.email=tester@example.org", ...words], {
      cwd: at,
      encoding: "utf8",
      env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  }

  /** Commits files onto `acme/<name>` and tags the commit, which it answers. */
  release(name, tag, files) {
    const bare = join(this.folder, "acme", `${name}.git`);
    const work = join(this.folder, "work", name);
    mkdirSync(work, { recursive: true });
    try {
      this.#git(work, "rev-parse", "--git-dir", "--verify", "HEAD");
    } catch {
      mkdirSync(bare, { recursive: true });
      this.#git(bare, "init", "--quiet", "--bare", "--initial-branch=main");
      this.#git(work, "init", "--quiet", "--initial-branch=main");
      this.#git(work, "remote", "add", "origin", bare);
    }
    writeOrg(work, files);
    this.#git(work, "add", ".");
    this.#git(work, "commit", "--quiet", "--message", tag);
    this.#git(work, "tag", tag);
    this.#git(work, "push", "--quiet", "origin", "main", tag);
    return this.#git(work, "rev-parse", "HEAD");
  }

  remove() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
