/** Every request the canvas makes, by name. */

import { request } from "./client";
import type {
  Activity,
  AgentRecord,
  CanvasPlace,
  Channel,
  ChatHistory,
  Check,
  Created,
  CreateSchedule,
  CreateWorkspace,
  FileBody,
  FileChanged,
  FileEntry,
  FilesRoot,
  ImportRequest,
  ImportResult,
  ImportTemplate,
  InstalledPlugin,
  KeychainView,
  KeyRotated,
  Liveness,
  OrgFolder,
  OrgRole,
  OrgTemplate,
  OrgTokenList,
  PatchSchedule,
  PatchWorkspace,
  PersonaList,
  PersonaReport,
  Plan,
  Plugin,
  PluginAllowlist,
  PluginAllowlistSet,
  PluginInstalled,
  PluginPreview,
  PluginSources,
  PluginUninstalled,
  PluginUpdate,
  PluginUpdatesApplied,
  PluginUpdatesChecked,
  RemovedWorkspace,
  SaveRequest,
  SaveView,
  Schedule,
  ScheduleCreated,
  ScheduleFired,
  ScheduleRun,
  SealingKey,
  SecretDependents,
  SecretValidated,
  SecretView,
  Settings,
  Stack,
  StackCommand,
  StoredEvent,
  TemplateImported,
  TokenList,
  UnlockVault,
  Viewport,
  WantedPlugin,
  Workspace,
  WorkspaceRestored,
  WorkspaceTemplate,
} from "./types";

const at = (id: string) => `/workspaces/${encodeURIComponent(id)}`;

export const listWorkspaces = () => request<Workspace[]>("GET", "/workspaces");
export const createWorkspace = (body: CreateWorkspace) => request<Created>("POST", "/workspaces", body);
export const listWorkspaceTemplates = () => request<WorkspaceTemplate[]>("GET", "/templates");
export const importTemplate = (body: ImportTemplate) =>
  request<TemplateImported>("POST", "/templates/import", body);
export const patchWorkspace = (id: string, patch: PatchWorkspace) =>
  request<{ status: string; needs_restart?: boolean; reasons?: string[] }>("PATCH", at(id), patch);
export const deleteWorkspace = (id: string) =>
  request<{ status: string; cascade_deleted: number }>("DELETE", `${at(id)}?confirm=true`);
export const restoreWorkspace = (id: string) => request<WorkspaceRestored>("POST", `${at(id)}/restore`);
export const listRemoved = () => request<RemovedWorkspace[]>("GET", "/workspaces/removed");
export const restartWorkspace = (id: string) => request<unknown>("POST", `${at(id)}/restart`, {});
export const pauseWorkspace = (id: string) => request<unknown>("POST", `${at(id)}/pause`);
export const resumeWorkspace = (id: string) => request<unknown>("POST", `${at(id)}/resume`);
export const hibernateWorkspace = (id: string) => request<unknown>("POST", `${at(id)}/hibernate`);
export const wakeWorkspace = (id: string) => request<unknown>("POST", `${at(id)}/wake`);
export const readConsole = (id: string, signal?: AbortSignal) =>
  request<{ output: string }>("GET", `${at(id)}/console`, undefined, signal);
export const readActivity = (id: string, limit = 100) =>
  request<Activity[]>("GET", `${at(id)}/activity?limit=${limit}`);
export const readChat = (id: string, before?: string) =>
  request<ChatHistory>(
    "GET",
    `${at(id)}/chat-history?limit=50${before ? `&before_ts=${encodeURIComponent(before)}` : ""}`,
  );

export const placeWorkspaces = (places: readonly CanvasPlace[]) =>
  request<unknown>("PUT", "/canvas/places", { places });
export const readViewport = () => request<Viewport>("GET", "/canvas/viewport");
export const saveViewport = (view: Viewport) => request<unknown>("PUT", "/canvas/viewport", view);

export const readStack = () => request<Stack>("GET", "/stack");
export const stackCommand = (verb: "start" | "stop" | "restart", command: StackCommand) =>
  request<{ changed?: string[] }>("POST", `/stack/${verb}`, command);
