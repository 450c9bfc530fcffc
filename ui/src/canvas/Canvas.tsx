/** The picture of the org: React Flow for pan, zoom and drag; everything that is drawn is ours. */

import { applyNodeChanges, type NodeChange, type OnNodeDrag, ReactFlow } from "@xyflow/react";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { saveViewport } from "../api/calls";
import type { Viewport } from "../api/types";
import { type FlowNode, flowNodes, heightOf, lifted, marked } from "../core/flow";
import type { Rect, Size } from "../core/geometry";
import { dropTarget } from "../core/layout";
import { membersOf } from "../core/tree";
import { later, Once } from "../parts/later";
import { fold } from "../state/commands";
import { useCanDrag } from "../state/live";
import { useOrg } from "../state/org";
import { pick, select, togglePick, useUi } from "../state/ui";
import { firstView, firstViewNow } from "../state/viewport";
import { watchArrivals } from "./arrivals";
import { CardNode } from "./CardNode";
import { DropHint } from "./DropHint";
import { setTarget } from "./drop";
import { FollowZoom } from "./FollowZoom";
import { KeepView, movedByHand } from "./KeepView";
import { landed, landedTogether } from "./landing";
import { Marquee } from "./Marquee";
import { MessageLines } from "./MessageLines";
import { openCardMenu, useMenu } from "./menuAt";
import { Overview } from "./Overview";
import { PickedBar } from "./PickedBar";
import { TeamLabels } from "./TeamLabels";
import { ViewControls } from "./ViewControls";
import { openingView, setFlow, showCard } from "./view";

const CardMenu = later(() => import("./CardMenu"), "CardMenu");

const NODE_TYPES = { card: CardNode };
const SAVE_MS = 1000;

/**
 * Draws nothing before org and view are known: then the cards are drawn once, in their places, at the size they are
 * seen in.
 */
export function Canvas() {
  const hasCards = useOrg((state) => state.phase === "ready" && state.rows.size > 0);
  const pane = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<Viewport | null>(null);
  useEffect(watchArrivals, []);
  useLayoutEffect(() => {
    if (!hasCards) {
      setView(null);
      return;
    }
    let isWanted = true;
    const open = (stored: Viewport | null) =>
      whenSized(pane.current, (size) => {
        if (isWanted) setView((before) => before ?? openingView(stored, size));
      });
    const stored = firstViewNow();
    if (stored === undefined) void firstView().then(open);
    else open(stored);
    return () => {
      isWanted = false;
    };
  }, [hasCards]);
  return (
    // While it is empty it must not lie on what stands in its place.
    <div ref={pane} className={`absolute inset-0 ${hasCards ? "" : "pointer-events-none"}`}>
      {hasCards && view ? <Picture view={view} /> : null}
    </div>
  );
}

