/**
 * Bodies as the canvas reads them. What the platform describes comes from `schema.d.ts`, which `npm run gen:api` writes
 * from its OpenAPI document; a change there that the canvas does not know fails to compile. The few bodies that the
 * document calls plain objects are described here.
 */

import type { components } from "./schema";

type Schemas = components["schemas"];

/** Keys that the document marks as optional because they may be null, though they are always sent. */
type Sent<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: Exclude<T[P], undefined> };

/** The words on the wire (contract 01 section 3.1). */
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
export type StatusReason = Schemas["StatusReason"];

export type Workspace = Sent<
  Omit<Schemas["Workspace"], "delivery_mode" | "update_tier" | "status"> & { status: Status },
  | "role"
  | "status_reason"
  | "model"
  | "parent_id"
  | "width"
  | "height"
  | "last_heartbeat_at"
  | "provisioning_started_at"
  | "agent_card"
>;

export type PatchWorkspace = Schemas["PatchWorkspace"];

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

export type Viewport = Required<Schemas["Viewport"]>;
export type Session = Schemas["Session"];

export type KeychainView = Schemas["KeychainView"];

/** Memory in use is told by engines that count it. */
export type Stack = Schemas["Stack"] & { memory: { used_mb?: number } };

export type StackCommand = Schemas["StackCommand"] & { scope: "all" | "subtree" | "one" };

export type Settings = Schemas["Settings"];

export type OrgTemplate = Schemas["OrgTemplateView"];

export type OrgFolder = Schemas["OrgFolder"];

export type Check = Schemas["Check"];

export type Prompts = Required<Schemas["Prompts"]>;

export type ImportRequest = Schemas["ImportRequest"];

export type PlanField = Schemas["PlanField"];

export type PlanStep = Schemas["PlanStep"];

export type PlanConflict = Schemas["PlanConflict"];

export type PlanWarning = Schemas["PlanWarning"];

export type PlanAsk = Schemas["PlanAsk"];

export type CostSource = Schemas["CostSource"];

export type Plan = Schemas["PlanView"];

export type ImportedWorkspace = Schemas["ImportedWorkspace"];

export type ImportResult = Schemas["ImportResult"];

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

export type SecretView = Schemas["SecretView"];

export type PersonaList = Schemas["PersonaList"];

export type PersonaReport = Schemas["PersonaReport"];

export interface ErrorBody {
  error: string;
  code: string;
  file?: string | null;
  line?: number | null;
  column?: number | null;
  errors?: ErrorBody[];
  [extra: string]: unknown;
}

export type ShellInfo = Schemas["ShellInfo"];

export type UnlockVault = Schemas["UnlockVault"];

export type CreateWorkspace = Partial<Schemas["CreateWorkspace"]>;
export type AgentRecord = Schemas["AgentView"];
export type SealingKey = Schemas["SealingKey"];
export type KeyRotated = Schemas["KeyRotated"];
export type TokenView = Schemas["TokenView"];

export type TokenList = Schemas["TokenList"];

export interface OrgToken {
  id: string;
  prefix: string;
  name?: string;
  org_id?: string;
  created_by?: string;
  created_at?: string;
  last_used_at?: string;
}

export interface OrgTokenList {
  count: number;
  tokens: OrgToken[];
}

/** One loop of the platform; `GET /admin/liveness` is described as a plain object. */
export interface LoopState {
  last_tick_at: string;
  seconds_ago: number;
  period_seconds: number;
  stale: boolean;
}

export interface Liveness {
  subsystems: Record<string, LoopState>;
}

/** Where files of a role are; only `/configs` is written. */
export type FilesRoot = "/configs" | "/workspace" | "/home" | "/plugins";

export interface FileEntry {
  path: string;
  size: number;
  dir: boolean;
}

export interface FileBody {
  path: string;
  content: string;
  size: number;
  hash: string;
  encoding?: string | null;
}

export interface FileChanged {
  status: string;
  path: string;
  hash?: string | null;
  reaction: string;
  reason: string;
}

export interface Plugin {
  name: string;
  version: string;
  description: string;
  author: string;
  tags: string[];
  skills: string[];
  runtimes: string[];
  error?: string | null;
}

export interface InstalledPlugin extends Plugin {
  supported_on_runtime: boolean;
  /** `native`, `raw` (the files are there, the runtime does nothing with them), `none`. */
  support: string;
  source: string;
  track: string;
  commit?: string | null;
  digest?: string | null;
  delivered: boolean;
}

export interface PluginCode {
  path: string;
  when: string;
  text: string;
  cut: boolean;
}

export interface PluginPreview {
  plugin: string;
  source: string;
  digest: string;
  version: string;
  description: string;
  runtimes: string[];
  files: string[];
  code: PluginCode[];
  warnings: string[];
}

export interface PluginInstalled {
  plugin: string;
  restart: string;
  delivered: string;
  warnings: string[];
}

export interface PluginUninstalled {
  plugin: string;
  restart: string;
  kept: string[];
}

export interface PluginUpdate {
  id: string;
  workspace_id: string;
  plugin_name: string;
  tracked_ref: string;
  current_sha: string | null;
  target_ref: string;
  target_sha: string;
  detected_at: string;
}

export interface PluginUpdatesChecked {
  tracked: number;
  sources: number;
  found: string[];
  failed: { id: string; error: string }[];
}

export interface PluginUpdatesApplied {
  applied: string[];
  failed: { id: string; error: string }[];
}

/** What a person needs to connect an agent of their own; the token is shown this once. */
export interface Connection {
  workspace_id: string;
  platform_url: string;
  auth_token: string;
  registry_endpoint: string;
  heartbeat_endpoint: string;
  curl_register_template: string;
  python_snippet: string;
  claude_code_channel_snippet: string;
}

export interface Created {
  id: string;
  status: string;
  connection?: Connection | null;
}

/** A kind of role to make others from. */
export interface WorkspaceTemplate {
  id: string;
  name: string;
  description: string;
  tier: number;
  runtime: string;
  model: string;
  required_env?: string[];
  skills: string[];
}
