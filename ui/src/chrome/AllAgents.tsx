/** What can be done with all agents at once. Drawn first because its button was pressed, so it opens at once. */

import { DropdownMenu } from "radix-ui";
import { Item, MenuBody, Separator } from "../parts/menu";
import { askStopAll, command, foldAll } from "../state/commands";
import { AllAgentsButton } from "./AllAgentsButton";

export function AllAgents({ isReadOnly }: { isReadOnly: boolean }) {
  return (
    <DropdownMenu.Root modal={false} defaultOpen>
      <DropdownMenu.Trigger asChild>
        <AllAgentsButton />
      </DropdownMenu.Trigger>
      <MenuBody label="All agents" align="end">
        <Item disabled={isReadOnly} onSelect={() => void command("start", "all")}>
          Start all
        </Item>
        <Item disabled={isReadOnly} onSelect={askStopAll}>
          Stop all
        </Item>
        <Item disabled={isReadOnly} onSelect={() => void command("restart", "all")}>
          Restart all
        </Item>
        <Separator />
        <Item disabled={isReadOnly} onSelect={() => foldAll(true)}>
          Fold all teams
        </Item>
        <Item disabled={isReadOnly} onSelect={() => foldAll(false)}>
          Unfold all teams
        </Item>
      </MenuBody>
    </DropdownMenu.Root>
  );
}
