/** Start of the page, and the one place where live events arrive. */

import { create } from "zustand";
import { makeTicket } from "../api/calls";
import { ApiError, answeredAt, onSignedOut, whenLate } from "../api/client";
import { type Entry, enter } from "../api/entry";
import { bearer, forget, hasTicket } from "../api/session";
import { type Connection, LiveSocket } from "../api/socket";
import type { LiveEvent } from "../api/types";
import { millis } from "../core/format";
import { visibleFor } from "../core/tree";
import { receiveRow, refreshChats } from "./chat";
import { onPlatformEnded } from "./ended";
import { importProgress } from "./imports";
import { noteBeat } from "./life";
import { pulse } from "./links";
import { readAll, receive, resumeFrom, useOrg } from "./org";
import { notePlanEvent, readPlans, showPlan, topicOf, usePlans } from "./plans";
import { activityOf, addActivity, addReaction, keys, queries, refreshLists } from "./queries";
import { Silence } from "./silence";
import { readStackNow, readStackSoon } from "./stack";
import { dropTopic, flash, toast, useUi } from "./ui";
import { firstView } from "./viewport";

interface LiveState {
  connection: Connection;
  /** The platform does not know this page's key. */
  signedOut: boolean;
  /** The process that ran the platform has ended, says the window around this page, and can run it itself. */
  ended: boolean;
}

export const useLive = create<LiveState>(() => ({
  connection: "connecting",
  signedOut: false,
  ended: false,
}));

/** While there is no connection the page is for reading only. */
export function useReadOnly(): boolean {
  return useLive((state) => state.connection !== "connected" || state.signedOut);
}

/**
 * Whether cards can be dragged. While the first connection is being made they can: switching that on later would draw
 * every card anew.
 */
export function useCanDrag(): boolean {
  return useLive(
    ({ connection, signedOut }) => !signedOut && (connection === "connected" || connection === "connecting"),
  );
}

const waiting: LiveEvent[] = [];
let frame = 0;
let isListed = false;

let eventAt = 0;

/** Events are applied once a frame, in one batch. A hidden page has no frames, so a timer stands in. */
function enqueue(events: LiveEvent[]): void {
  waiting.push(...events);
  if (events.length > 0) eventAt = performance.now();
  if (frame !== 0 || !isListed) return;
  frame = document.hidden ? window.setTimeout(drain, 120) : requestAnimationFrame(drain);
}

function drain(): void {
  frame = 0;
  const events = waiting.splice(0);
  if (events.length === 0) return;
  const seen = useOrg.getState().seq;
  const fresh = events.filter((event) => typeof event.seq !== "number" || seen === null || event.seq > seen);
  const { read } = receive(events);
  for (const event of fresh) react(event);
  if (read) readSoon();
}

let readTimer: ReturnType<typeof setTimeout> | null = null;

function readSoon(): void {
  if (readTimer !== null) return;
  readTimer = setTimeout(() => {
    readTimer = null;
    readAll().catch(() => undefined);
  }, 400);
}

function react(event: LiveEvent): void {
  switch (event.event) {
    case "RESYNC":
      refreshLists();
      refreshChats();
      readStackSoon();
      readPlans().catch(() => undefined);
      break;
    case "ACTIVITY_LOGGED": {
      const row = activityOf(event);
      addActivity(row);
      receiveRow(row);
      showMessage(row.source_id, row.target_id ?? row.workspace_id, row.activity_type);
      readStackSoon();
      break;
    }
    case "WORKSPACE_HEARTBEAT":
      noteBeat(event);
      break;
    case "CHANGE_DETECTED":
      addReaction(event);
      notePlanEvent(event);
      if (event.workspace_id) void queries.invalidateQueries({ queryKey: keys.files(event.workspace_id) });
      showReaction(event);
      break;
    case "ENGINE_STATE":
      addReaction(event);
      showEngine(event);
      readStackSoon();
      break;
    case "SECRETS_CHANGED":
      void queries.invalidateQueries({ queryKey: keys.secrets });
      void queries.invalidateQueries({ queryKey: keys.personas });
      void queries.invalidateQueries({ queryKey: keys.sealingKey });
      break;
    case "PLUGIN_CHANGED":
      void queries.invalidateQueries({ queryKey: keys.wantedPlugins });
      void queries.invalidateQueries({ queryKey: keys.plugins(event.workspace_id) });
      break;
    case "WORKSPACE_UPDATED":
      if (Array.isArray(event.payload.changed) && event.payload.changed.includes("schedules"))
        void queries.invalidateQueries({ queryKey: keys.schedules(event.workspace_id) });
      readChanged(event);
      readStackSoon();
      break;
    case "CRON_STARTED":
    case "CRON_EXECUTED":
    case "CRON_SKIPPED":
      void queries.invalidateQueries({ queryKey: keys.schedules(event.workspace_id) });
      break;
    case "PLUGIN_UPDATE_CHANGED":
      void queries.invalidateQueries({ queryKey: keys.pluginUpdates });
      break;
    case "SETTINGS_CHANGED":
      void queries.invalidateQueries({ queryKey: keys.settings });
      readStackSoon();
      break;
    case "org.import.progress":
      importProgress(event);
      break;
    case "org.import.completed":
    case "org.import.failed":
      notePlanEvent(event);
      void queries.invalidateQueries({ queryKey: keys.templates });
      readSoon();
      break;
    default:
      if (event.event.startsWith("WORKSPACE_")) readStackSoon();
  }
}