export const runDoctor = () => request<Check[]>("GET", "/stack/doctor");
export const readSettings = () => request<Settings>("GET", "/settings");
export const saveSettings = (change: Settings) => request<Settings>("PATCH", "/settings", change);

export const listTemplates = () => request<OrgTemplate[]>("GET", "/org/templates");
export const listFolders = () => request<OrgFolder[]>("GET", "/org/folders");
export const registerFolder = (path: string) => request<OrgFolder>("POST", "/org/folders", { path });
export const forgetFolder = (dir: string) =>
  request<unknown>("DELETE", `/org/folders/${encodeURIComponent(dir)}`);
export const saveFolder = (dir: string, body: SaveRequest) =>
  request<SaveView>("POST", `/org/folders/${encodeURIComponent(dir)}/save`, body);
export const listOrgRoles = (dir: string) =>
  request<OrgRole[]>("GET", `/org/folders/${encodeURIComponent(dir)}/roles`);
export const planImport = (body: ImportRequest) =>
  request<Plan>("POST", "/org/import", { ...body, dry_run: true });
export const applyImport = (body: ImportRequest) => request<ImportResult>("POST", "/org/import", body);

export const listSecrets = () => request<SecretView[]>("GET", "/settings/secrets");
export const setSecret = (key: string, value: string) =>
  request<unknown>("POST", "/settings/secrets", { key, value });
export const deleteSecret = (key: string) =>
  request<unknown>("DELETE", `/settings/secrets/${encodeURIComponent(key)}`);
export const listRoleSecrets = (id: string) => request<SecretView[]>("GET", `${at(id)}/secrets`);
export const setRoleSecret = (id: string, key: string, value: string) =>
  request<unknown>("POST", `${at(id)}/secrets`, { key, value });
export const deleteRoleSecret = (id: string, key: string) =>
  request<unknown>("DELETE", `${at(id)}/secrets/${encodeURIComponent(key)}`);
export const secretDependents = (key: string) =>
  request<SecretDependents>("GET", `/settings/secrets/${encodeURIComponent(key)}/dependents`);
export const roleSecretDependents = (id: string, key: string) =>
  request<SecretDependents>("GET", `${at(id)}/secrets/${encodeURIComponent(key)}/dependents`);
export const validateSecret = (provider: string, key: string) =>
  request<SecretValidated>("POST", "/secrets/validate", { provider, key });
export const listPersonas = () => request<PersonaList>("GET", "/personas");
export const importPersonas = (path: string) => request<PersonaReport>("POST", "/personas/import", { path });

export const readLiveness = () => request<Liveness>("GET", "/admin/liveness");
export const listSchedules = (id: string) => request<Schedule[]>("GET", `${at(id)}/schedules`);
export const addSchedule = (id: string, body: CreateSchedule) =>
  request<ScheduleCreated>("POST", `${at(id)}/schedules`, body);
export const changeSchedule = (id: string, schedule: string, body: PatchSchedule) =>
  request<unknown>("PATCH", `${at(id)}/schedules/${encodeURIComponent(schedule)}`, body);
export const removeSchedule = (id: string, schedule: string) =>
  request<unknown>("DELETE", `${at(id)}/schedules/${encodeURIComponent(schedule)}`);
export const runSchedule = (id: string, schedule: string) =>
  request<ScheduleFired>("POST", `${at(id)}/schedules/${encodeURIComponent(schedule)}/run`, {});
export const scheduleHistory = (id: string, schedule: string) =>
  request<ScheduleRun[]>("GET", `${at(id)}/schedules/${encodeURIComponent(schedule)}/history`);
export const listChannels = (id: string) => request<Channel[]>("GET", `${at(id)}/channels`);
export const listAgentRecords = (id: string) => request<AgentRecord[]>("GET", `${at(id)}/agents`);

export const readSealingKey = () => request<SealingKey>("GET", "/admin/secrets/key");
export const rotateSealingKey = () => request<KeyRotated>("POST", "/admin/secrets/rotate");
export const writeBackup = (path: string) => request<unknown>("POST", "/stack/backup", { path });

export const unlockVault = (choice: UnlockVault) => request<KeychainView>("POST", "/vault/unlock", choice);

