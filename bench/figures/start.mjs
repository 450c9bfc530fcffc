/** From the start of the process to the API that answers, on a data folder in which 42 roles live already. */

import { Stack } from "../support/stack.mjs";
import { writeOrg } from "../support/orgs.mjs";

export const name = "start";

export async function measure({ run, rounds }) {
  const stack = new Stack(run);
  try {
    await stack.start();
    const body = await stack.register(writeOrg(run.folder("org"), { roles: 42, runtime: "mock" }));
    await stack.api("POST", "/org/import", body);
    await stack.online(42);
    await stack.kill();
    const samples = [];
    for (let round = 0; round < rounds(20); round += 1) {
      samples.push(await stack.start());
      await stack.kill();
    }
    return [{ key: "start", figure: "process start to API ready", unit: "ms", samples, limit: 150 }];
  } finally {
    await stack.remove();
  }
}