/** What a role has beside its row. */
function readChanged({ workspace_id: id, payload }: LiveEvent): void {
  const changed = Array.isArray(payload.changed) ? payload.changed : [];
  if (changed.includes("channels")) void queries.invalidateQueries({ queryKey: keys.channels(id) });
  if (changed.includes("plugins")) {
    void queries.invalidateQueries({ queryKey: keys.plugins(id) });
    void queries.invalidateQueries({ queryKey: keys.wantedPlugins });
  }
  if (changed.includes("plugin_allowlist")) void queries.invalidateQueries({ queryKey: keys.allowlist(id) });
}

function showMessage(from: string | null, to: string, type: string): void {
  if (type !== "a2a_receive" && type !== "a2a_send" && type !== "delegation") return;
  const { rows, tree } = useOrg.getState();
  if (from === null || from === to) return;
  const start = visibleFor(rows, tree, from);
  const end = visibleFor(rows, tree, to);
  if (start !== end && rows.has(start) && rows.has(end)) pulse(start, end);
}

/** Reactions that a person would want to hear of; the others stand in the Activity room alone. */
function showReaction(event: LiveEvent): void {
  const {
    reaction,
    reason,
    paths,
    paths_total: total,
    duration_ms: duration,
    workspace_ids: ids,
  } = event.payload;
  const { rows, tree } = useOrg.getState();
  const touched = [event.workspace_id, ...(Array.isArray(ids) ? ids : [])].filter(
    (id): id is string => typeof id === "string" && rows.has(id),
  );
  flash([...new Set(touched.map((id) => visibleFor(rows, tree, id)))]);
  const outcome = String(reaction ?? "none");
  if (outcome === "none") return;
  const files = Array.isArray(paths) ? paths.filter((path): path is string => typeof path === "string") : [];
  const count = typeof total === "number" ? total : files.length;
  const file = files[0] ? lastPart(files[0]) : "A file";
  const more = count > 1 ? ` and ${count - 1} more` : "";
  const time = typeof duration === "number" ? ` in ${millis(duration)}` : "";
  const name = rows.get(event.workspace_id)?.name;
  const text = `${name ? `${name}: ` : ""}${file}${more} changed, ${reactionText(outcome)}`;
  const why = typeof reason === "string" && reason !== "" ? ` ${reason}` : "";
  // The files of an org have one state at a time: the newest word about them replaces the one before.
  const org = event.payload.org_id;
  const topic = typeof org === "string" ? topicOf(org) : undefined;
  if (outcome === "refused" || outcome === "failed") toast("error", `${text}.${why}`, undefined, topic);
  else if (outcome === "plan") {
    const whose = typeof org === "string" ? usePlans.getState().orgs.get(org)?.name : undefined;
    const run = () => void showPlan(String(org ?? ""));
    toast("info", `${whose ? `${whose}: ` : ""}${text}.`, { label: "Show plan", run }, topic);
  } else {
    if (topic !== undefined) dropTopic(topic);
    toast("info", `${text}${time}.`);
  }
}

