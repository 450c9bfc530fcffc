/**
 * What live events change. Pure: rows in, rows out. The platform's list is the truth; an event only brings the rows up
 * to date between two reads, so applying one twice, or one that the list already knows, does no harm.
 */

import type { LiveEvent, Status, Workspace } from "../api/types";
import type { Rows } from "./tree";

export interface OrgData {
  readonly rows: Rows;
  /** Raised whenever parents, places, sizes or folds changed: the layout is computed anew then, and only then. */
  readonly structure: number;
  /** Last number of the event log that was seen; what a new connection resumes from. */
  readonly seq: number | null;
  /** Rows removed a moment ago, by the time of removal, so that an answer already under way cannot bring them back. */
  readonly removed: ReadonlyMap<string, number>;
  /** Ids that came online before anything else was heard of them. */
  readonly early: ReadonlySet<string>;
}

export const NO_ORG: OrgData = {
  rows: new Map(),
  structure: 0,
  seq: null,
  removed: new Map(),
  early: new Set(),
};

/** How long a removed row stays barred from coming back with an old answer. */
export const TOMBSTONE_MS = 10_000;

export interface Applied {
  org: OrgData;
  /** The stream asked for a full read: events were pruned or missed. */
  resync: boolean;
  /** A row was named that nobody has described yet. */
  unknown: boolean;
}

/** What the picture follows from; an org's roles are packed once it is known which org they belong to. */
const GEOMETRY = [
  "parent_id",
  "x",
  "y",
  "width",
  "height",
  "collapsed",
  "placed",
  "org_id",
  "created_at",
] as const;

/** Applies a batch in order; events the client has already seen are left out by their number. */
export function applyEvents(org: OrgData, events: readonly LiveEvent[], now: number): Applied {
  const work = new Work(org, now);
  let seq = org.seq;
  let resync = false;
  for (const event of events) {
    if (event.event === "RESYNC") {
      const last = event.payload.last_seq;
      if (typeof last === "number") seq = last;
      resync = true;
      continue;
    }
    if (typeof event.seq === "number") {
      if (seq !== null && event.seq <= seq) continue;
      seq = event.seq;
    }
    work.apply(event);
  }
  return { org: work.done(seq), resync, unknown: work.unknown };
}

class Work {
  private rows: Map<string, Workspace> | null = null;
  private removed: Map<string, number> | null = null;
  private early: Set<string> | null = null;
  private structure: number;
  unknown = false;

  constructor(
    private readonly org: OrgData,
    private readonly now: number,
  ) {
    this.structure = org.structure;
  }

  done(seq: number | null): OrgData {
    const { org } = this;
    if (!this.rows && !this.removed && !this.early && seq === org.seq) return org;
    return {
      rows: this.rows ?? org.rows,
      structure: this.structure,
      seq,
      removed: this.removed ?? org.removed,
      early: this.early ?? org.early,
    };
  }

