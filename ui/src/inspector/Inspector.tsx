/** The panel on the right: everything about the role in hand, in tabs. */

import { MoreHorizontal, Pencil, X } from "lucide-react";
import { DropdownMenu, Tabs } from "radix-ui";
import { useEffect, useRef } from "react";
import { CardActions } from "../canvas/CardMenu";
import { ensureWhole, focusCard } from "../canvas/view";
import { shownOf } from "../core/status";
import { Boundary } from "../parts/Boundary";
import { Badge, IconButton, SkeletonRows } from "../parts/controls";
import { Glyph } from "../parts/Glyph";
import { later } from "../parts/later";
import { useChat } from "../state/chat";
import { rename } from "../state/commands";
import { useReadOnly } from "../state/live";
import { useOrg } from "../state/org";
import { PANEL, select, setPanelWidth, type Tab, useUi } from "../state/ui";
import { ActivityTab } from "./ActivityTab";
import { DetailsTab } from "./DetailsTab";
import { LogsTab } from "./LogsTab";

const ChatTab = later(() => import("./ChatTab"), "ChatTab", { meanwhile: <SkeletonRows /> });

const FilesTab = later(() => import("./FilesTab"), "FilesTab", { meanwhile: <SkeletonRows /> });
const PluginsTab = later(() => import("./PluginsTab"), "PluginsTab", { meanwhile: <SkeletonRows /> });

const TABS: readonly [Tab, string][] = [
  ["details", "Details"],
  ["chat", "Chat"],
  ["activity", "Activity"],
  ["files", "Files"],
  ["plugins", "Plugins"],
  ["logs", "Logs"],
];

