/** One role on the canvas: a card, the frame of its team, or the card that stands for a folded team. */

import { type NodeProps, NodeResizeControl } from "@xyflow/react";
import { ChevronDown, ChevronRight, MessageSquare, RotateCw } from "lucide-react";
import { memo } from "react";
import type { Workspace } from "../api/types";
import type { FlowNode } from "../core/flow";
import { HEADER } from "../core/geometry";
import { KINDS, type Rollup, rollup, shownOf } from "../core/status";
import { membersOf } from "../core/tree";
import { soften } from "../core/words";
import { Badge } from "../parts/controls";
import { Glyph } from "../parts/Glyph";
import { useStandIn } from "../parts/useStandIn";
import { useChat } from "../state/chat";
import { fold, restart } from "../state/commands";
import { change, inverse, useOrg } from "../state/org";
import { showPlan, usePlans } from "../state/plans";
import { useUi } from "../state/ui";
import { fitOf, fitsHead, SHORT_ROOM, spareLines, standsInOneLine, useDistance } from "./distance";
import { useDrop } from "./drop";
import { linesIn, nameWidth, shortName, widestPart } from "./letters";

function CardNodeInner({ id, data, width }: NodeProps) {
  const { face, level } = data as FlowNode["data"];
  const row = useOrg((state) => state.rows.get(id));
  const isSelected = useUi((state) => state.selected === id || state.picked.has(id));
  const isOpen = useUi((state) => state.selected === id && state.picked.size === 0);
  const isCursor = useUi((state) => state.cursor === id);
  const isFlashing = useUi((state) => state.flashing.has(id));
  const isLeaving = useOrg((state) => state.leaving.has(id));
  const isTarget = useDrop((state) => state.target === id);
  if (!row) return null;
  const attributes = {
    "data-workspace-id": id,
    "data-testid": `card-${id}`,
    "data-status": row.status,
    "data-selected": isSelected,
    "data-target": isTarget,
    "data-flash": isFlashing,
    style: isLeaving ? { opacity: 0.5 } : undefined,
  };
  const shown = shownOf(row);
  // The card itself is one button over all it shows; what can be pressed inside lies on top of it, not in it.
  const button = (
    <div
      role="button"
      tabIndex={0}
      className="card-button"
      aria-label={`${row.name} workspace — ${row.status}`}
      aria-pressed={isSelected}
      aria-current={isCursor ? "true" : undefined}
      title={[row.name, row.role, `${shown.word}${shown.line ? `: ${shown.line}` : ""}`]
        .filter(Boolean)
        .join("\n")}
    />
  );
  if (face === "frame") {
    return (
      <div
        {...attributes}
        className="frame relative h-full w-full"
        data-level={level === 0 ? "root" : level % 2 === 0 ? "even" : "odd"}
      >
        <div
          className="card-head rounded-t-[11px] border-b border-line bg-raised px-4 py-3"
          style={{ height: HEADER - 16 }}
        >
          <Face row={row} id={id} face={face} width={width} />
        </div>
        {button}
        {isOpen ? <Resize id={id} /> : null}
      </div>
    );
  }
  return (
    <div {...attributes} data-face={face} className="card relative flex h-full w-full flex-col px-3 py-2.5">
      <Face row={row} id={id} face={face} />
      {button}
    </div>
  );
}

/** Where it stands is not what it shows: a card that moves, or whose team does, is not drawn anew for that. */
export const CardNode = memo(
  CardNodeInner,
  (a, b) => a.id === b.id && a.data === b.data && a.width === b.width,
);

function Resize({ id }: { id: string }) {
  return (
    <NodeResizeControl
      nodeId={id}
      position="bottom-right"
      minWidth={360}
      minHeight={200}
      onResizeEnd={(_, size) => {
        const patch = { width: Math.round(size.width), height: Math.round(size.height) };
        const row = useOrg.getState().rows.get(id);
        const before = inverse(id, patch);
        // A frame that was never resized had the size it needed; that is what undo gives back.
        const rect = useOrg.getState().layout.places.get(id)?.size;
        const back = { width: before.width ?? rect?.width, height: before.height ?? rect?.height };
        void change(`Resize ${row?.name ?? "team"}`, [{ id, patch }], {}, [{ id, patch: back }]);
      }}
    />
  );
}

interface FaceProps {
  row: Workspace;
  id: string;
  isLead: boolean;
}

