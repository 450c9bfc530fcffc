/** Imports that are under way, so that their progress outlives the dialog. */

import { create } from "zustand";
import type { ImportedWorkspace, LiveEvent } from "../api/types";
import { useOrg } from "./org";

export interface RunningImport {
  name: string;
  workspaces: readonly ImportedWorkspace[];
  /** What the platform last said, when it says it. */
  done: number | null;
  total: number | null;
  failed: number | null;
}

interface ImportState {
  current: RunningImport | null;
}

export const useImports = create<ImportState>(() => ({ current: null }));

export function importStarted(name: string, workspaces: readonly ImportedWorkspace[]): void {
  useImports.setState({ current: { name, workspaces, done: null, total: null, failed: null } });
}

export function importClosed(): void {
  useImports.setState({ current: null });
}

/** Whether an import still has roles to bring up; one that is done must not stand in the way of the next. */
export function isUnderWay(): boolean {
  const { current } = useImports.getState();
  const { rows } = useOrg.getState();
  return (
    current?.workspaces.some((entry) => !entry.skipped && rows.get(entry.id)?.status === "provisioning") ??
    false
  );
}

export function importProgress(event: LiveEvent): void {
  const { done, total, failed, name } = event.payload;
  useImports.setState(({ current }) => {
    if (!current || (typeof name === "string" && name !== current.name)) return { current };
    return {
      current: {
        ...current,
        done: typeof done === "number" ? done : current.done,
        total: typeof total === "number" ? total : current.total,
        failed: typeof failed === "number" ? failed : current.failed,
      },
    };
  });
}