function lastPart(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

const REACTIONS: Record<string, string> = {
  none: "nothing to do",
  in_place: "taken in place",
  restart: "restart asked for",
  recreate: "waits for your confirmation",
  plan: "a plan is ready",
  applied: "plan applied",
  refused: "cannot be used; what ran goes on",
  failed: "could not be done now and is tried again",
  held: "held back because it changes in a loop",
};

/** A reaction in words; the same ones stand in the Activity room. */
export function reactionText(reaction: string): string {
  return REACTIONS[reaction] ?? reaction.replaceAll("_", " ");
}

let engineState = "";

function showEngine(event: LiveEvent): void {
  const state = String(event.payload.state ?? "");
  if (state === engineState) return;
  if (state === "ready") toast("success", "The container engine is there. What waited for it starts now.");
  else if (state === "unavailable" && engineState === "ready") {
    toast("info", "The container engine went away. What needs it waits and goes on by itself.");
  }
  engineState = state;
}

const socket = new LiveSocket(
  {
    ticket: async () => (await makeTicket()).ticket,
    open: (url) => new WebSocket(url),
    random: Math.random,
    setTimer: (run, ms) => window.setTimeout(run, ms),
    clearTimer: (timer) => window.clearTimeout(timer),
    base: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}`,
  },
  {
    since: () => useOrg.getState().seq,
    onEvents: enqueue,
    onState: (connection) =>
      useLive.setState(connection === "connected" ? { connection, ended: false } : { connection }),
    onOpen: (resumed) => {
      useLive.setState({ signedOut: false });
      if (!resumed) return;
      toast("success", "Live updates restored");
      void readStackNow();
      if (useOrg.getState().phase !== "ready") void load();
    },
    isRefused: (error) => error instanceof ApiError && error.status === 401,
  },
);

/** Least time for an answer to the shortest question; a busy platform takes a part of it. */
const ALIVE_MS = 4000;

const silence = new Silence({
  now: () => performance.now(),
  heardAt: () => Math.max(eventAt, answeredAt()),
  ask: () =>
    fetch("/health", { cache: "no-store", signal: AbortSignal.timeout(ALIVE_MS) }).then(
      () => {
        eventAt = performance.now();
      },
      (error: unknown) => {
        // One that is gone ends the connection by itself.
        if (error instanceof DOMException && error.name === "TimeoutError") throw error;
      },
    ),
  drop: () => socket.drop(),
});

/** First read, tried again with growing pauses until it works; the connection runs beside it. */
async function load(): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await readAll();
      isListed = true;
      enqueue([]);
      drain();
      // Nothing on the first picture waits for it.
      setTimeout(() => void readPlans().catch(() => undefined), 600);
      return;
    } catch (error) {
      if (error instanceof ApiError && (error.status === 401 || error.status === 403)) return;
      await new Promise((resolve) => setTimeout(resolve, Math.min(1000 * 2 ** attempt, 8000)));
    }
  }
}

let isStarted = false;

/** Begins with what the entry found; resolves once the org is read, or there is no key to read it with. */
export async function start(entry: Promise<Entry>): Promise<void> {
  if (!isStarted) {
    isStarted = true;
    onSignedOut(() => {
      if (bearer() !== null) forget();
      useLive.setState({ signedOut: true });
    });
    window.addEventListener("online", () => socket.now());
    whenLate(() => silence.ask());
    for (const use of ["focus", "pointerdown", "keydown"] as const)
      window.addEventListener(use, () => silence.used(), { capture: true, passive: true });
    onPlatformEnded(() => useLive.setState({ ended: true }));
    // A page that lost its key goes on with a new link.
    window.addEventListener("hashchange", () => {
      if (hasTicket() || !isListed) void goOn(enter());
    });
  }
  await goOn(entry);
}

async function goOn(entered: Promise<Entry>): Promise<void> {
  const { hadTicket, isAccepted, lastSeq } = await entered;
  if (hadTicket) {
    if (!isAccepted && bearer() === null) {
      useLive.setState({ signedOut: true });
      return;
    }
    useLive.setState({ signedOut: false });
  }
  const stack = readStackNow().then((read) => {
    if (engineState === "") engineState = read?.engine.state ?? "";
  });
  if (lastSeq === null) await stack;
  if (useLive.getState().signedOut) return;
  resumeFrom(lastSeq);
  void firstView();
  socket.stop();
  socket.start();
  await load();
}

export function tryNow(): void {
  socket.now();
}

/** For people who come back to a page that failed to load. */
export function reload(): void {
  useUi.setState({ dialog: null });
  location.reload();
}
