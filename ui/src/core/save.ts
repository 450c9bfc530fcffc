/** What a save writes into an org's files, in words and lines. */

import type { SaveView } from "../api/types";

export interface DiffLine {
  kind: "added" | "removed" | "place" | "same";
  text: string;
}

/** The lines of a unified diff; its two file names are left out, because they stand above it. */
export function diffLines(diff: string): DiffLine[] {
  return diff
    .replace(/\n$/, "")
    .split("\n")
    .filter((line) => !line.startsWith("--- ") && !line.startsWith("+++ "))
    .map((line) => {
      const kind = line.startsWith("@@")
        ? "place"
        : line.startsWith("+")
          ? "added"
          : line.startsWith("-")
            ? "removed"
            : "same";
      return { kind, text: line };
    });
}

export function questionKey(question: { key: string; field: string }): string {
  return `${question.key}/${question.field}`;
}

/** Why nothing can be saved now; nothing when it can. */
export function saveProblem(view: SaveView, choose: Readonly<Record<string, string>>): string | null {
  if (view.questions.some((question) => !(questionKey(question) in choose)))
    return "Choose for each shared value whom it is for.";
  if (view.files.length === 0) return "There is nothing to save: the files say what the canvas shows.";
  return null;
}
