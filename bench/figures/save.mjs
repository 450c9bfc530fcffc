/** One rename worked out for the org's own files: read, edit, read again, compare; the answer is the diff. */

import { now } from "../support/numbers.mjs";
import { realOrg, writeOrg } from "../support/orgs.mjs";
import { Stack } from "../support/stack.mjs";

export const name = "save";

export async function measure({ run, rounds }) {
  const published = realOrg();
  const folder = published ?? writeOrg(run.folder("org"), { roles: 42 });
  const which = published ? "the published org" : "generated";
  const stack = new Stack(run);
  const samples = [];
  try {
    await stack.start();
    const body = await stack.register(folder);
    await stack.api("POST", "/org/import", body);
    const { plan } = await stack.api("POST", "/org/import", { ...body, mode: "sync", dry_run: true });
    // A role with a folder of its own, so that nobody has to be asked whom the rename is for.
    const { key } = plan.findLast((step) => step.key.startsWith("dir:") && !step.key.includes("@"));
    const path = `/org/folders/${encodeURIComponent(body.dir)}/save`;
    for (let round = 0; round < rounds(40); round += 1) {
      const edits = [{ key, field: "name", value: `Renamed ${round}` }];
      const began = now();
      const shown = await stack.api("POST", path, { dry_run: true, edits });
      samples.push(now() - began);
      if (shown.files.length !== 1 || !shown.files[0].diff.includes(`Renamed ${round}`)) {
        throw new Error(`a rename of ${key} changes ${shown.files.length} files`);
      }
    }
  } finally {
    await stack.remove();
  }
  return [{ key: "save_rename", figure: `write-back of one rename, worked out (${which})`, unit: "ms", samples, limit: 20 }];
}
