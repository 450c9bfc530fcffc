/** Folders that open where they are; each is read when it is opened. */

import { useQuery } from "@tanstack/react-query";
import { ChevronRight, File, Folder } from "lucide-react";
import { useState } from "react";
import { listFiles } from "../api/calls";
import { ApiError, sentence } from "../api/client";
import type { FilesRoot } from "../api/types";
import { inOrder, joined, nameOf, sizeOf, WRITABLE } from "../core/files";
import { Button, Empty, Problem, SkeletonRows } from "../parts/controls";
import { draftKey, useDrafts } from "../state/drafts";
import { keys } from "../state/queries";

interface Props {
  id: string;
  root: FilesRoot;
  onOpen: (path: string) => void;
}

export function FileTree(props: Props) {
  const unsaved = useUnsavedNew(props);
  return (
    <>
      {unsaved.map((path) => (
        <FileRow key={path} path={path} label={path} depth={0} isDraft onOpen={props.onOpen} />
      ))}
      <FolderBody {...props} path="" depth={0} />
    </>
  );
}

/** Files that a person began and has not saved: they are in no list yet. */
function useUnsavedNew({ id, root }: Props): string[] {
  const drafts = useDrafts((state) => state.drafts);
  if (root !== WRITABLE) return [];
  const prefix = draftKey(id, "");
  return [...drafts].flatMap(([key, draft]) =>
    draft.hash === null && key.startsWith(prefix) ? [key.slice(prefix.length)] : [],
  );
}

function FolderBody({ id, root, path, depth, onOpen }: Props & { path: string; depth: number }) {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: keys.folder(id, root, path),
    queryFn: () => listFiles(id, root, path),
    retry: false,
  });
  const drafts = useDrafts((state) => state.drafts);
  if (isPending) return <SkeletonRows rows={depth === 0 ? 5 : 1} />;
  if (error) return <Unreadable error={error} onRetry={() => void refetch()} />;
  if (data.length === 0)
    return depth === 0 ? (
      <Empty title="No files">Nothing lies in {root}.</Empty>
    ) : (
      <p className="py-1 text-small text-ink-muted" style={{ paddingLeft: indent(depth) + 18 }}>
        empty
      </p>
    );
  return (
    <ul>
      {inOrder(data).map((entry) => {
        const whole = joined(path, entry.path);
        return (
          <li key={entry.path}>
            {entry.dir ? (
              <FolderRow id={id} root={root} path={whole} depth={depth} onOpen={onOpen} />
            ) : (
              <FileRow
                path={whole}
                label={nameOf(entry.path)}
                note={sizeOf(entry.size)}
                depth={depth}
                isDraft={root === WRITABLE && drafts.has(draftKey(id, whole))}
                onOpen={onOpen}
              />
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** Without a container there are no files to show, which is no failure. */
function Unreadable({ error, onRetry }: { error: Error; onRetry: () => void }) {
  if (error instanceof ApiError && error.code === "no_container")
    return <Empty title="No files here">{error.message}</Empty>;
  return (
    <div className="p-2">
      <Problem title="The files could not be listed" text={sentence(error)}>
        <Button onClick={onRetry}>Retry</Button>
      </Problem>
    </div>
  );
}

const ROW =
  "flex h-7 w-full items-center gap-1.5 rounded-small pr-2 text-left hover:bg-sunken focus-visible:bg-sunken";

function indent(depth: number): number {
  return 8 + depth * 16;
}

function FolderRow({ id, root, path, depth, onOpen }: Props & { path: string; depth: number }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        aria-expanded={isOpen}
        className={ROW}
        style={{ paddingLeft: indent(depth) }}
        onClick={() => setOpen(!isOpen)}
      >
        <ChevronRight
          size={13}
          aria-hidden="true"
          className={`shrink-0 text-ink-muted transition-transform duration-150 ${isOpen ? "rotate-90" : ""}`}
        />
        <Folder size={14} aria-hidden="true" className="shrink-0 text-ink-muted" />
        <span className="truncate">{nameOf(path)}</span>
      </button>
      {isOpen ? <FolderBody id={id} root={root} path={path} depth={depth + 1} onOpen={onOpen} /> : null}
    </>
  );
}

interface FileRowProps {
  path: string;
  label: string;
  note?: string;
  depth: number;
  isDraft: boolean;
  onOpen: (path: string) => void;
}

function FileRow({ path, label, note, depth, isDraft, onOpen }: FileRowProps) {
  return (
    <button
      type="button"
      data-testid="file-row"
      data-path={path}
      className={ROW}
      style={{ paddingLeft: indent(depth) + 18 }}
      onClick={() => onOpen(path)}
    >
      <File size={14} aria-hidden="true" className="shrink-0 text-ink-muted" />
      <span className="min-w-0 flex-1 truncate">{label}</span>
      <span className={`text-small ${isDraft ? "text-accent" : "text-ink-muted"}`}>
        {isDraft ? "not saved" : note}
      </span>
    </button>
  );
}
