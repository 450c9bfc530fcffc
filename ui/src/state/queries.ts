/** Requests whose answers are kept, and what live events add to them. */

import { QueryClient } from "@tanstack/react-query";
import type { Activity, LiveEvent, StoredEvent } from "../api/types";

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 10 * 60_000,
      retry: 1,
      refetchOnWindowFocus: false,
    },
  },
});

/** Rows kept in a list at most; the lists say so when there are more. */
export const MOST_ROWS = 500;

export const keys = {
  activity: (id: string) => ["activity", id] as const,
  allActivity: ["activity"] as const,
  reactions: ["reactions"] as const,
  templates: ["templates"] as const,
  roleTemplates: ["role-templates"] as const,
  folders: ["folders"] as const,
  orgRoles: (dir: string) => ["folders", dir, "roles"] as const,
  orgTokens: ["org-tokens"] as const,
  tokens: (id: string) => ["tokens", id] as const,
  secrets: ["secrets"] as const,
  /** Below the global ones: a change of those changes what each role has. */
  roleSecrets: (id: string) => ["secrets", id] as const,
  personas: ["personas"] as const,
  files: (id: string) => ["files", id] as const,
  folder: (id: string, root: string, path: string) => ["files", id, "folder", root, path] as const,
  file: (id: string, root: string, path: string) => ["files", id, "file", root, path] as const,
  removed: ["removed"] as const,
  liveness: ["liveness"] as const,
  agents: (id: string) => ["agents", id] as const,
  schedules: (id: string) => ["schedules", id] as const,
  /** Below the schedules: whatever happens to those may have happened in a run. */
  scheduleRuns: (id: string, schedule: string) => ["schedules", id, schedule] as const,
  channels: (id: string) => ["channels", id] as const,
  plugins: (id: string) => ["plugins", id] as const,
  pluginUpdates: ["plugin-updates"] as const,
  registry: ["plugin-registry"] as const,
  pluginSources: ["plugin-sources"] as const,
  wantedPlugins: ["wanted-plugins"] as const,
  allowlist: (root: string) => ["plugin-allowlist", root] as const,
  sealingKey: ["sealing-key"] as const,
  settings: ["settings"] as const,
  shell: ["shell"] as const,
};

function onTop<T extends { id: string | number }>(rows: T[] | undefined, row: T): T[] | undefined {
  if (!rows || rows.some((other) => other.id === row.id)) return rows;
  return [row, ...rows].slice(0, MOST_ROWS);
}

export function activityOf(event: LiveEvent): Activity {
  const body = event.payload as Partial<Activity>;
  return {
    id: body.id ?? `live-${event.seq ?? event.timestamp}`,
    workspace_id: body.workspace_id ?? event.workspace_id,
    activity_type: body.activity_type ?? "",
    source_id: body.source_id ?? null,
    source_kind: body.source_kind,
    target_id: body.target_id ?? null,
    method: body.method ?? null,
    summary: body.summary ?? null,
    duration_ms: body.duration_ms ?? null,
    status: body.status ?? "ok",
    error_detail: body.error_detail ?? null,
    created_at: body.created_at ?? event.timestamp,
    request_body: body.request_body,
    response_body: body.response_body,
    truncated: body.truncated,
  };
}

export function addActivity(row: Activity): void {
  queries.setQueryData<Activity[]>(keys.activity(row.workspace_id), (rows) => onTop(rows, row));
  queries.setQueryData<Activity[]>(["activity", "everyone"], (rows) => onTop(rows, row));
}

export function addReaction(event: LiveEvent): void {
  const row: StoredEvent = {
    id: event.seq ?? event.timestamp,
    event_type: event.event,
    workspace_id: event.workspace_id || null,
    payload: event.payload,
    created_at: event.timestamp,
  };
  queries.setQueryData<StoredEvent[]>(keys.reactions, (rows) => onTop(rows, row));
}

/** After a gap the lists that are shown are read again. */
export function refreshLists(): void {
  void queries.invalidateQueries();
}