export const listOrgTokens = () => request<OrgTokenList>("GET", "/org/tokens");
export const makeOrgToken = (name: string) =>
  request<{ auth_token: string }>("POST", "/org/tokens", { name });
export const revokeOrgToken = (id: string) =>
  request<unknown>("DELETE", `/org/tokens/${encodeURIComponent(id)}`);
export const listTokens = (id: string) => request<TokenList>("GET", `${at(id)}/tokens?limit=200`);
export const makeToken = (id: string) => request<{ auth_token: string }>("POST", `${at(id)}/tokens`, {});
export const revokeToken = (id: string, token: string) =>
  request<unknown>("DELETE", `${at(id)}/tokens/${encodeURIComponent(token)}`);

export const readEvents = (kinds: readonly string[], limit = 100) =>
  request<StoredEvent[]>("GET", `/events?limit=${limit}&type=${kinds.join(",")}`);

export const makeTicket = () => request<{ ticket: string; expires_in: number }>("POST", "/auth/tickets");

const inside = (path: string) => path.split("/").map(encodeURIComponent).join("/");
const fileAt = (id: string, root: FilesRoot, path: string) =>
  `${at(id)}/files/${inside(path)}?root=${encodeURIComponent(root)}`;

export const listFiles = (id: string, root: FilesRoot, path: string) =>
  request<FileEntry[]>(
    "GET",
    `${at(id)}/files?root=${encodeURIComponent(root)}&path=${encodeURIComponent(path)}`,
  );
export const readFile = (id: string, root: FilesRoot, path: string) =>
  request<FileBody>("GET", fileAt(id, root, path));
/** Replaces only the file that was read, named by its hash; without one, only nothing. */
export const writeFile = (id: string, path: string, content: string, hash: string | null) =>
  request<FileChanged>(
    "PUT",
    `${at(id)}/files/${inside(path)}`,
    { content },
    undefined,
    hash === null ? { "If-None-Match": "*" } : { "If-Match": `"${hash}"` },
  );
export const deleteFile = (id: string, path: string, hash?: string) =>
  request<FileChanged>(
    "DELETE",
    `${at(id)}/files/${inside(path)}`,
    undefined,
    undefined,
    hash === undefined ? undefined : { "If-Match": `"${hash}"` },
  );

export const listPlugins = (id: string) => request<InstalledPlugin[]>("GET", `${at(id)}/plugins`);
export const availablePlugins = (id: string) => request<Plugin[]>("GET", `${at(id)}/plugins/available`);
export const readPluginSources = () => request<PluginSources>("GET", "/plugins/sources");
export const listWantedPlugins = () => request<WantedPlugin[]>("GET", "/admin/plugins-wanted");
export const listRegistry = () => request<Plugin[]>("GET", "/plugins");
export const readAllowlist = (root: string) =>
  request<PluginAllowlist>("GET", `/orgs/${encodeURIComponent(root)}/plugins/allowlist`);
export const setAllowlist = (root: string, plugins: readonly string[]) =>
  request<PluginAllowlistSet>("PUT", `/orgs/${encodeURIComponent(root)}/plugins/allowlist`, {
    plugins,
    enabled_by: root,
  });
export const previewPlugin = (source: string) =>
  request<PluginPreview>("POST", "/plugins/preview", { source });
export const installPlugin = (id: string, body: { source: string; digest: string; track?: string }) =>
  request<PluginInstalled>("POST", `${at(id)}/plugins`, body);
export const uninstallPlugin = (id: string, name: string) =>
  request<PluginUninstalled>("DELETE", `${at(id)}/plugins/${encodeURIComponent(name)}`);
export const listPluginUpdates = () => request<PluginUpdate[]>("GET", "/admin/plugin-updates-pending");
export const checkPluginUpdates = () => request<PluginUpdatesChecked>("POST", "/admin/plugin-updates/check");
export const applyPluginUpdate = (update: string, force: boolean) =>
  request<PluginUpdatesApplied>("POST", `/admin/plugin-updates/${encodeURIComponent(update)}/apply`, {
    force,
  });
export const dismissPluginUpdate = (update: string) =>
  request<unknown>("POST", `/admin/plugin-updates/${encodeURIComponent(update)}/dismiss`, {});
