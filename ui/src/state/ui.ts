/** What the person chose to look at, and what the page remembers about it. */

import { create } from "zustand";
import type { Connection, SaveEdit } from "../api/types";

export type Room = "org" | "stack" | "activity" | "secrets" | "plugins" | "settings";
export type Tab = "details" | "chat" | "activity" | "files" | "plugins" | "logs";
export type Theme = "light" | "dark" | "system";

export interface ToastAction {
  label: string;
  run: () => void;
}

export interface Toast {
  id: number;
  kind: "success" | "info" | "error";
  text: string;
  action?: ToastAction;
  /** What it is about: it stays until it is dismissed, and the next one about the same takes its place. */
  topic?: string;
}

export type Dialog =
  | { kind: "delete"; id: string }
  | { kind: "import"; dir?: string; path?: string }
  | { kind: "keys" }
  | { kind: "save"; dir?: string; org?: string; edits?: readonly SaveEdit[] }
  | { kind: "role-values"; id: string; org: string }
  | { kind: "create"; parent?: string | null }
  | { kind: "connect"; name: string; connection: Connection }
  | { kind: "stop-all" }
  | null;

interface UiState {
  room: Room;
  selected: string | null;
  /** Cards that are in hand together, beside or instead of the one whose panel is open. */
  picked: ReadonlySet<string>;
  /** Card the keyboard stands on. */
  cursor: string | null;
  tab: Tab;
  panelWidth: number;
  theme: Theme;
  showLinks: boolean;
  toasts: readonly Toast[];
  dialog: Dialog;
  palette: "closed" | "commands" | "roles";
  renaming: string | null;
  /** Role that is being moved with the search: choosing a lead puts it there. */
  moving: string | null;
  /** Cards that something just happened to. */
  flashing: ReadonlySet<string>;
}

export const PANEL = { least: 320, most: 800, usual: 400 } as const;
const MOST_TOASTS = 5;
const TOAST_MS = 4000;
const UNDO_TOAST_MS = 8000;

function recall(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Nothing is lost but the memory of a choice.
  }
}

function storedWidth(): number {
  const width = Number.parseInt(recall("molecule:sidepanel-width") ?? "", 10);
  return Number.isFinite(width) && width >= PANEL.least && width <= PANEL.most ? width : PANEL.usual;
}

function storedTheme(): Theme {
  const theme = recall("molecule:theme");
  return theme === "light" || theme === "dark" ? theme : "system";
}

export const useUi = create<UiState>(() => ({
  room: "org",
  selected: null,
  picked: new Set(),
  cursor: null,
  tab: "details",
  panelWidth: storedWidth(),
  theme: storedTheme(),
  showLinks: recall("molecule:show-a2a-edges") !== "false",
  toasts: [],
  dialog: null,
  palette: "closed",
  renaming: null,
  moving: null,
  flashing: new Set(),
}));

const set = useUi.setState;
const get = useUi.getState;

export function goTo(room: Room): void {
  set({ room });
}

export function select(id: string | null, tab?: Tab): void {
  set((state) => ({
    selected: id,
    cursor: id ?? state.cursor,
    tab: tab ?? state.tab,
    renaming: null,
    picked: NONE,
  }));
}

const NONE: ReadonlySet<string> = new Set();

export function pick(ids: ReadonlySet<string>): void {
  const { picked } = get();
  if (ids.size === picked.size && [...ids].every((id) => picked.has(id))) return;
  set({ picked: ids.size === 0 ? NONE : ids });
}

/** Takes a card into the hand, or puts it down. The first one joins the card whose panel is open. */
export function togglePick(id: string): void {
  const { picked, selected } = get();
  const next = new Set(picked.size === 0 && selected !== null && selected !== id ? [selected] : picked);
  if (!next.delete(id)) next.add(id);
  set({ cursor: id });
  pick(next);
}

export function setPanelWidth(width: number): void {
  const panelWidth = Math.round(Math.min(Math.max(width, PANEL.least), PANEL.most));
  set({ panelWidth });
  remember("molecule:sidepanel-width", String(panelWidth));
}

export function setShowLinks(showLinks: boolean): void {
  set({ showLinks });
  remember("molecule:show-a2a-edges", String(showLinks));
}

const dark = window.matchMedia("(prefers-color-scheme: dark)");

export function setTheme(theme: Theme): void {
  set({ theme });
  remember("molecule:theme", theme);
  paint();
}

function paint(): void {
  const { theme } = get();
  document.documentElement.dataset.theme = theme === "system" ? (dark.matches ? "dark" : "light") : theme;
}

dark.addEventListener("change", paint);
paint();

let nextToast = 1;

export function toast(kind: Toast["kind"], text: string, action?: ToastAction, topic?: string): void {
  const id = nextToast++;
  set((state) => {
    const others = state.toasts.filter((entry) => topic === undefined || entry.topic !== topic);
    return { toasts: [...others, { id, kind, text, action, topic }].slice(-MOST_TOASTS) };
  });
  if (kind !== "error" && topic === undefined)
    setTimeout(() => dismiss(id), action ? UNDO_TOAST_MS : TOAST_MS);
}

/** What was said about this holds no longer. */
export function dropTopic(topic: string): void {
  set((state) => ({ toasts: state.toasts.filter((entry) => entry.topic !== topic) }));
}

export function dismiss(id: number): void {
  set((state) => ({ toasts: state.toasts.filter((entry) => entry.id !== id) }));
}

/** An offer to take back what was just taken back is none. */
export function dropUndoOffers(): void {
  set((state) => ({ toasts: state.toasts.filter((entry) => entry.action?.label !== "Undo") }));
}

export function flash(ids: readonly string[]): void {
  if (ids.length === 0) return;
  set((state) => ({ flashing: new Set([...state.flashing, ...ids]) }));
  setTimeout(() => {
    set((state) => {
      const flashing = new Set(state.flashing);
      for (const id of ids) flashing.delete(id);
      return { flashing };
    });
  }, 500);
}

export function openDialog(dialog: Dialog): void {
  set({ dialog, palette: "closed" });
}

export function closeDialog(): void {
  set({ dialog: null });
}

export function openPalette(palette: "commands" | "roles"): void {
  set({ palette });
}

export function closePalette(): void {
  set({ palette: "closed", moving: null });
}
