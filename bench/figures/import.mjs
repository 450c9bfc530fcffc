/** Plan and apply of an org into an empty platform, without an engine: what reading, comparing and writing cost. */

import { now, sleep } from "../support/numbers.mjs";
import { realOrg, writeOrg } from "../support/orgs.mjs";
import { Stack } from "../support/stack.mjs";

export const name = "import";

/** What an import tells of what it did; how far starts have got is told beside it by others. */
const TOLD = [
  "org.import.started",
  "org.import.completed",
  "WORKSPACE_PROVISIONING",
  "WORKSPACE_UPDATED",
  "WORKSPACE_MOVED",
  "WORKSPACE_REMOVED",
  "SECRETS_CHANGED",
  "PLUGIN_CHANGED",
];

export async function measure({ run, rounds }) {
  const published = realOrg();
  const small = published ?? writeOrg(run.folder("org"), { roles: 42 });
  const which = published ? "the published org" : "generated";
  const of42 = await several(run, small, 42, rounds(7));
  const of1000 = await several(run, writeOrg(run.folder("org"), { roles: 1000 }), 1000, rounds(3));
  const of10000 = await several(run, writeOrg(run.folder("org"), { roles: 10_000 }), 10_000, 1);
  const tenTimes = both(of1000).map((span) => span * 10);
  return [
    { key: "plan_42", figure: `plan of 42 workspaces (${which})`, unit: "ms", samples: of42.plan, limit: 300 },
    { key: "apply_42", figure: `apply of 42 workspaces (${which})`, unit: "ms", samples: of42.apply, limit: 700 },
    { key: "again_42", figure: "import again without a change, 42", unit: "ms", samples: of42.again, limit: 50, note: "no row but the two of the audit" },
    { key: "import_1000", figure: "plan and apply of 1,000 workspaces", unit: "ms", samples: both(of1000), limit: 2000, note: parts(of1000) },
    {
      key: "import_10000",
      figure: "plan and apply of 10,000 workspaces",
      unit: "ms",
      samples: both(of10000),
      peer: tenTimes,
      note: `${parts(of10000)}; peer: ten times what 1,000 took`,
    },
  ];
}

const both = ({ plan, apply }) => plan.map((span, at) => span + apply[at]);

const parts = (spans) => `plan ${whole(spans.plan)} ms, apply ${whole(spans.apply)} ms, again without a change ${whole(spans.again)} ms`;

const whole = (samples) => Math.round([...samples].sort((a, b) => a - b)[Math.floor(samples.length / 2)]);

async function several(run, folder, roles, times) {
  const spans = { plan: [], apply: [], again: [] };
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
      spans.again.push(...(await again(stack, body, roles)));
    } finally {
      await stack.remove();
    }
  }
  return spans;
}

/** The same import where nothing changed: it must write nothing but its two audit rows. */
async function again(stack, body, roles) {
  const spans = [];
  await quiet(stack);
  for (let round = 0; round < (roles > 100 ? 1 : 3); round += 1) {
    const before = await last(stack);
    const began = now();
    const result = await stack.api("POST", "/org/import", { ...body, mode: "sync" });
    spans.push(now() - began);
    const kept = result.workspaces.filter((one) => one.skipped).length;
    const told = await stack.api("GET", `/events?limit=200&since_seq=${before}&type=${TOLD.join()}`);
    const kinds = told.map((event) => event.event_type).sort();
    if (kept !== roles || (result.changed ?? []).length > 0 || kinds.join() !== "org.import.completed,org.import.started") {
      throw new Error(`an import without a change kept ${kept} of ${roles} and wrote ${kinds.join(", ")}`);
    }
  }
  return spans;
}

/** Waits until the starts have told what they wait for: the work of others is not what is measured. */
async function quiet(stack) {
  for (let seen = -1, round = 0; round < 60; round += 1) {
    const now = await last(stack);
    if (now === seen) return;
    seen = now;
    await sleep(1000);
  }
}

async function last(stack) {
  const events = await stack.api("GET", "/events?limit=1");
  return events[0]?.seq ?? 0;
}
