/** Where plugins come from and what became of them, in words. */

import type {
  InstalledPlugin,
  PluginInstalled,
  PluginUninstalled,
  PluginUpdate,
  WantedPlugin,
} from "../api/types";

/** A plugin from a repository can follow its newest tag; one from the plugins folder is what lies there. */
export function canTrack(source: string): boolean {
  return !source.startsWith("local://") && source.includes("://");
}

/** Why a source is none; nothing when it may be one. The platform checks the same and more. */
export function sourceProblem(source: string): string | null {
  if (source === "") return "Say where the plugin comes from.";
  if (/\s/.test(source)) return "A source has no blanks.";
  const scheme = /^([a-z]+):\/\//.exec(source)?.[1];
  if (scheme === undefined)
    return /^[a-z0-9][a-z0-9._-]*$/.test(source)
      ? null
      : "Write local://name, github://owner/repository#tag, or the name of a plugin in the plugins folder.";
  if (scheme === "github" && !source.includes("#"))
    return "Say which version: add # and a tag or a commit, as in github://owner/repository#v1.2.0.";
  return null;
}

const RESTARTS: Record<string, string> = {
  none: "",
  now: " The agent restarts now.",
  scheduled: " The agent restarts after its task.",
};

const DELIVERED: Record<string, string> = {
  agent: "",
  next_start: " Its next start brings it.",
  recorded: " It is noted: this agent has no container here and brings it itself.",
};

export function installedText(done: PluginInstalled): string {
  return `${done.plugin} is installed.${DELIVERED[done.delivered] ?? ""}${RESTARTS[done.restart] ?? ""}`;
}

export function uninstalledText(done: PluginUninstalled): string {
  const kept =
    done.kept.length > 0
      ? ` Left where they are, because they were changed: ${done.kept.slice(0, 5).join(", ")}${done.kept.length > 5 ? ` and ${done.kept.length - 5} more` : ""}.`
      : "";
  return `${done.plugin} is removed.${RESTARTS[done.restart] ?? ""}${kept}`;
}

/** What is odd about an installed plugin; nothing when all is well. */
export function pluginNote(plugin: InstalledPlugin): string | null {
  if (plugin.error) return `Its description cannot be read: ${plugin.error}`;
  if (!plugin.supported_on_runtime) return "Not made for this role's runtime: it does nothing here.";
  if (plugin.support === "raw")
    return "Its files are there, but the runtime does nothing with them by itself.";
  if (!plugin.delivered) return "The agent gets it at its next start.";
  if (plugin.setup && plugin.setup.state !== "done") return `${plugin.setup.text}.`;
  return null;
}

/** Updates to the same commit of the same plugin, canary roles apart from the others. */
export interface UpdateGroup {
  key: string;
  plugin: string;
  repository: string;
  targetRef: string;
  targetSha: string;
  canary: PluginUpdate[];
  production: PluginUpdate[];
}

export function groupUpdates(updates: readonly PluginUpdate[]): UpdateGroup[] {
  const groups = new Map<string, UpdateGroup>();
  for (const update of updates) {
    const repository = repositoryOf(update.source_raw);
    const key = `${update.plugin_name} ${repository} ${update.target_sha}`;
    let group = groups.get(key);
    if (!group) {
      group = {
        key,
        plugin: update.plugin_name,
        repository,
        targetRef: update.target_ref,
        targetSha: update.target_sha,
        canary: [],
        production: [],
      };
      groups.set(key, group);
    }
    (update.update_tier === "canary" ? group.canary : group.production).push(update);
  }
  return [...groups.values()].sort((a, b) => a.plugin.localeCompare(b.plugin));
}

function repositoryOf(source: string): string {
  return source.split("#", 1)[0] ?? source;
}

/** Where exactly that is fetched from which an update found. */
export function pinnedSource(update: PluginUpdate): string {
  return `${repositoryOf(update.source_raw)}#${update.target_sha}`;
}

/** What org files want of one plugin and why it is not there: the roles with the same reason stand together. */
export interface WantedGroup {
  key: string;
  source: string;
  why: string;
  roles: string[];
}

export function groupWanted(wanted: readonly WantedPlugin[]): WantedGroup[] {
  const groups = new Map<string, WantedGroup>();
  for (const one of wanted) {
    const key = `${one.source} ${one.reason}`;
    const group = groups.get(key) ?? { key, source: one.source, why: whyNot(one), roles: [] };
    group.roles.push(one.workspace_name);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function whyNot({ source, reason }: WantedPlugin): string {
  if (reason === "") return "It is being installed.";
  if (reason.startsWith("failed to fetch plugin from"))
    return source.includes("://")
      ? "It could not be fetched from there."
      : "It is not in the plugins folder. Put it there, then show it.";
  if (reason.includes("nobody was shown"))
    return "It holds code that nobody has looked at. Once you have seen it, these roles get it.";
  return `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
}

/** Names of plugins as a person writes them, once each; or which of them can be none. */
export function pluginNames(text: string): { names: string[]; bad: string | null } {
  const names = [...new Set(text.split(/[\s,]+/).filter(Boolean))];
  const isName = (name: string) =>
    /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name) && name.length <= 128 && !name.includes("..");
  return { names, bad: names.find((name) => !isName(name)) ?? null };
}

/** A commit or digest as far as one needs to tell it from others. */
export function short(hash: string): string {
  return hash.replace(/^sha256:/, "").slice(0, 10);
}
