/** Org folders for tests, written to disk as a person would have them. */

import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Writes files (path to text) into a folder and answers the folder. */
export function writeOrg(folder, files) {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return folder;
}

/** A lead with two roles, and one role that stands alone. All answer inside the platform. */
export const harbour = {
  "org.yaml": `name: Harbour office
description: Runs a small harbour.
defaults:
  runtime: mock
workspaces:
  - name: Harbour master
    role: Decides who berths where.
    files_dir: master
    canvas: {x: 100, y: 100}
    initial_prompt: Greet the crew.
    children:
      - name: Pilot
        role: Brings ships in.
        files_dir: pilot
      - name: Clerk
        role: Keeps the books.
        files_dir: clerk
  - name: Weather desk
    role: Says what the wind will do.
    files_dir: weather
    canvas: {x: 800, y: 100}
`,
  "master/system-prompt.md": "You are the harbour master.\n",
  "pilot/system-prompt.md": "You bring ships in.\n",
  "pilot/skills/berth-a-ship/SKILL.md":
    "---\nname: berth-a-ship\ndescription: How to berth a ship.\n---\nSlowly.\n",
  "clerk/system-prompt.md": "You keep the books.\n",
  "weather/system-prompt.md": "You watch the sky.\n",
};

/** An org of `count` roles in teams of ten, three levels deep. */
export function largeOrg(count) {
  const lines = ["name: Large works", "defaults:", "  runtime: mock", "workspaces:"];
  const files = {};
  let made = 0;
  const role = (depth, name) => {
    const pad = "  ".repeat(1 + depth * 2);
    lines.push(`${pad}- name: ${name}`, `${pad}  role: Does part ${made} of the work.`);
    made += 1;
  };
  for (let division = 1; made < count; division += 1) {
    role(0, `Division ${division}`);
    lines.push("    children:");
    for (let team = 1; team <= 9 && made < count; team += 1) {
      role(1, `Lead ${division}.${team}`);
      if (made >= count) break;
      lines.push("        children:");
      for (let member = 1; member <= 10 && made < count; member += 1) role(2, `Member ${division}.${team}.${member}`);
    }
  }
  files["org.yaml"] = `${lines.join("\n")}\n`;
  return files;
}
