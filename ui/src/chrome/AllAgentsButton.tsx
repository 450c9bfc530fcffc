import { ChevronDown } from "lucide-react";
import type { ComponentProps } from "react";
import { Button } from "../parts/controls";

/** What opens the menu for all agents; by itself while that menu is still being loaded. */
export function AllAgentsButton(rest: ComponentProps<typeof Button>) {
  return (
    <Button data-testid="all-agents" {...rest}>
      All agents
      <ChevronDown size={13} aria-hidden="true" />
    </Button>
  );
}
