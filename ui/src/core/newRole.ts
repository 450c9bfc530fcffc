/** What a person fills in to add a role, and the request it makes. */

import type { CreateWorkspace } from "../api/types";

export interface NewRole {
  name: string;
  role: string;
  parent: string | null;
  template: string;
  runtime: string;
  model: string;
  tier: number;
  /** US dollars a month, as typed. */
  budget: string;
  isElsewhere: boolean;
}

export const TIERS: readonly (readonly [number, string])[] = [
  [1, "Sandboxed"],
  [2, "Standard"],
  [3, "Privileged"],
  [4, "Full access"],
];

/** What is offered as a runtime: those in use first, then the others that the platform knows. What runs elsewhere is none. */
export function runtimesOffered(used: Iterable<string>, known: readonly string[]): string[] {
  const all = [...[...new Set(used)].sort(), ...known];
  return [...new Set(all)].filter((name) => name !== "" && name !== "external");
}

/** What is wrong, and in which field. */
export interface RoleProblem {
  field: "name" | "role" | "budget";
  text: string;
}

/** Signs that a name or a role may not hold: they mean something in YAML, and both go into files. */
const BARRED = /[{}[\]|>*&!]/g;

function barred(text: string): string | null {
  const found = [...new Set(text.match(BARRED) ?? [])];
  return found.length === 0 ? null : `It must not contain ${found.join(" ")}`;
}

/** Why a name cannot be given; nothing when it can. */
export function nameProblem(name: string): string | null {
  if (name.trim() === "") return "Name is required";
  return barred(name);
}

/** Why it cannot be made; nothing when it can. */
export function newRoleProblem(role: NewRole): RoleProblem | null {
  const name = nameProblem(role.name);
  if (name !== null) return { field: "name", text: name };
  const what = barred(role.role);
  if (what !== null) return { field: "role", text: what };
  const budget = role.budget.trim();
  if (budget !== "" && !(Number.isFinite(Number(budget)) && Number(budget) >= 0))
    return { field: "budget", text: "The budget is a number of US dollars, 0 or more." };
  return null;
}

/** Leaves out what is empty: the platform then chooses. Money goes in cents. */
export function createBody(role: NewRole): CreateWorkspace {
  const text = (value: string) => value.trim() || undefined;
  const body: CreateWorkspace = {
    name: role.name.trim(),
    role: text(role.role),
    parent_id: role.parent ?? undefined,
    tier: role.tier,
    model: text(role.model),
    budget_limit: role.budget.trim() === "" ? undefined : Math.round(Number(role.budget) * 100),
  };
  if (role.isElsewhere) return { ...body, external: true, runtime: "external" };
  return { ...body, template: text(role.template), runtime: text(role.runtime) };
}
