/**
 * Bodies as the canvas reads them. They follow the platform's own description of its API; `npm run gen:api` writes
 * `schema.d.ts` from it, and the compiler then compares the two (see `agreement.ts`).
 */

export type Status =
  | "provisioning"
  | "online"
  | "degraded"
  | "offline"
  | "failed"
  | "paused"
  | "hibernating"
  | "hibernated"
  | "awaiting_agent"
  | "removed";

export interface StatusReason {
  code: string;
  text: string;
}

export interface Workspace {
  id: string;
  name: string;
  role: string | null;
  status: Status;
  status_reason: StatusReason | null;
  runtime: string;
  model: string | null;
  tier: number;
  tier_granted: number;
  parent_id: string | null;
  placed: boolean;
  x: number;
  y: number;
  z: number;
  width: number | null;
  height: number | null;
  collapsed: boolean;
  active_tasks: number;
  max_concurrent_tasks: number;
  current_task?: string;
  last_error_rate: number;
  last_sample_error?: string;
  needs_restart: boolean;
  agent_card: unknown;
  url: string;
  uptime_seconds: number;
  created_at: string;
  last_heartbeat_at: string | null;
  provisioning_started_at: string | null;
  import_key?: string;
  org_id?: string;
}

export interface PatchWorkspace {
  name?: string;
  role?: string | null;
  model?: string;
  parent_id?: string | null;
  collapsed?: boolean;
  x?: number;
  y?: number;
  width?: number;
  height?: number;
}

export interface LiveEvent {
  event: string;
  workspace_id: string;
  timestamp: string;
  payload: Record<string, unknown>;
  seq?: number | null;
}

export interface StoredEvent {
  id: number | string;
  event_type: string;
  workspace_id: string | null;
  payload: Record<string, unknown>;
  created_at: string;
  seq?: number;
}

export interface Viewport {
  x: number;
  y: number;
  zoom: number;
}

export interface KeychainView {
  state: string;
  text: string;
}

export interface Stack {
  version: string;
  mode: string;
  engine: { state: string; kind: string; detail: string };
  memory: { budget_mb: number; planned_mb: number; used_mb?: number };
  agents: {
    running: number;
    starting?: number;
    waiting: number;
    asleep: number;
    failed: number;
    total: number;
  };
  tokens_today: number;
  keychain: KeychainView;
  data_dir: string;
  port: number;
  pid?: number;
  started_at?: string;
  last_seq?: number;
}

export interface StackCommand {
  scope: "all" | "subtree" | "one";
  id?: string | null;
}

export interface Settings {
  runtime_images?: Record<string, string>;
  memory_budget_mb?: number;
  hibernation_idle_minutes?: number;
  quit_policy?: string;
  auto_apply?: boolean;
  reload_paused?: boolean;
  extra_hosts?: string[];
}

export interface OrgTemplate {
  dir: string;
  name: string;
  description: string;
  workspaces: number;
  required_env: unknown[];
  recommended_env: unknown[];
  error?: ErrorBody | null;
}

export interface OrgFolder {
  dir: string;
  name: string;
  path: string;
  org_id: string;
  workspaces: number;
}

export interface Prompts {
  initial: boolean;
  idle: boolean;
  schedules: boolean;
}

export interface ImportRequest {
  dir: string;
  mode: "" | "merge" | "sync";
  dry_run: boolean;
  prune: boolean;
  grant_tier: number | null;
  prompts: Prompts;
  resolve: Record<string, string>;
  force: boolean;
}

export interface PlanField {
  name: string;
  from: unknown;
  to: unknown;
}

export interface PlanStep {
  key: string;
  name: string;
  id?: string | null;
  action: string;
  fields: PlanField[];
  reason: string;
  file?: string | null;
  line?: number | null;
}

export interface PlanConflict {
  key: string;
  field: string;
  base: unknown;
  files: unknown;
  canvas: unknown;
  file?: string | null;
  line?: number | null;
}

export interface PlanWarning {
  code: string;
  text: string;
  file?: string | null;
  line?: number | null;
}

export interface PlanAsk {
  code: string;
  text: string;
  count: number;
}

export interface CostSource {
  source: string;
  roles: number;
  at_start: number;
  per_day: number;
  on: boolean;
}

export interface Plan {
  org: string;
  plan: PlanStep[];
  conflicts: PlanConflict[];
  unsaved: PlanConflict[];
  warnings: PlanWarning[];
  asks: PlanAsk[];
  cost: { at_start: number; per_day: number; sources: CostSource[] };
}

export interface ImportedWorkspace {
  id: string;
  name: string;
  tier: number;
  skipped?: boolean;
}

export interface ImportResult {
  org: string;
  count: number;
  workspaces: ImportedWorkspace[];
  error?: string | null;
  mode: string;
  org_id: string;
  changed?: string[];
  reconcile_removed?: string[];
}

export interface Activity {
  id: string;
  workspace_id: string;
  activity_type: string;
  source_id: string | null;
  target_id: string | null;
  method: string | null;
  summary: string | null;
  duration_ms: number | null;
  status: string;
  error_detail: string | null;
  created_at: string;
  request_body?: unknown;
  response_body?: unknown;
  truncated?: boolean;
}

export interface Attachment {
  uri: string;
  name: string;
  mimeType?: string;
  size?: number;
}

export interface ChatMessage {
  id: string;
  role: "user" | "agent" | "system";
  content: string;
  attachments?: Attachment[];
  timestamp: string;
}

export interface ChatHistory {
  messages: ChatMessage[];
  reached_end: boolean;
}

export interface SecretView {
  key: string;
  has_value: boolean;
  scope: string;
  created_at: string;
  updated_at: string;
}

export interface PersonaList {
  keychain: KeychainView;
  personas: { slug: string; keys: string[]; used_by: string[] }[];
}

export interface PersonaReport {
  personas: { slug: string; action: string; keys: string[]; reason?: string | null }[];
}

export interface ErrorBody {
  error: string;
  code: string;
  file?: string | null;
  line?: number | null;
  column?: number | null;
  errors?: ErrorBody[];
  [extra: string]: unknown;
}

export interface ShellInfo {
  window: boolean;
  version?: string;
  platform?: string;
}
