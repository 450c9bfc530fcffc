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

/** Why it cannot be made; nothing when it can. */
export function newRoleProblem(role: NewRole): string | null {
  if (role.name.trim() === "") return "Name is required";
  const budget = role.budget.trim();
  if (budget !== "" && !(Number.isFinite(Number(budget)) && Number(budget) >= 0))
    return "The budget is a number of US dollars, 0 or more.";
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
