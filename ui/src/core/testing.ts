/** Rows for tests. */

import type { LiveEvent, Workspace } from "../api/types";

export function row(id: string, more: Partial<Workspace> = {}): Workspace {
  return {
    id,
    name: id,
    role: null,
    status: "online",
    status_reason: null,
    runtime: "mock",
    model: null,
    tier: 2,
    tier_granted: 2,
    update_tier: "production",
    parent_id: null,
    placed: true,
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
    created_at: "2026-05-03T09:00:00Z",
    last_heartbeat_at: null,
    provisioning_started_at: null,
    ...more,
  };
}

export function rowsOf(...list: Workspace[]): Map<string, Workspace> {
  return new Map(list.map((entry) => [entry.id, entry]));
}

export function event(
  name: string,
  id: string,
  payload: Record<string, unknown> = {},
  seq?: number,
): LiveEvent {
  return { event: name, workspace_id: id, timestamp: "2026-05-03T09:00:01Z", payload, seq };
}
