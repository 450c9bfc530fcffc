/** Paths, folders and kinds of the files of a role. */

import type { FileEntry } from "../api/types";

export const ROOTS = ["/configs", "/workspace", "/home", "/plugins"] as const;

/** The only place where files are changed from here; what is elsewhere is the agent's own. */
export const WRITABLE = "/configs";

export type Language = "markdown" | "yaml" | "json" | "python" | "javascript" | "typescript" | "plain";

const LANGUAGES: Record<string, Language> = {
  md: "markdown",
  markdown: "markdown",
  yaml: "yaml",
  yml: "yaml",
  json: "json",
  py: "python",
  js: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  jsx: "javascript",
  ts: "typescript",
  tsx: "typescript",
};

export function languageOf(path: string): Language {
  const name = nameOf(path);
  const dot = name.lastIndexOf(".");
  return dot < 0 ? "plain" : (LANGUAGES[name.slice(dot + 1).toLowerCase()] ?? "plain");
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

export function folderOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

export function joined(folder: string, name: string): string {
  return folder === "" ? name : `${folder}/${name}`;
}

/** Folders first, each by name as a person sorts: `part 2` before `part 10`. */
export function inOrder(entries: readonly FileEntry[]): FileEntry[] {
  return [...entries].sort((a, b) =>
    a.dir === b.dir ? a.path.localeCompare(b.path, "en", { numeric: true }) : a.dir ? -1 : 1,
  );
}

/** Why a path for a new file is none; nothing when it is one. The platform checks the same and more. */
export function pathProblem(path: string): string | null {
  if (path === "") return "Give the file a name.";
  if (path.startsWith("/")) return "The path begins below the folder, without a slash.";
  if (path.endsWith("/")) return "The path ends with the file's name, not with a slash.";
  if (path.includes("\\")) return "Parts of the path are separated by /, not by \\.";
  if (path.includes("..")) return "Two dots in a row are not allowed in a path.";
  return null;
}

/** A size in words. */
export function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Why a role of this runtime has no files here; nothing when it has. */
export function whyNoFiles(runtime: string | undefined): string | null {
  if (runtime === "mock")
    return "This role is answered by the platform itself, so it has no container and keeps no files.";
  if (runtime === "external") return "Its agent runs elsewhere, and its files are there.";
  return null;
}
