/** Questions and help: one dialog at a time. */

import { KEPT_DAYS, keptUntil, plural } from "../core/format";
import { countsOf, runsInContainer } from "../core/status";
import { descendants } from "../core/tree";
import { ImportDialog } from "../import/ImportDialog";
import { RoleValuesDialog } from "../import/RoleValuesDialog";
import { SaveDialog } from "../import/SaveDialog";
import { Ask } from "../parts/Ask";
import { Kbd } from "../parts/controls";
import { Modal } from "../parts/Modal";
import { command } from "../state/commands";
import { remove, useOrg } from "../state/org";
import { closeDialog, useUi } from "../state/ui";
import { ConnectDialog } from "./ConnectDialog";
import { CreateDialog } from "./CreateDialog";
import { modKey } from "./keyNames";

export function Dialogs() {
  const dialog = useUi((state) => state.dialog);
  if (dialog === null) return null;
  switch (dialog.kind) {
    case "delete":
      return <AskDelete id={dialog.id} />;
    case "stop-all":
      return <AskStopAll />;
    case "keys":
      return <Keys />;
    case "create":
      return <CreateDialog parent={dialog.parent} />;
    case "connect":
      return <ConnectDialog name={dialog.name} connection={dialog.connection} />;
    case "save":
      return <SaveDialog dir={dialog.dir} org={dialog.org} edits={dialog.edits} />;
    case "role-values":
      return <RoleValuesDialog id={dialog.id} org={dialog.org} />;
    case "import":
      return <ImportDialog dir={dialog.dir} path={dialog.path} />;
  }
}

function AskDelete({ id }: { id: string }) {
  const row = useOrg((state) => state.rows.get(id));
  const tree = useOrg((state) => state.tree);
  const rows = useOrg((state) => state.rows);
  if (!row) return null;
  const below = descendants(tree, id);
  const isTeam = below.length > 0;
  const hasContainer = [id, ...below].some((other) => runsInContainer(rows.get(other)?.runtime));
  return (
    <Ask
      title={isTeam ? "Delete role and its team" : "Delete role"}
      action={isTeam ? "Delete all" : "Delete"}
      onYes={() => void remove(id)}
      onClose={closeDialog}
    >
      <p>
        {isTeam ? (
          <>
            <b className="font-semibold">{row.name}</b> and {plural(below.length, "role")} below it stop and
            leave the canvas.
          </>
        ) : (
          <>
            <b className="font-semibold">{row.name}</b> stops and leaves the canvas.
          </>
        )}{" "}
        {hasContainer ? `${isTeam ? "Their containers are" : "Its container is"} removed. ` : ""}
        The org's own files are not touched.
      </p>
      <p className="mt-2">
        {isTeam ? "They" : "It"} can be brought back until {keptUntil(Date.now())}, with chat
        {hasContainer ? ", secrets and work files" : " and secrets"}: with Undo, or later in Stack under
        Removed roles. After {KEPT_DAYS} days{" "}
        {hasContainer ? "the work files are deleted too" : "that is over"}.
      </p>
      {isTeam ? (
        <ul
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keyboard
          tabIndex={0}
          aria-label="Roles below it"
          className="mt-3 max-h-40 columns-2 overflow-y-auto rounded-base border border-line p-2 text-small"
        >
          {below.slice(0, 200).map((other) => (
            <li key={other} className="truncate">
              {rows.get(other)?.name}
            </li>
          ))}
          {below.length > 200 ? <li className="text-ink-muted">and {below.length - 200} more</li> : null}
        </ul>
      ) : null}
    </Ask>
  );
}

function AskStopAll() {
  const rows = useOrg((state) => state.rows);
  const counts = countsOf(rows);
  const all = counts.running + counts.starting + counts.waiting;
  return (
    <Ask
      title="Stop all agents"
      action="Stop all"
      onYes={() => void command("stop", "all")}
      onClose={closeDialog}
    >
      <p>
        {plural(all, "agent")} {all === 1 ? "stops" : "stop"}.
        {counts.working > 0
          ? ` ${plural(counts.working, "agent")} at work ${counts.working === 1 ? "loses" : "lose"} the task in hand.`
          : ""}{" "}
        Nothing else is lost, and you can start {all === 1 ? "it" : "them"} again.
      </p>
    </Ask>
  );
}

function Keys() {
  const keys: readonly (readonly [readonly string[], string])[] = [
    [["↑", "↓", "←", "→"], "Walk the tree"],
    [["Enter"], "Open the panel of the role"],
    [["Space"], "Fold or unfold a team"],
    [["Shift", "Space"], "Select one more"],
    [[modKey, "A"], "Select all that is shown"],
    [["Z"], "Zoom to the team"],
    [["0"], "Fit everything"],
    [["+", "−"], "Zoom"],
    [["F2"], "Rename"],
    [["Del"], "Delete, after a question"],
    [["/"], "Search roles"],
    [[modKey, "K"], "Everything by name"],
    [[modKey, "Z"], "Undo"],
    [[modKey, "Shift", "Z"], "Redo"],
    [["Shift", "F10"], "Menu of the role"],
    [["1", "…", "6"], "Rooms: Org, Stack, Activity, Secrets, Plugins, Settings"],
    [["Esc"], "Close what is open"],
    [["?"], "This list"],
  ];
  return (
    <Modal title="Keys" onClose={closeDialog} width={440} isText>
      <dl className="grid grid-cols-[150px_1fr] items-center gap-y-1.5">
        {keys.map(([names, text]) => (
          <div key={text} className="contents">
            <dt className="flex gap-1">
              {names.map((name) => (
                <Kbd key={name}>{name}</Kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-4 text-ink-muted">
        Drag a card to move it, onto another card to put it into that team, or out of its frame to take it
        out. Right-click for everything a role can do.
      </p>
    </Modal>
  );
}
