/** Values of a role that only the org's files keep, as a person edits them, and the edits that a save takes. */

import type { OrgRole, SaveEdit } from "../api/types";

export interface RoleValues {
  initial_prompt: string;
  idle_prompt: string;
  /** Seconds, as typed. */
  idle_interval_seconds: string;
  system_prompt: string;
  /** One a line. */
  plugins: string;
  /** A category and its roles a line: `security: Lead, Writer`. */
  category_routing: string;
  channels: ChannelValues[];
}

/** What can be changed of a channel here; its settings are secrets and stay as the files say them. */
export interface ChannelValues {
  kind: string;
  isOn: boolean;
  /** Separated by commas; nobody: anybody may write. */
  users: string;
}

interface RoleChannel {
  kind: string;
  config: Record<string, string>;
  allowed_users: string[];
  enabled: boolean;
}

const channelsOf = (role: OrgRole) => (role.fields.channels?.value ?? []) as RoleChannel[];

const TEXTS = ["initial_prompt", "idle_prompt", "system_prompt"] as const;

export function valuesOf(role: OrgRole): RoleValues {
  const value = (field: string) => role.fields[field]?.value ?? null;
  const text = (field: string) => {
    const found = value(field);
    return found === null ? "" : String(found);
  };
  const plugins = value("plugins");
  return {
    initial_prompt: text("initial_prompt"),
    idle_prompt: text("idle_prompt"),
    idle_interval_seconds: text("idle_interval_seconds"),
    system_prompt: text("system_prompt"),
    plugins: Array.isArray(plugins) ? plugins.join("\n") : "",
    category_routing: Object.entries((value("category_routing") ?? {}) as Record<string, string[]>)
      .map(([category, roles]) => `${category}: ${roles.join(", ")}`)
      .join("\n"),
    channels: channelsOf(role).map(({ kind, enabled, allowed_users }) => ({
      kind,
      isOn: enabled,
      users: allowed_users.join(", "),
    })),
  };
}

/** Why it cannot be saved; nothing when it can. */
export function valuesProblem(values: RoleValues): string | null {
  const seconds = values.idle_interval_seconds.trim();
  if (seconds !== "" && !/^[1-9][0-9]*$/.test(seconds))
    return "The idle interval is a whole number of seconds above 0.";
  const bad = lines(values.category_routing).find((line) => !/^[^:]+:.*\S/.test(line));
  if (bad !== undefined) return `Write each category as "category: Role, Role" (${bad}).`;
  return null;
}

/** What differs, as edits. */
export function valueEdits(role: OrgRole, values: RoleValues): SaveEdit[] {
  const before = valuesOf(role);
  const edits: SaveEdit[] = [];
  const edit = (field: string, value: unknown) => edits.push({ key: role.key, field, value });
  for (const field of TEXTS)
    if (values[field] !== before[field]) edit(field, values[field].trim() === "" ? null : values[field]);
  if (values.idle_interval_seconds.trim() !== before.idle_interval_seconds) {
    const seconds = values.idle_interval_seconds.trim();
    edit("idle_interval_seconds", seconds === "" ? null : Number(seconds));
  }
  const plugins = lines(values.plugins);
  if (plugins.join("\n") !== before.plugins) edit("plugins", [...new Set(plugins)]);
  const routing = lines(values.category_routing);
  if (routing.join("\n") !== before.category_routing) edit("category_routing", routes(routing));
  const channels = channelsOf(role).map((channel, at) => {
    const { isOn = channel.enabled, users = channel.allowed_users.join(", ") } = values.channels[at] ?? {};
    return { ...channel, enabled: isOn, allowed_users: names(users) };
  });
  if (JSON.stringify(channels) !== JSON.stringify(channelsOf(role))) edit("channels", channels);
  return edits;
}

function names(text: string): string[] {
  return text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

function lines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

function routes(list: readonly string[]): Record<string, string[]> {
  return Object.fromEntries(
    list.map((line) => {
      const at = line.indexOf(":");
      return [line.slice(0, at).trim(), names(line.slice(at + 1))];
    }),
  );
}