  apply(event: LiveEvent): void {
    const id = event.workspace_id;
    const body = event.payload ?? {};
    switch (event.event) {
      case "WORKSPACE_PROVISIONING":
        this.provisioning(id, body, event.timestamp);
        break;
      case "WORKSPACE_ONLINE":
        if (!this.row(id)) this.rememberEarly(id);
        this.set(id, {
          status: "online",
          status_reason: keepTierReason(this.row(id)),
          ...(body.agent_card ? { agent_card: body.agent_card } : {}),
          ...(typeof body.url === "string" ? { url: body.url } : {}),
        });
        break;
      case "WORKSPACE_OFFLINE":
        this.status(id, "offline", body);
        break;
      case "WORKSPACE_PAUSED":
        this.status(id, "paused", body);
        break;
      case "WORKSPACE_HIBERNATED":
        this.status(id, "hibernated", body);
        break;
      case "WORKSPACE_AWAITING_AGENT":
        this.status(id, "awaiting_agent", body);
        break;
      case "WORKSPACE_DEGRADED":
        this.set(id, {
          status: "degraded",
          last_error_rate: num(body.error_rate, 0),
          last_sample_error: str(body.sample_error, ""),
        });
        break;
      case "WORKSPACE_PROVISION_FAILED":
        this.set(id, {
          status: "failed",
          last_sample_error: str(body.error, "No reason was given"),
          status_reason: { code: str(body.code, "failed"), text: str(body.error, "No reason was given") },
        });
        break;
      case "WORKSPACE_PROGRESS":
        this.progress(id, body);
        break;
      case "WORKSPACE_UPDATED":
        this.updated(id, body);
        break;
      case "WORKSPACE_MOVED":
        this.moved(id, body);
        break;
      case "WORKSPACE_REMOVED":
        this.remove(id);
        break;
      case "TASK_UPDATED":
        this.set(id, { current_task: str(body.current_task, ""), active_tasks: num(body.active_tasks, 0) });
        break;
      case "WORKSPACE_HEARTBEAT":
        this.beat(id, body);
        break;
      case "AGENT_CARD_UPDATED":
        this.set(id, { agent_card: typeof body.agent_card === "object" ? body.agent_card : null });
        break;
      default:
    }
  }

  private row(id: string): Workspace | undefined {
    return (this.rows ?? this.org.rows).get(id);
  }

  private write(row: Workspace): void {
    this.rows ??= new Map(this.org.rows);
    this.rows.set(row.id, row);
  }

  private set(id: string, change: Partial<Workspace>): void {
    const row = this.row(id);
    if (!row) {
      if (id !== "" && !this.isRemoved(id)) this.unknown = true;
      return;
    }
    const keys = Object.keys(change) as (keyof Workspace)[];
    if (keys.every((key) => Object.is(row[key], change[key]))) return;
    if (GEOMETRY.some((key) => key in change && !Object.is(row[key], change[key]))) this.structure += 1;
    this.write({ ...row, ...change });
  }

  private status(id: string, status: Status, body: Record<string, unknown>): void {
    this.set(id, { status, status_reason: reasonOf(body), current_task: "", active_tasks: 0 });
  }

  private provisioning(id: string, body: Record<string, unknown>, at: string): void {
    if (this.isRemoved(id)) return;
    if (this.row(id)) {
      this.set(id, {
        status: "provisioning",
        status_reason: reasonOf(body),
        current_task: "",
        active_tasks: 0,
        needs_restart: false,
        provisioning_started_at: at,
      });
      return;
    }
    const parent = typeof body.parent_id === "string" ? body.parent_id : null;
    const above = parent === null ? undefined : this.row(parent);
    const hasPlace = typeof body.x === "number" && typeof body.y === "number";
    // The place of a member is relative to its lead; without the lead the layout finds one.
    const placed = hasPlace && (parent === null || (above?.placed ?? false));
    const early = (this.early ?? this.org.early).has(id);
    this.write({
      ...blank(id, at),
      name: str(body.name, "New role"),
      role: typeof body.role === "string" ? body.role : null,
      tier: num(body.tier, 2),
      tier_granted: num(body.tier_granted, Math.min(2, num(body.tier, 2))),
      runtime: str(body.runtime, ""),
      model: typeof body.model === "string" ? body.model : null,
      parent_id: parent,
      placed,
      x: placed ? num(body.x, 0) + (above?.x ?? 0) : 0,
      y: placed ? num(body.y, 0) + (above?.y ?? 0) : 0,
      status: early ? "online" : "provisioning",
    });
    this.structure += 1;
    // What the frame does not carry (role, model, grant) comes with the next read.
    this.unknown = true;
    if (early) {
      this.early ??= new Set(this.org.early);
      this.early.delete(id);
    }
  }

  private progress(id: string, body: Record<string, unknown>): void {
    const detail = str(body.detail, "");
    const phase = str(body.phase, "start");
    const row = this.row(id);
    if (row?.status !== "provisioning") return;
    const percent = typeof body.percent === "number" ? ` (${Math.round(body.percent)} %)` : "";
    const said = detail || PHASES[phase] || phase;
    // What the platform says of a wait names the position itself.
    const isTold = said.includes("position");
    const position =
      phase === "queued" && typeof body.position === "number" && !isTold ? `, place ${body.position}` : "";
    const text = `${said}${position}${percent}`;
    this.set(id, { status_reason: { code: str(body.code, phase), text } });
  }