export function Inspector() {
  const id = useUi((state) => state.selected);
  const tab = useUi((state) => state.tab);
  const width = useUi((state) => state.panelWidth);
  const row = useOrg((state) => (id === null ? undefined : state.rows.get(id)));
  const unread = useChat((state) => (id === null ? 0 : (state.talks.get(id)?.unread ?? 0)));
  // The panel takes room from the canvas: the card it is about must not be what it covers.
  useEffect(() => {
    if (id === null) return;
    const frame = requestAnimationFrame(() => ensureWhole(id));
    return () => cancelAnimationFrame(frame);
  }, [id]);
  if (!row || id === null) return null;
  const shown = shownOf(row);
  return (
    <aside
      aria-label={`${row.name}, inspector`}
      data-testid="inspector"
      className="relative flex h-full shrink-0 flex-col border-l border-line bg-raised max-[640px]:absolute max-[640px]:inset-0 max-[640px]:z-20 max-[640px]:w-full!"
      style={{ width: `min(${width}px, 60vw)` }}
    >
      <Grip />
      <header className="flex items-start gap-2 px-4 pt-3 pb-2">
        <Glyph kind={shown.kind} size={14} className="mt-[3px]" />
        <div className="min-w-0 flex-1">
          <Name id={id} name={row.name} />
          <p className="truncate text-small text-ink-muted" title={row.role ?? undefined}>
            {row.role || "No role given"}
          </p>
        </div>
        <Badge title={`Asks for tier ${row.tier}, runs with tier ${row.tier_granted}`}>
          {row.tier_granted < row.tier ? `T${row.tier} → T${row.tier_granted}` : `T${row.tier}`}
        </Badge>
        <DropdownMenu.Root modal={false}>
          <DropdownMenu.Trigger asChild>
            <IconButton label={`Actions for ${row.name}`}>
              <MoreHorizontal size={16} aria-hidden="true" />
            </IconButton>
          </DropdownMenu.Trigger>
          <CardActions id={id} align="end" />
        </DropdownMenu.Root>
        <IconButton label="Close panel" onClick={() => select(null)}>
          <X size={16} aria-hidden="true" />
        </IconButton>
      </header>
      <Tabs.Root
        value={tab}
        onValueChange={(value) => useUi.setState({ tab: value as Tab })}
        className="flex min-h-0 flex-1 flex-col"
      >
        <Tabs.List
          aria-label="Parts of the panel"
          className="flex gap-1 overflow-x-auto border-b border-line px-3 [scrollbar-width:none]"
        >
          {TABS.map(([value, label]) => (
            <Tabs.Trigger
              key={value}
              value={value}
              id={`tab-${value}`}
              aria-controls={`panel-${value}`}
              data-testid={`tab-${value}`}
              className="border-b-2 border-transparent px-2 py-1.5 text-ink-muted hover:text-ink focus-visible:-outline-offset-2 data-[state=active]:border-accent data-[state=active]:text-ink"
            >
              {label}
              {value === "chat" && unread > 0 ? ` (${unread})` : ""}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {TABS.map(([value, label]) => (
          <Tabs.Content
            key={value}
            value={value}
            id={`panel-${value}`}
            aria-labelledby={`tab-${value}`}
            tabIndex={-1}
            className="min-h-0 flex-1 outline-none data-[state=inactive]:hidden"
          >
            <Boundary what={label} key={id}>
              {value === "details" ? <DetailsTab id={id} /> : null}
              {value === "chat" ? <ChatTab id={id} /> : null}
              {value === "activity" ? <ActivityTab id={id} /> : null}
              {value === "files" ? <FilesTab id={id} /> : null}
              {value === "plugins" ? <PluginsTab id={id} /> : null}
              {value === "logs" ? <LogsTab id={id} /> : null}
            </Boundary>
          </Tabs.Content>
        ))}
      </Tabs.Root>
    </aside>
  );
}

function Name({ id, name }: { id: string; name: string }) {
  const isRenaming = useUi((state) => state.renaming === id);
  const isReadOnly = useReadOnly();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (isRenaming) field.current?.select();
  }, [isRenaming]);
  const stop = () => useUi.setState({ renaming: null });
  if (isRenaming) {
    return (
      <input
        ref={field}
        aria-label="New name"
        defaultValue={name}
        maxLength={255}
        className="-ml-1.5 h-6 w-full rounded-small border border-line-strong bg-raised px-1 text-title font-semibold"
        onBlur={(event) => {
          rename(id, event.target.value.trim());
          stop();
        }}
        onKeyDown={(event) => {
          // Of the page's keys only the palette's is for who types here.
          if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
          if (event.key !== "Enter" && event.key !== "Escape") return;
          if (event.key === "Escape") event.currentTarget.value = name;
          event.currentTarget.blur();
          // The field is gone: the keyboard goes on from the card.
          focusCard(id);
        }}
      />
    );
  }
  return (
    <h2 className="group flex min-w-0 items-center gap-1 text-title font-semibold">
      <span className="truncate" title={name}>
        {name}
      </span>
      <button
        type="button"
        aria-label={`Rename ${name}`}
        title="Rename (F2)"
        disabled={isReadOnly}
        className="rounded-small p-0.5 text-ink-muted opacity-0 group-hover:opacity-100 hover:text-ink focus-visible:opacity-100"
        onClick={() => useUi.setState({ renaming: id })}
      >
        <Pencil size={12} aria-hidden="true" />
      </button>
    </h2>
  );
}

function Grip() {
  const width = useUi((state) => state.panelWidth);
  return (
    <div
      role="separator"
      aria-label="Resize panel"
      aria-orientation="vertical"
      aria-valuenow={width}
      aria-valuemin={PANEL.least}
      aria-valuemax={PANEL.most}
      tabIndex={0}
      className="absolute top-0 bottom-0 -left-1 z-10 w-2 cursor-col-resize hover:bg-accent-soft"
      onPointerDown={(event) => {
        event.preventDefault();
        const grip = event.currentTarget;
        grip.setPointerCapture(event.pointerId);
        const move = (to: PointerEvent) => setPanelWidth(window.innerWidth - to.clientX);
        grip.addEventListener("pointermove", move);
        grip.addEventListener("pointerup", () => grip.removeEventListener("pointermove", move), {
          once: true,
        });
      }}
      onKeyDown={(event) => {
        if (event.key === "ArrowLeft") setPanelWidth(width + 16);
        else if (event.key === "ArrowRight") setPanelWidth(width - 16);
        else if (event.key === "Home") setPanelWidth(PANEL.least);
        else if (event.key === "End") setPanelWidth(PANEL.most);
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    />
  );
}
