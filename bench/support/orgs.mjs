/** Orgs to measure with: generated ones of any size, and the published one of 42 roles where its folder is found. */

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "./run-folder.mjs";

/** The folder of the published org: below `MOLECULE_TEST_DATA`, or in `shared/data` beside the checkout. */
export function realOrg() {
  const data = [process.env.MOLECULE_TEST_DATA, join(root, "../shared/data")].filter(Boolean);
  return data.map((one) => join(one, "org-templates/molecule-dev")).find((org) => existsSync(join(org, "org.yaml")));
}

/** Writes an org of exactly `roles` roles: a head, teams of a lead and nine, each role with a prompt and a skill. */
export function writeOrg(folder, { roles, runtime = "claude-code", tier = 2 }) {
  const put = (path, text) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const role = (dir, name) => {
    put(`${dir}/system-prompt.md`, `You are ${name}.\n`);
    put(skillPath(dir), skill(`Say hello as ${name}.`));
  };
  const head = ["name: Bench", `defaults:\n  runtime: ${runtime}\n  tier: ${tier}`, "workspaces:"];
  head.push("  - name: Head", "    role: Decides what is done", "    files_dir: head");
  role("head", "Head");
  if (roles > 1) head.push("    children:");
  for (let team = 1, left = roles - 1; left > 0; team += 1) {
    head.push(`      - !include teams/team-${team}.yaml`);
    const lines = [`name: Lead ${team}`, `role: Leads team ${team}`, `files_dir: lead-${team}`];
    role(`lead-${team}`, `Lead ${team}`);
    left -= 1;
    const members = Math.min(9, left);
    if (members > 0) lines.push("children:");
    for (let member = 1; member <= members; member += 1) {
      const dir = `member-${team}-${member}`;
      lines.push(`  - name: Member ${team}.${member}`, `    role: Works in team ${team}`, `    files_dir: ${dir}`);
      role(dir, `Member ${team}.${member}`);
    }
    left -= members;
    put(`teams/team-${team}.yaml`, `${lines.join("\n")}\n`);
  }
  put("org.yaml", `${head.join("\n")}\n`);
  return folder;
}

export const skillPath = (dir) => `${dir}/skills/greet/SKILL.md`;

export const skill = (text) => `---\nname: greet\ndescription: Greets people\n---\n${text}\n`;

/** The folder of a generated role, from its name. */
export function folderOf(name) {
  return name.toLowerCase().replaceAll(/[ .]/g, "-");
}
