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
  Omit<Schemas["Workspace"], "delivery_mode" | "status"> & { status: Status },
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

export type RemovedWorkspace = Schemas["RemovedWorkspace"];
export type WorkspaceRestored = Schemas["WorkspaceRestored"];
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
export type CanvasPlace = Schemas["CanvasPlace"];
export type Session = Schemas["Session"];

export type KeychainView = Schemas["KeychainView"];

/** Memory in use is told by engines that count it. */
export type Stack = Schemas["Stack"] & { memory: { used_mb?: number } };

export type StackCommand = Schemas["StackCommand"] & { scope: "all" | "subtree" | "one" };

export type Settings = Schemas["Settings"];

export type OrgTemplate = Schemas["OrgTemplateView"];

export type OrgFolder = Schemas["OrgFolder"];

export type OrgRole = Schemas["OrgRole"];

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
  /** `canvas`, `agent`, `schedule`, `channel`, `webhook` or `system`. */
  source_kind?: string;
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

export type SecretDependents = Schemas["SecretDependents"];
export type SecretValidated = Schemas["SecretValidated"];
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
export type Schedule = Schemas["ScheduleView"];
export type CreateSchedule = Partial<Schemas["CreateSchedule"]>;
export type PatchSchedule = Schemas["PatchSchedule"];
export type ScheduleFired = Schemas["ScheduleFired"];
export type ScheduleRun = Schemas["ScheduleRun"];
export type ScheduleCreated = Schemas["ScheduleCreated"];
export type Channel = Schemas["ChannelView"];
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

/** What has a value by itself is marked as optional by the document, though it is always sent. */
export type Plugin = Sent<Schemas["PluginView"], Exclude<keyof Schemas["PluginView"], "error">>;
export type InstalledPlugin = Sent<
  Schemas["InstalledPluginView"],
  Exclude<keyof Schemas["InstalledPluginView"], "error" | "commit" | "digest" | "setup">
>;
export type PluginPreview = Schemas["PluginPreview"];
export type PluginInstalled = Schemas["PluginInstalled"];
export type PluginUninstalled = Schemas["PluginUninstalled"];
export type PluginUpdate = Schemas["PluginUpdateView"];
export type PluginUpdatesChecked = Schemas["PluginUpdatesChecked"];
export type PluginUpdatesApplied = Schemas["PluginUpdatesApplied"];
export type PluginSources = Schemas["PluginSources"];
export type WantedPlugin = Schemas["WantedPluginView"];
export type PluginAllowlist = Schemas["PluginAllowlist"];
export type PluginAllowlistSet = Schemas["PluginAllowlistSet"];

export type FileEntry = Schemas["FileEntry"];
export type FileBody = Schemas["FileBody"];
export type FileChanged = Schemas["FileChanged"];
/** A kind of role to make others from. */
export type ImportTemplate = Partial<Schemas["ImportTemplate"]>;
export type TemplateImported = Schemas["TemplateImported"];
export type WorkspaceTemplate = Schemas["TemplateView"];
export type SaveRequest = Partial<Schemas["SaveRequest"]>;
export type SaveView = Required<Schemas["SaveView"]>;
export type SaveEdit = Schemas["SaveEdit"];
export type SaveQuestion = Schemas["SaveQuestion"];
