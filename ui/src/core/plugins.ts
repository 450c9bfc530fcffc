/** Where plugins come from and what became of them, in words. */

import type { InstalledPlugin, PluginInstalled, PluginUninstalled } from "../api/types";

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
  recorded: " The agent runs elsewhere and brings it itself.",
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
  return null;
}

/** A commit or digest as far as one needs to tell it from others. */
export function short(hash: string): string {
  return hash.replace(/^sha256:/, "").slice(0, 10);
}