  private updated(id: string, body: Record<string, unknown>): void {
    if (Array.isArray(body.changed) && body.changed.includes("removed_at")) this.cameBack(id);
    const row = this.row(id);
    if (!row) {
      if (!this.isRemoved(id)) this.unknown = true;
      return;
    }
    const change: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(body)) {
      if (key in row || OPTIONAL.has(key)) change[key] = value;
    }
    if (body.status === "removed") {
      this.remove(id);
      return;
    }
    this.set(id, change as Partial<Workspace>);
  }

  private moved(id: string, body: Record<string, unknown>): void {
    const row = this.row(id);
    if (!row) {
      if (!this.isRemoved(id)) this.unknown = true;
      return;
    }
    const x = num(body.x, row.x);
    const y = num(body.y, row.y);
    const parent = "new_parent_id" in body ? (body.new_parent_id as string | null) : row.parent_id;
    const by = { x: x - row.x, y: y - row.y };
    this.set(id, { x, y, parent_id: parent, placed: true });
    if (by.x === 0 && by.y === 0) return;
    // The platform shifts all below a moved lead with it (contract 06, better no. 1).
    for (const below of below_(this.rows ?? this.org.rows, id)) {
      const member = this.row(below);
      if (member?.placed) this.set(below, { x: member.x + by.x, y: member.y + by.y });
    }
  }

  private remove(id: string): void {
    const row = this.row(id);
    this.removed ??= new Map(this.org.removed);
    this.removed.set(id, this.now);
    if (!row) return;
    this.rows ??= new Map(this.org.rows);
    this.rows.delete(id);
    for (const other of [...this.rows.values()]) {
      if (other.parent_id === id) this.rows.set(other.id, { ...other, parent_id: row.parent_id });
    }
    this.structure += 1;
  }

  /** It was removed and restored: what is read from now on may show it again. */
  private cameBack(id: string): void {
    this.removed ??= new Map(this.org.removed);
    this.removed.delete(id);
  }

  private beat(id: string, body: Record<string, unknown>): void {
    const row = this.row(id);
    if (!row || typeof body.active_tasks !== "number" || body.active_tasks === row.active_tasks) return;
    this.set(id, { active_tasks: body.active_tasks });
  }

  private isRemoved(id: string): boolean {
    const at = (this.removed ?? this.org.removed).get(id);
    return at !== undefined && this.now - at < TOMBSTONE_MS;
  }

  private rememberEarly(id: string): void {
    if (this.isRemoved(id)) return;
    this.early ??= new Set(this.org.early);
    this.early.add(id);
  }
}

const OPTIONAL = new Set(["import_key", "org_id", "current_task", "last_sample_error"]);

const PHASES: Record<string, string> = {
  queued: "Waiting for its turn",
  image: "Looking for its image",
  build: "Building its image",
  pull: "Fetching its image",
  files: "Copying its files",
  start: "Starting its container",
};

function* below_(rows: Rows, id: string): Generator<string> {
  for (const row of rows.values()) {
    let up = row.parent_id;
    for (let steps = 0; up !== null && steps < 64; steps += 1) {
      if (up === id) {
        yield row.id;
        break;
      }
      up = rows.get(up)?.parent_id ?? null;
    }
  }
}

function keepTierReason(row: Workspace | undefined) {
  return row?.status_reason?.code === "tier_not_granted" ? row.status_reason : null;
}

function reasonOf(body: Record<string, unknown>) {
  const reason = body.status_reason ?? body.reason;
  if (reason && typeof reason === "object" && "text" in reason) {
    const { code, text } = reason as { code?: unknown; text: unknown };
    return { code: str(code, ""), text: str(text, "") };
  }
  // A change of status tells its reason beside it, as progress does.
  const text = body.text ?? body.detail;
  if (typeof body.code === "string" && typeof text === "string") return { code: body.code, text };
  return null;
}

