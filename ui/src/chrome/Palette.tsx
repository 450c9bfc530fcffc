/** Everything by name: roles, rooms and commands. `/` searches roles only. */

import { useQuery } from "@tanstack/react-query";
import { Dialog } from "radix-ui";
import { type KeyboardEvent, useEffect, useMemo, useState } from "react";
import { sentence } from "../api/client";
import { placeIn } from "../canvas/landing";
import { fitAll, focusCard, tidyAll } from "../canvas/view";
import { plural } from "../core/format";
import { findRoles, ranked } from "../core/search";
import { shownOf } from "../core/status";
import { ancestors, descendants } from "../core/tree";
import { Kbd } from "../parts/controls";
import { Glyph } from "../parts/Glyph";
import { quit, shellInfo } from "../shell";
import { askRemove, askStopAll, command, foldAll, moveInto, pause, restart, reveal } from "../state/commands";
import { redoLast, undoLast, useOrg } from "../state/org";
import { showPlan, usePlans } from "../state/plans";
import { keys } from "../state/queries";
import { closePalette, goTo, openDialog, select, setShowLinks, setTheme, toast, useUi } from "../state/ui";

interface Entry {
  key: string;
  title: string;
  detail: string;
  id?: string;
  keys?: string;
  run: () => void;
}

