/** What a person does with several roles at once. */

import { stackCommand } from "../api/calls";
import { sentence } from "../api/client";
import { plural } from "../core/format";
import { meant, ordersFor } from "../core/picks";
import type { Step } from "../core/undo";
import { DOING, NOTHING, type Verb } from "./commands";
import { change, useOrg } from "./org";
import { readStackSoon } from "./stack";
import { toast, useUi } from "./ui";

/** Requests that are under way at once; a browser has six for one address. */
const AT_ONCE = 4;

/** Starts, stops or restarts all that is picked; what did not work is told with its reason. */
export async function commandPicked(verb: Verb): Promise<void> {
  const { rows, tree } = useOrg.getState();
  const orders = ordersFor(tree, meant(rows, tree, useUi.getState().picked));
  const waiting = [...orders];
  const failed: string[] = [];
  let changed = 0;
  let reason = "";
  const work = async () => {
    for (let order = waiting.shift(); order; order = waiting.shift()) {
      try {
        const answer = await stackCommand(verb, order);
        changed += answer.changed?.length ?? 1;
      } catch (error) {
        failed.push(rows.get(order.id)?.name ?? "a role");
        reason = sentence(error);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (failed.length > 0) {
    const more = failed.length > 3 ? ` and ${failed.length - 3} more` : "";
    toast("error", `${DOING[verb]} ${failed.slice(0, 3).join(", ")}${more} did not work: ${reason}`);
  }
  if (changed > 0) toast("success", `${DOING[verb]} ${plural(changed, "agent")}`);
  else if (failed.length === 0) toast("info", `Nothing to do: what is selected ${NOTHING[verb]}.`);
  readStackSoon();
}

/** Gives cards new places, and a new lead if one is given: one step to take back. */
export function moveTogether(steps: readonly Step[], lead?: string | null): void {
  const what = plural(steps.length, "role");
  if (lead === undefined) {
    void change(`Move ${what}`, steps);
    return;
  }
  const into = lead === null ? null : (useOrg.getState().rows.get(lead)?.name ?? "the team");
  const all = steps.map(({ id, patch }) => ({ id, patch: { ...patch, parent_id: lead } }));
  void change(into ? `Move ${what} into ${into}` : `Take ${what} out of their teams`, all, {
    announce: into ? `${what} now report to ${into}` : `${what} now stand alone`,
  });
}