interface SeenProps {
  row: Workspace;
  id: string;
  face: FlowNode["data"]["face"];
  /** Of a team's frame. */
  width?: number;
}

function Face({ row, id, face, width = 0 }: SeenProps) {
  const isLead = face !== "role";
  const level = useDistance((state) => state.level);
  const widest = level === "no" ? 0 : widestPart(row.name);
  const fit = useDistance((state) => fitOf(widest, state.step));
  const isOneLine = useDistance(
    (state) => face !== "frame" || state.level === "no" || fitsHead(nameWidth(row.name), width, state.step),
  );
  const hasState = useDistance((state) => {
    if (state.level !== "far" || face === "folded") return false;
    const { lines, room } = spareLines(state.step);
    // A head has room for one line of its name and the state below it.
    if (face === "frame") return lines > 0 && standsInOneLine(nameWidth(row.name), width, state.step);
    return linesIn(row.name, room) <= lines;
  });
  if (level === "no") return <NearFace row={row} id={id} isLead={isLead} />;
  const shown = shownOf(row);
  const isShort = level === "short" && face === "role";
  return (
    <div className="flex h-full min-w-0 flex-col">
      <div className="flex min-w-0 items-start gap-2">
        <Glyph kind={shown.kind} className="card-glyph mt-1" />
        <div
          className="card-name min-w-0 flex-1 truncate text-title font-semibold"
          data-fit={fit}
          data-two-lines={isOneLine ? undefined : "true"}
        >
          {isShort ? shortName(row.name, SHORT_ROOM) : fit === "broken" ? soften(row.name) : row.name}
        </div>
      </div>
      {hasState ? (
        <div className="card-state mt-auto truncate" data-testid="card-status">
          <span className="font-medium" style={{ color: `var(--status-${shown.kind})` }}>
            {shown.word}
          </span>
          {shown.line ? <span className="text-ink-muted"> · {shown.short ?? shown.line}</span> : null}
        </div>
      ) : null}
      {row.collapsed && isLead && level === "far" ? <Inside id={id} /> : null}
    </div>
  );
}

function NearFace({ row, id, isLead }: FaceProps) {
  const shown = shownOf(row);
  const collapsed = row.collapsed && isLead;
  return (
    <div className="flex h-full min-w-0 flex-col">
      <div className="flex min-w-0 items-start gap-2">
        <Glyph kind={shown.kind} className="card-glyph mt-1" />
        <div className="card-name min-w-0 flex-1 truncate text-title font-semibold">{row.name}</div>
        <div className="near flex shrink-0 items-center gap-1">
          <Badges row={row} id={id} />
          {isLead ? <FoldButton row={row} /> : null}
        </div>
      </div>
      <div className="near truncate pl-5 text-small text-ink-muted">{row.role || "No role given"}</div>
      <div className="near mt-1 line-clamp-2 pl-5 text-small wrap-anywhere" data-testid="card-status">
        <span className="font-medium" style={{ color: `var(--status-${shown.kind})` }}>
          {shown.word}
        </span>
        {shown.line ? <span className="text-ink"> · {shown.short ?? shown.line}</span> : null}
      </div>
      {collapsed ? (
        <Inside id={id} />
      ) : (
        <div className="near mt-auto truncate pl-5 text-small text-ink-muted">
          <RunsOn row={row} />
        </div>
      )}
    </div>
  );
}

/** Runtime and model; a stand-in in their place is said, for no model answers then. */
function RunsOn({ row }: { row: Workspace }) {
  const isStandIn = useStandIn(row.runtime);
  if (isStandIn) return row.runtime === "stand-in" ? "stand-in" : `stand-in for ${row.runtime}`;
  return `${row.runtime || "no runtime"}${row.model ? ` · ${row.model}` : ""}`;
}

