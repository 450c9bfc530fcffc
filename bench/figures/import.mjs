/** Plan and apply of an org into an empty platform, without an engine: what reading, comparing and writing cost. */

import { now } from "../support/numbers.mjs";
import { realOrg, writeOrg } from "../support/orgs.mjs";
import { Stack } from "../support/stack.mjs";

export const name = "import";

export async function measure({ run, rounds }) {
  const published = realOrg();
  const small = published ?? writeOrg(run.folder("org"), { roles: 42 });
  const which = published ? "the published org" : "generated";
  const of42 = await several(run, small, 42, rounds(7));
  const large = writeOrg(run.folder("org"), { roles: 1000 });
  const of1000 = await several(run, large, 1000, rounds(3));
  const both = of1000.plan.map((plan, at) => plan + of1000.apply[at]);
  const parts = `plan ${Math.round(middle(of1000.plan))} ms, apply ${Math.round(middle(of1000.apply))} ms`;
  return [
    { key: "plan_42", figure: `plan of 42 workspaces (${which})`, unit: "ms", samples: of42.plan, limit: 300 },
    { key: "apply_42", figure: `apply of 42 workspaces (${which})`, unit: "ms", samples: of42.apply, limit: 700 },
    { key: "import_1000", figure: "plan and apply of 1,000 workspaces", unit: "ms", samples: both, limit: 2000, note: parts },
  ];
}

const middle = (samples) => [...samples].sort((a, b) => a - b)[Math.floor(samples.length / 2)];

async function several(run, folder, roles, times) {
  const spans = { plan: [], apply: [] };
  for (let round = 0; round < times; round += 1) {
    const stack = new Stack(run);
    try {
      await stack.start();
      const body = await stack.register(folder);
      let began = now();
      const plan = await stack.api("POST", "/org/import", { ...body, dry_run: true });
      spans.plan.push(now() - began);
      const creates = plan.plan.filter((item) => item.action === "create").length;
      began = now();
      const result = await stack.api("POST", "/org/import", body);
      spans.apply.push(now() - began);
      if (creates < roles || result.count !== roles) {
        throw new Error(`an import of ${roles} planned ${creates} and made ${result.count}`);
      }
    } finally {
      await stack.remove();
    }
  }
  return spans;
}
