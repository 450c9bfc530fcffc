/** The menu of a card, at the pointer or, by keyboard, at the card. */

import { DropdownMenu } from "radix-ui";
import { plural } from "../core/format";
import { meant } from "../core/picks";
import { membersOf } from "../core/tree";
import { copyText } from "../parts/copy";
import { Item, MenuBody, Separator, SubMenu } from "../parts/menu";
import {
  arrangeTeam,
  askRemove,
  command,
  fold,
  moveInto,
  pause,
  restart,
  resume,
  sleep,
  wake,
} from "../state/commands";
import { useReadOnly } from "../state/live";
import { useOrg } from "../state/org";
import { commandPicked } from "../state/together";
import { openDialog, pick, select, toast, useUi } from "../state/ui";
import { placeAlone } from "./landing";
import { useMenu } from "./menuAt";
import { focusCard, showCard, tidyAll } from "./view";

export function CardMenu() {
  const at = useMenu((state) => state.at);
  const isOfMany = useUi((state) => state.picked.size > 1 && at !== null && state.picked.has(at.id));
  if (!at) return null;
  return (
    <DropdownMenu.Root
      open
      modal={false}
      onOpenChange={(open) => {
        if (open) return;
        useMenu.setState({ at: null });
        // What was chosen may have taken the focus; else the keyboard goes on from the card.
        requestAnimationFrame(() => {
          const { dialog, palette, renaming } = useUi.getState();
          if (dialog === null && palette === "closed" && renaming === null) focusCard(at.id);
        });
      }}
    >
      <DropdownMenu.Trigger asChild>
        <span aria-hidden="true" className="fixed size-0" style={{ left: at.x, top: at.y }} tabIndex={-1} />
      </DropdownMenu.Trigger>
      {isOfMany ? <PickedActions /> : <CardActions id={at.id} side="right" />}
    </DropdownMenu.Root>
  );
}

/** Of a card that is in hand with others: what is done with all of them. */
function PickedActions() {
  const picked = useUi((state) => state.picked);
  const count = useOrg((state) => meant(state.rows, state.tree, picked).size);
  const isReadOnly = useReadOnly();
  const roles = plural(count, "role");
  return (
    <MenuBody label={`Actions for ${roles}`} align="start" side="right">
      <Item onSelect={() => void commandPicked("start")} disabled={isReadOnly}>
        Start {roles}
      </Item>
      <Item onSelect={() => void commandPicked("stop")} disabled={isReadOnly}>
        Stop {roles}
      </Item>
      <Item onSelect={() => void commandPicked("restart")} disabled={isReadOnly}>
        Restart {roles}
      </Item>
      <Separator />
      <Item onSelect={() => pick(new Set())} keys="Esc">
        Clear the selection
      </Item>
    </MenuBody>
  );
}

async function copied(text: string, what: string): Promise<void> {
  try {
    await copyText(text);
    toast("success", `${what} is in the clipboard.`);
  } catch {
    toast("error", `${what} could not be copied: the browser does not allow it here.`);
  }
}

/** The items, shared by the menu at the pointer and the one in the panel. */
export function CardActions({
  id,
  align = "start",
  side = "bottom",
}: {
  id: string;
  align?: "start" | "end";
  side?: "bottom" | "right";
}) {
  const row = useOrg((state) => state.rows.get(id));
  const tree = useOrg((state) => state.tree);
  const isReadOnly = useReadOnly();
  if (!row) return null;
  const isLead = membersOf(tree, id).length > 0;
  const parent = tree.parent.get(id) ?? null;
  const isPaused = row.status === "paused";
  const isStopped = isPaused || row.status === "offline";
  const isAsleep = row.status === "hibernated";
  const isUp = row.status === "online" || row.status === "degraded";
  return (
    <MenuBody label={`Actions for ${row.name}`} align={align} side={side}>
      <Item onSelect={() => select(id, "details")} keys="Enter">
        Details
      </Item>
      <Item onSelect={() => select(id, "chat")}>Chat</Item>
      <Item onSelect={() => select(id, "logs")}>Logs</Item>
      <Separator />
      {isAsleep ? (
        <Item onSelect={() => void wake(id)} disabled={isReadOnly}>
          Wake
        </Item>
      ) : isPaused ? (
        <Item onSelect={() => void resume(id)} disabled={isReadOnly}>
          Resume
        </Item>
      ) : isStopped || row.status === "failed" ? (
        <Item onSelect={() => void command("start", "one", id)} disabled={isReadOnly}>
          Start
        </Item>
      ) : (
        <Item onSelect={() => void pause(id)} disabled={isReadOnly}>
          Pause
        </Item>
      )}
      <Item onSelect={() => void restart(id)} disabled={isReadOnly || row.status === "awaiting_agent"}>
        Restart
      </Item>
      {isUp ? (
        <Item onSelect={() => void sleep(id)} disabled={isReadOnly || row.active_tasks > 0}>
          Put to sleep
        </Item>
      ) : null}
      {isLead ? (
        <SubMenu label="Team">
          <Item onSelect={() => void command("start", "subtree", id)} disabled={isReadOnly}>
            Start team
          </Item>
          <Item onSelect={() => void command("stop", "subtree", id)} disabled={isReadOnly}>
            Stop team
          </Item>
          <Item onSelect={() => void command("restart", "subtree", id)} disabled={isReadOnly}>
            Restart team
          </Item>
        </SubMenu>
      ) : null}
      <Separator />
      {isLead ? (
        <>
          <Item onSelect={() => fold(id)} disabled={isReadOnly} keys="Space">
            {row.collapsed ? "Unfold team" : "Fold team"}
          </Item>
          <Item onSelect={() => showCard(id)} keys="Z">
            Zoom to team
          </Item>
          <Item onSelect={() => arrangeTeam(id)} disabled={isReadOnly || row.collapsed}>
            Line up its members
          </Item>
          <Item onSelect={() => tidyAll(id)} disabled={isReadOnly || row.collapsed}>
            Tidy up the whole team
          </Item>
        </>
      ) : null}
      {parent === null && row.org_id ? (
        <Item
          onSelect={() => openDialog({ kind: "save", org: row.org_id ?? undefined })}
          disabled={isReadOnly}
        >
          Save to files…
        </Item>
      ) : null}
      <Item onSelect={() => openDialog({ kind: "create", parent: id })} disabled={isReadOnly}>
        Add a role below…
      </Item>
      <Item
        onSelect={() => {
          useUi.setState({ palette: "roles", moving: id });
        }}
        disabled={isReadOnly}
      >
        Move into…
      </Item>
      {parent !== null ? (
        <Item
          onSelect={() => {
            const { layout } = useOrg.getState();
            const frame = layout.places.get(parent)?.rect;
            const size = layout.places.get(id)?.size;
            if (!frame || !size) return;
            moveInto(id, null, placeAlone(id, { x: frame.x + frame.width + 40, y: frame.y, ...size }));
          }}
          disabled={isReadOnly}
        >
          Take out of the team
        </Item>
      ) : null}
      <Separator />
      <SubMenu label="Copy">
        <Item onSelect={() => void copied(row.name, "The name")}>Name</Item>
        <Item onSelect={() => void copied(row.id, "The id")}>Id</Item>
      </SubMenu>
      <Item
        onSelect={() => {
          select(id, "details");
          useUi.setState({ renaming: id });
        }}
        disabled={isReadOnly}
        keys="F2"
      >
        Rename
      </Item>
      <Item onSelect={() => askRemove(id)} disabled={isReadOnly} danger keys="Del">
        Delete
      </Item>
    </MenuBody>
  );
}