export function Palette() {
  const mode = useUi((state) => state.palette);
  return (
    <Dialog.Root open={mode !== "closed"} onOpenChange={(open) => !open && closePalette()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Content
          aria-describedby={undefined}
          className="appear fixed top-[14vh] left-1/2 z-50 flex max-h-[62vh] w-[560px] max-w-[92vw] -translate-x-1/2 flex-col overflow-hidden rounded-frame border border-line-strong bg-raised"
          onCloseAutoFocus={(event) => event.preventDefault()}
        >
          {mode === "closed" ? null : <Body isRolesOnly={mode === "roles"} />}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Body({ isRolesOnly }: { isRolesOnly: boolean }) {
  const { data: shell } = useQuery({ queryKey: keys.shell, queryFn: shellInfo, enabled: false });
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const rows = useOrg((state) => state.rows);
  const tree = useOrg((state) => state.tree);
  const moving = useUi((state) => state.moving);
  const selected = useUi((state) => state.selected);
  const entries = useMemo<Entry[]>(() => {
    const barred = moving === null ? null : new Set([moving, ...descendants(tree, moving)]);
    const roles = findRoles(rows, query, isRolesOnly ? 60 : 12)
      .filter(({ id }) => !barred?.has(id))
      .map(({ id }): Entry => {
        const path = ancestors(tree, id).map((up) => rows.get(up)?.name ?? "");
        return {
          key: id,
          id,
          title: rows.get(id)?.name ?? "",
          detail: path.join(" › ") || rows.get(id)?.role || "",
          run: () => {
            if (moving !== null) moveInto(moving, id, placeIn(id, moving, null));
            else {
              goTo("org");
              void reveal(id).then(() => {
                select(id);
                focusCard(id);
              });
            }
          },
        };
      });
    if (isRolesOnly) return roles;
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const commands = [...commandsFor(selected), ...(shell ? QUIT : [])].filter((entry) =>
      words.every((word) => `${entry.title} ${entry.detail}`.toLowerCase().includes(word)),
    );
    return ranked(query, roles, commands).slice(0, query === "" ? undefined : 60);
  }, [query, rows, tree, isRolesOnly, moving, selected, shell]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new query starts at its best hit
  useEffect(() => setAt(0), [query]);

  const title =
    moving !== null
      ? `Move ${rows.get(moving)?.name ?? "the role"} into`
      : isRolesOnly
        ? "Search roles"
        : "Command palette";
  const choose = (entry: Entry | undefined) => {
    if (!entry) return;
    closePalette();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setAt((now) => Math.min(now + 1, entries.length - 1));
    else if (event.key === "ArrowUp") setAt((now) => Math.max(now - 1, 0));
    else if (event.key === "Enter") choose(entries[at]);
    else return;
    event.preventDefault();
  };
  useEffect(() => {
    document.getElementById(`search-result-${entries[at]?.key}`)?.scrollIntoView({ block: "nearest" });
  }, [at, entries]);

  return (
    <>
      <Dialog.Title className="sr-only">{title}</Dialog.Title>
      <input
        // biome-ignore lint/a11y/noAutofocus: the person opened this to type
        autoFocus
        role="combobox"
        aria-label={title}
        aria-expanded="true"
        aria-controls="search-results-list"
        aria-activedescendant={entries[at] ? `search-result-${entries[at].key}` : undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder={
          moving !== null
            ? title
            : isRolesOnly
              ? "Name, role, status or model"
              : "Type a role, a room or what to do"
        }
        className="h-11 shrink-0 border-b border-line bg-raised px-4 text-title outline-none"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div
        role="listbox"
        id="search-results-list"
        aria-label="Results"
        className="min-h-0 flex-1 overflow-y-auto p-1.5"
      >
        {entries.length === 0 ? (
          <p className="px-3 py-6 text-center text-ink-muted">
            {rows.size === 0 && isRolesOnly ? "No roles yet" : "No roles match"}
          </p>
        ) : null}
        {entries.map((entry, index) => {
          const row = entry.id ? rows.get(entry.id) : undefined;
          const shown = row ? shownOf(row) : null;
          return (
            <div
              key={entry.key}
              id={`search-result-${entry.key}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              className="flex h-8 cursor-default items-center gap-2.5 rounded-base px-2.5 aria-selected:bg-accent-soft"
              onPointerMove={() => setAt(index)}
              onClick={() => choose(entry)}
              onKeyDown={() => undefined}
            >
              {shown ? <Glyph kind={shown.kind} /> : <span className="w-3" />}
              <span className="max-w-[60%] truncate">{entry.title}</span>
              <span className="min-w-0 flex-1 truncate text-small text-ink-muted">{entry.detail}</span>
              {shown ? <span className="text-small text-ink-muted">{shown.word}</span> : null}
              {entry.keys ? <Kbd>{entry.keys}</Kbd> : null}
            </div>
          );
        })}
      </div>
      <footer className="flex gap-4 border-t border-line px-4 py-1.5 text-small text-ink-muted">
        <span className="flex-1">
          {isRolesOnly ? plural(entries.length, "role") : `${plural(entries.length, "result")}`}
        </span>
        <span>↑↓ choose</span>
        <span>Enter opens</span>
        <span>Esc closes</span>
      </footer>
    </>
  );
}

/** Only where there is a window to end. */
const QUIT: Entry[] = (["stop", "keep"] as const).map((agents) => ({
  key: `do-quit-${agents}`,
  title: agents === "stop" ? "Quit and stop the agents" : "Quit and let the agents run on",
  detail: "app",
  run: () => {
    quit(agents).catch((error: unknown) => toast("error", `The app did not quit: ${sentence(error)}`));
  },
}));

function commandsFor(selected: string | null): Entry[] {
  const name = selected === null ? "" : (useOrg.getState().rows.get(selected)?.name ?? "");
  const { showLinks } = useUi.getState();
  const entry = (title: string, detail: string, run: () => void, keys?: string): Entry => ({
    key: `do-${title.replaceAll(/\W+/g, "-")}`,
    title,
    detail,
    run,
    keys,
  });
  const forSelected =
    selected === null
      ? []
      : [
          entry(`Chat with ${name}`, "", () => select(selected, "chat")),
          entry(`Restart ${name}`, "", () => void restart(selected)),
          entry(`Pause ${name}`, "", () => void pause(selected)),
          entry(`Delete ${name}`, "asks first", () => askRemove(selected), "Del"),
        ];
  return [
    ...forSelected,
    entry("New role", "adds one to the canvas", () => openDialog({ kind: "create" })),
    entry("Save to files", "shows what would be written first", () => openDialog({ kind: "save" })),
    entry("Open an org folder", "shows a plan first", () => openDialog({ kind: "import" })),
    entry("Start all agents", "", () => void command("start", "all")),
    entry("Stop all agents", "asks first", askStopAll),
    entry("Restart all agents", "", () => void command("restart", "all")),
    entry("Fit everything", "view", () => fitAll(), "0"),
    entry("Tidy up all teams", "view", () => tidyAll()),
    ...[...usePlans.getState().plans.keys()].map((org) =>
      entry(
        `Show the plan of ${usePlans.getState().orgs.get(org)?.name ?? "an org"}`,
        "its files changed",
        () => void showPlan(org),
      ),
    ),
    entry("Fold all teams", "view", () => foldAll(true)),
    entry("Unfold all teams", "view", () => foldAll(false)),
    entry(showLinks ? "Hide message lines" : "Show message lines", "view", () => setShowLinks(!showLinks)),
    entry("Undo", "", () => void undoLast(), "Ctrl Z"),
    entry("Redo", "", () => void redoLast(), "Ctrl Shift Z"),
    entry("Go to Org", "room", () => goTo("org")),
    entry("Go to Stack", "room", () => goTo("stack")),
    entry("Go to Activity", "room", () => goTo("activity")),
    entry("Go to Secrets", "room", () => goTo("secrets")),
    entry("Go to Plugins", "room", () => goTo("plugins")),
    entry("Go to Settings", "room", () => goTo("settings")),
    entry("Light theme", "appearance", () => setTheme("light")),
    entry("Dark theme", "appearance", () => setTheme("dark")),
    entry("Theme of the system", "appearance", () => setTheme("system")),
    entry("Show all keys", "help", () => openDialog({ kind: "keys" }), "?"),
  ];
}