function blank(id: string, at: string): Workspace {
  return {
    id,
    name: "",
    role: null,
    status: "provisioning",
    status_reason: null,
    runtime: "",
    model: null,
    tier: 2,
    tier_granted: 2,
    update_tier: "production",
    parent_id: null,
    placed: false,
    x: 0,
    y: 0,
    z: 0,
    width: null,
    height: null,
    collapsed: false,
    isolated: false,
    active_tasks: 0,
    max_concurrent_tasks: 1,
    current_task: "",
    last_error_rate: 0,
    last_sample_error: "",
    needs_restart: false,
    agent_card: null,
    url: "",
    uptime_seconds: 0,
    created_at: at,
    last_heartbeat_at: null,
    provisioning_started_at: at,
  };
}

function str(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

function num(value: unknown, otherwise: number): number {
  return typeof value === "number" && Number.isFinite(value) ? value : otherwise;
}

/** A full read: rows that did not change keep their identity, so nothing that shows them is drawn anew. */
export function applyList(org: OrgData, list: readonly Workspace[], now: number): OrgData {
  const rows = new Map<string, Workspace>();
  let structure = org.structure;
  let same = list.length === org.rows.size;
  const removed = new Map([...org.removed].filter(([, at]) => now - at < TOMBSTONE_MS));
  for (const fresh of list) {
    if (removed.has(fresh.id) || fresh.status === "removed") {
      same = false;
      continue;
    }
    const old = org.rows.get(fresh.id);
    if (old && equalRows(old, fresh)) {
      rows.set(fresh.id, old);
      continue;
    }
    same = false;
    if (!old || GEOMETRY.some((key) => !Object.is(old[key], fresh[key]))) structure += 1;
    rows.set(fresh.id, fresh);
  }
  if (same && rows.size === org.rows.size) return { ...org, removed, early: new Set() };
  if ([...org.rows.keys()].some((id) => !rows.has(id))) structure += 1;
  return { rows, structure, seq: org.seq, removed, early: new Set() };
}

function equalRows(a: Workspace, b: Workspace): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof Workspace>;
  for (const key of keys) {
    const left = a[key];
    const right = b[key];
    if (Object.is(left, right)) continue;
    if (typeof left !== "object" || typeof right !== "object" || left === null || right === null)
      return false;
    if (JSON.stringify(left) !== JSON.stringify(right)) return false;
  }
  return true;
}

/** The person's own change, shown before the platform has answered. */
export function applyPatch(org: OrgData, id: string, change: Partial<Workspace>): OrgData {
  const row = org.rows.get(id);
  if (!row) return org;
  const rows = new Map(org.rows);
  const next = { ...row, ...change };
  rows.set(id, next);
  const by = { x: next.x - row.x, y: next.y - row.y };
  if (by.x !== 0 || by.y !== 0) {
    for (const below of below_(org.rows, id)) {
      const member = rows.get(below);
      if (member?.placed) rows.set(below, { ...member, x: member.x + by.x, y: member.y + by.y });
    }
  }
  const moved = GEOMETRY.some((key) => !Object.is(row[key], next[key]));
  return { ...org, rows, structure: moved ? org.structure + 1 : org.structure };
}

/** Drops rows the person removed, and bars them from coming back with an answer that is still under way. */
export function dropRows(org: OrgData, ids: readonly string[], now: number): OrgData {
  const rows = new Map(org.rows);
  const removed = new Map(org.removed);
  for (const id of ids) {
    rows.delete(id);
    removed.set(id, now);
  }
  return { ...org, rows, removed, structure: org.structure + 1 };
}

/** Lets rows come back that were restored. */
export function unbar(org: OrgData, ids: readonly string[]): OrgData {
  const removed = new Map(org.removed);
  for (const id of ids) removed.delete(id);
  return { ...org, removed };
}