/** At most two: what asks for something comes first. */
function Badges({ row, id }: { row: Workspace; id: string }) {
  const unread = useChat((state) => state.talks.get(id)?.unread ?? 0);
  const org = row.parent_id ? null : row.org_id;
  const hasPlan = usePlans((state) => typeof org === "string" && state.plans.has(org));
  const badges: React.ReactNode[] = [];
  if (hasPlan && org) {
    badges.push(
      <button
        key="plan"
        type="button"
        className="nodrag relative z-[2] inline-flex h-[18px] items-center rounded-small border border-accent px-1 text-[11px] text-accent hover:bg-accent-soft"
        aria-label={`Show the plan that waits for ${row.name}`}
        title="Its files changed. Show the plan"
        tabIndex={-1}
        onClick={(event) => {
          event.stopPropagation();
          void showPlan(org);
        }}
      >
        Plan
      </button>,
    );
  }
  if (row.needs_restart && !row.current_task) {
    badges.push(
      <button
        key="restart"
        type="button"
        className="nodrag relative z-[2] inline-flex size-[18px] items-center justify-center rounded-small border border-accent text-accent hover:bg-accent-soft"
        aria-label={`Restart ${row.name} to apply changes`}
        title="Restart to apply changes"
        tabIndex={-1}
        onClick={(event) => {
          event.stopPropagation();
          void restart(id);
        }}
      >
        <RotateCw size={11} aria-hidden="true" />
      </button>,
    );
  }
  if (unread > 0) {
    badges.push(
      <Badge key="unread" tone="ask" title={`${unread} unread`}>
        <MessageSquare size={10} aria-hidden="true" className="mr-1" />
        {unread}
      </Badge>,
    );
  }
  if (row.tier_granted < row.tier) {
    badges.push(
      <Badge
        key="tier"
        title={`Asks for tier ${row.tier}, runs with tier ${row.tier_granted} until you grant more`}
      >
        T{row.tier} → T{row.tier_granted}
      </Badge>,
    );
  } else if (row.tier !== 2) {
    badges.push(
      <Badge key="tier" title={`Tier ${row.tier}`}>
        T{row.tier}
      </Badge>,
    );
  }
  if (row.runtime === "external") {
    badges.push(
      <Badge key="remote" title="Runs outside; the platform only talks to it">
        REMOTE
      </Badge>,
    );
  }
  return badges.slice(0, 2);
}

function FoldButton({ row }: { row: Workspace }) {
  const count = useOrg((state) => membersOf(state.tree, row.id).length);
  return (
    <button
      type="button"
      tabIndex={-1}
      className="nodrag relative z-[2] -mr-1 inline-flex h-[20px] items-center gap-0.5 rounded-small px-1 text-small text-ink-muted hover:bg-sunken hover:text-ink"
      aria-expanded={!row.collapsed}
      aria-label={`${row.collapsed ? "Unfold" : "Fold"} ${row.name}'s team of ${count}`}
      title={row.collapsed ? "Unfold team" : "Fold team"}
      onClick={(event) => {
        event.stopPropagation();
        fold(row.id);
      }}
    >
      <span aria-hidden="true">{count}</span>
      {row.collapsed ? (
        <ChevronRight size={14} aria-hidden="true" />
      ) : (
        <ChevronDown size={14} aria-hidden="true" />
      )}
    </button>
  );
}

/** The sums below are read off the same rows by every folded team, so they are kept with them. */
const sums = new WeakMap<object, Map<string, Rollup>>();

function insideOf(state: ReturnType<typeof useOrg.getState>, id: string): Rollup {
  let known = sums.get(state.rows);
  if (!known) {
    known = new Map();
    sums.set(state.rows, known);
  }
  let sum = known.get(id);
  if (!sum) {
    sum = rollup(state.rows, state.tree, id);
    known.set(id, sum);
  }
  return sum;
}

/** What a folded team hides: how many, and the worst of it first. */
function Inside({ id }: { id: string }) {
  const text = useOrg((state) => {
    const sum = insideOf(state, id);
    const parts = KINDS.flatMap((kind) => {
      const number = sum.kinds[kind];
      if (!number) return [];
      if (kind !== "off") return [`${number} ${kind}`];
      const silent = number - sum.paused;
      return [
        ...(silent > 0 ? [`${silent} offline`] : []),
        ...(sum.paused > 0 ? [`${sum.paused} paused`] : []),
      ];
    });
    return `${sum.worst}|${sum.count}|${parts.slice(0, 2).join(", ")}`;
  });
  const [worst, count, parts] = text.split("|") as [(typeof KINDS)[number], string, string];
  return (
    <div className="card-inside mt-auto flex items-center gap-1.5 border-t border-line pt-1.5 text-small text-ink-muted">
      <Glyph kind={worst} size={10} />
      <span className="truncate">
        {count} inside<span className="near">: {parts}</span>
      </span>
    </div>
  );
}