function Picture({ view }: { view: Viewport }) {
  const structure = useOrg((state) => state.structure);
  const canDrag = useCanDrag();
  const [nodes, setNodes] = useState<FlowNode[]>(() => {
    const { rows, tree, layout, hidden } = useOrg.getState();
    return flowNodes(rows, tree, layout, hidden, []);
  });
  const picked = useUi((state) => state.picked);
  /** Cards in the air. */
  const dragged = useRef<ReadonlySet<string>>(NOTHING);
  const saveTimer = useRef<number>(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the number stands for all that the layout is made of
  useEffect(() => {
    const { rows, tree, layout, hidden } = useOrg.getState();
    setNodes((before) => {
      const next = flowNodes(rows, tree, layout, hidden, before);
      const held = dragged.current;
      if (held.size === 0) return next;
      const at = new Map(before.flatMap((node) => (held.has(node.id) ? [[node.id, node.position]] : [])));
      return lifted(next, held).map((node) => ({ ...node, position: at.get(node.id) ?? node.position }));
    });
  }, [structure]);

  useEffect(() => setNodes((before) => marked(before, picked)), [picked]);

  const onNodesChange = useCallback((changes: NodeChange<FlowNode>[]) => {
    const wanted = changes.filter(
      (change) =>
        change.type === "position" ||
        (change.type === "dimensions" && (change.resizing || change.setAttributes)),
    );
    if (wanted.length > 0) setNodes((before) => applyNodeChanges(wanted, before));
  }, []);

  const onDrag: OnNodeDrag<FlowNode> = useCallback((_, node, all) => {
    const { tree, layout, hidden } = useOrg.getState();
    const held = heldOf(node, all);
    const ids = all.map((other) => other.id);
    const target = dropTarget(tree, layout, hidden, ids, absolute(held));
    setTarget(target === tree.parent.get(held.id) ? null : target);
  }, []);

  const onDragStart: OnNodeDrag<FlowNode> = useCallback((_, node, all) => {
    // A card that is not in hand is dragged alone.
    if (!useUi.getState().picked.has(node.id)) pick(NOTHING);
    dragged.current = new Set(all.map((other) => other.id));
    setNodes((before) => lifted(before, dragged.current));
  }, []);

  const onDragStop: OnNodeDrag<FlowNode> = useCallback((event, node, all) => {
    dragged.current = NOTHING;
    setTarget(null);
    const { rows, tree, layout, hidden } = useOrg.getState();
    const outRight = event.ctrlKey || event.metaKey;
    if (all.length > 1) {
      const rects = new Map(all.map((other) => [other.id, absolute(other)]));
      landedTogether(heldOf(node, all).id, rects, outRight);
    } else landed(heldOf(node, all).id, absolute(heldOf(node, all)), outRight);
    // What was not changed goes back to where the layout has it.
    setNodes((before) => {
      const now = useOrg.getState();
      if (now.structure !== structureOf(rows))
        return flowNodes(now.rows, now.tree, now.layout, now.hidden, before);
      const ids = new Set(all.map((other) => other.id));
      if ([...ids].some((id) => !layout.places.has(id))) return flowNodes(rows, tree, layout, hidden, before);
      return before.map((other) =>
        ids.has(other.id)
          ? {
              ...other,
              position: layout.places.get(other.id)?.at ?? other.position,
              zIndex: heightOf(tree.depth.get(other.id) ?? 0),
            }
          : other,
      );
    });
  }, []);

  useEffect(() => () => setFlow(null), []);

  const onMoveEnd = useCallback(
    (event: MouseEvent | TouchEvent | null, view: { x: number; y: number; zoom: number }) => {
      // Only what the person did is kept; a view that was fitted by itself is not.
      if (event === null) return;
      movedByHand();
      window.clearTimeout(saveTimer.current);
      saveTimer.current = window.setTimeout(() => {
        saveViewport(view).catch(() => undefined);
      }, SAVE_MS);
    },
    [],
  );

  return (
    <ReactFlow<FlowNode>
      aria-label="Molecule AI workspace canvas"
      role="region"
      nodes={nodes}
      nodeTypes={NODE_TYPES}
      onNodesChange={onNodesChange}
      onInit={setFlow}
      defaultViewport={view}
      onNodeDragStart={onDragStart}
      onNodeDrag={onDrag}
      onNodeDragStop={onDragStop}
      onMoveEnd={onMoveEnd}
      onNodeClick={onNodeClick}
      onNodeDoubleClick={onNodeDoubleClick}
      onNodeContextMenu={onNodeContextMenu}
      onPaneClick={onPaneClick}
      nodesDraggable={canDrag}
      nodesConnectable={false}
      nodesFocusable={false}
      elementsSelectable={false}
      selectNodesOnDrag={false}
      nodeDragThreshold={4}
      deleteKeyCode={null}
      selectionKeyCode={null}
      multiSelectionKeyCode={null}
      disableKeyboardA11y
      elevateNodesOnSelect={false}
      onlyRenderVisibleElements
      zoomOnDoubleClick={false}
      minZoom={0.05}
      maxZoom={2}
      proOptions={NO_ATTRIBUTION}
    >
      {OVER_THE_CARDS}
    </ReactFlow>
  );
}

/*
 * What is handed to React Flow is the same at every draw: with a function of its own for each, every card would be drawn
 * anew for each step of one that is dragged.
 */

const NO_ATTRIBUTION = { hideAttribution: true };

function onPaneClick(event: React.MouseEvent): void {
  if (!event.shiftKey) select(null);
}

function onNodeDoubleClick(_: React.MouseEvent, node: FlowNode): void {
  const { rows, tree } = useOrg.getState();
  if (membersOf(tree, node.id).length === 0) return;
  if (rows.get(node.id)?.collapsed) fold(node.id, false);
  else showCard(node.id);
}

function onNodeContextMenu(event: React.MouseEvent, node: FlowNode): void {
  event.preventDefault();
  openCardMenu(node.id, { x: event.clientX, y: event.clientY });
}

const NOTHING: ReadonlySet<string> = new Set();

function onNodeClick(event: React.MouseEvent, node: FlowNode): void {
  if (event.shiftKey || event.ctrlKey || event.metaKey) togglePick(node.id);
  else select(useUi.getState().selected === node.id ? null : node.id);
}

/** The dragged card under the pointer: the one that was grabbed, or that of the team it lies in. */
function heldOf(grabbed: FlowNode, all: readonly FlowNode[]): FlowNode {
  const { tree } = useOrg.getState();
  for (let id: string | null = grabbed.id; id !== null; id = tree.parent.get(id) ?? null) {
    const found = all.find((node) => node.id === id);
    if (found) return found;
  }
  return grabbed;
}

/** Tells the size of an element, once it has one: a window that is not shown yet has none. */
function whenSized(element: HTMLElement | null, tell: (size: Size) => void): void {
  if (!element) return;
  const size = { width: element.clientWidth, height: element.clientHeight };
  if (size.width > 0 && size.height > 0) {
    tell(size);
    return;
  }
  const observer = new ResizeObserver(() => {
    if (element.clientWidth === 0 || element.clientHeight === 0) return;
    observer.disconnect();
    whenSized(element, tell);
  });
  observer.observe(element);
}

function structureOf(rows: unknown): number {
  const now = useOrg.getState();
  return now.rows === rows ? now.structure : -1;
}

/** React Flow gives places relative to the frame; drops are decided on the whole canvas. */
function absolute(node: FlowNode): Rect {
  const { layout, tree } = useOrg.getState();
  const up = tree.parent.get(node.id) ?? null;
  const above = up === null ? null : layout.places.get(up)?.rect;
  return {
    x: node.position.x + (above?.x ?? 0),
    y: node.position.y + (above?.y ?? 0),
    width: node.width,
    height: node.height,
  };
}

/** Loaded when it is first opened. */
function Menu() {
  const isOpen = useMenu((state) => state.at !== null);
  return (
    <Once when={isOpen}>
      <CardMenu />
    </Once>
  );
}

const OVER_THE_CARDS = (
  <>
    <FollowZoom />
    <KeepView />
    <MessageLines />
    <TeamLabels />
    <DropHint />
    <Overview />
    <Marquee />
    <PickedBar />
    <ViewControls />
    <Menu />
  </>
);
