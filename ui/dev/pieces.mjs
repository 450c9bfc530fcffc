// Orgs, a plan and an answer that the pretended platform shows.

import { makeOrg } from "./org.mjs";

export const template = {
  dir: "sample",
  name: "Newsroom (sample)",
  description: "Five roles in two levels. They answer by themselves: no key, no Docker.",
  workspaces: 5,
  required_env: [],
  recommended_env: [],
};
export const other = {
  dir: "product-team",
  name: "Product team",
  description: "Forty-two roles that plan, build, test and tell.",
  workspaces: 42,
  required_env: ["ANTHROPIC_API_KEY"],
  recommended_env: [],
};

export function planFor(dir) {
  const org = makeOrg(dir === "sample" ? 6 : 42);
  const step = (row, action, index) => ({
    key: row.import_key,
    name: row.name,
    id: null,
    action,
    fields:
      action === "update"
        ? [
            { name: "model", from: "sonnet", to: "opus" },
            { name: "role", from: row.role, to: `${row.role}, and reports weekly` },
          ]
        : [],
    reason: {
      create: "new in the files",
      update: "changed in the files",
      move: "its lead changed in the files",
      remove: "no longer in the files",
      keep: "same in files and here",
    }[action],
    file: index % 4 === 0 ? "org.yaml" : `teams/${row.import_key}.yaml`,
    line: 12 + index * 3,
  });
  if (dir === "sample") {
    return {
      org: template.name,
      plan: org.slice(0, 5).map((row, index) => step(row, "create", index)),
      conflicts: [],
      unsaved: [],
      warnings: [],
      asks: [],
      cost: { at_start: 0, per_day: 0, sources: [] },
    };
  }
  return {
    org: other.name,
    plan: org.map((row, index) =>
      step(
        row,
        index < 30 ? "create" : index < 33 ? "update" : index < 34 ? "move" : index < 36 ? "remove" : "keep",
        index,
      ),
    ),
    conflicts: [
      {
        key: "backend-lead",
        field: "model",
        base: "sonnet",
        files: "opus",
        canvas: "haiku",
        file: "teams/backend.yaml",
        line: 14,
      },
    ],
    unsaved: [],
    warnings: [
      {
        code: "plugin_missing",
        text: "The plugin “careful-bash” is named by 42 roles but is not in the plugins folder. They start without it.",
        file: "org.yaml",
        line: 37,
      },
    ],
    asks: [{ code: "privileged", text: "35 roles ask for tier 3 (privileged containers)", count: 35 }],
    cost: {
      at_start: 0,
      per_day: 0,
      sources: [
        { source: "initial prompts", roles: 42, at_start: 42, per_day: 0, on: false },
        { source: "idle prompts", roles: 12, at_start: 0, per_day: 1728, on: false },
        { source: "schedules", roles: 31, at_start: 0, per_day: 3936, on: false },
      ],
    },
  };
}

export const WORDS =
  "I read the change twice. **Two things** stand out:\n\n1. The import holds its lock while it waits for the engine.\n2. The test for it passes because nothing waits.\n\n```rust\nlet plan = org.plan(&rows)?;\nwriter.apply(plan).await?;\n```\n\n| part | state |\n| --- | --- |\n| store | fine |\n| reconcile | needs a look |\n\nShall I write the fix?".split(
    /(?<=\s)/,
  );
