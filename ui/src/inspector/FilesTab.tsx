/** Files of a role: folders to look through, and one file at a time to read or change. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { FilePlus, RefreshCw } from "lucide-react";
import { useState } from "react";
import { listFiles } from "../api/calls";
import type { FilesRoot } from "../api/types";
import { pathProblem, ROOTS, WRITABLE, whyNoFiles } from "../core/files";
import { Button, Empty, Field, IconButton } from "../parts/controls";
import { keepDraft } from "../state/drafts";
import { useReadOnly } from "../state/live";
import { useOrg } from "../state/org";
import { keys } from "../state/queries";
import { FileTree } from "./FileTree";
import { FileView } from "./FileView";

const NOTES: Record<FilesRoot, string> = {
  "/configs": "What the agent is made from",
  "/workspace": "What it works on; for reading only",
  "/home": "Its home; there while it runs",
  "/plugins": "Plugins of its image; there while it runs",
};

export function FilesTab({ id }: { id: string }) {
  const client = useQueryClient();
  const isReadOnly = useReadOnly();
  const runtime = useOrg((state) => state.rows.get(id)?.runtime);
  // Read by the list below; an agent that has none at all says why instead.
  const { data: listed } = useQuery({
    queryKey: keys.folder(id, WRITABLE, ""),
    queryFn: () => listFiles(id, WRITABLE, ""),
    enabled: false,
  });
  const without = listed?.length === 0 ? whyNoFiles(runtime) : null;
  const [root, setRoot] = useState<FilesRoot>(WRITABLE);
  const [open, setOpen] = useState<string | null>(null);
  const [isNaming, setNaming] = useState(false);
  if (without !== null)
    return (
      <div data-testid="files">
        <Empty title="No files">{without}</Empty>
      </div>
    );
  if (open !== null)
    return <FileView key={`${root} ${open}`} id={id} root={root} path={open} onClose={() => setOpen(null)} />;
  return (
    <div className="flex h-full flex-col" data-testid="files">
      <div className="flex items-center gap-2 px-4 py-2">
        <select
          aria-label="Where the files are"
          value={root}
          onChange={(event) => setRoot(event.target.value as FilesRoot)}
          className="h-7 rounded-base border border-line-strong bg-raised px-1.5 font-mono text-small"
        >
          {ROOTS.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
        <span className="min-w-0 flex-1 truncate text-small text-ink-muted">{NOTES[root]}</span>
        {root === WRITABLE ? (
          <IconButton label="New file" disabled={isReadOnly} onClick={() => setNaming(!isNaming)}>
            <FilePlus size={15} aria-hidden="true" />
          </IconButton>
        ) : null}
        <IconButton
          label="Read the files again"
          onClick={() => void client.invalidateQueries({ queryKey: keys.files(id) })}
        >
          <RefreshCw size={14} aria-hidden="true" />
        </IconButton>
      </div>
      {isNaming && root === WRITABLE ? (
        <NewFile
          onDone={(path) => {
            setNaming(false);
            if (path === null) return;
            keepDraft(id, path, { text: "", hash: null, base: "" });
            setOpen(path);
          }}
        />
      ) : null}
      <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-4">
        <FileTree id={id} root={root} onOpen={setOpen} />
      </div>
    </div>
  );
}

function NewFile({ onDone }: { onDone: (path: string | null) => void }) {
  const [path, setPath] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  return (
    <form
      className="border-y border-line bg-sunken px-4 py-3"
      onSubmit={(event) => {
        event.preventDefault();
        const why = pathProblem(path.trim());
        setProblem(why);
        if (why === null) onDone(path.trim());
      }}
    >
      <div className="flex items-end gap-2">
        <Field
          autoFocus
          label="Path of the new file, below /configs"
          className="min-w-0 flex-1"
          placeholder="skills/greet/SKILL.md"
          value={path}
          onChange={(event) => setPath(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Escape") onDone(null);
          }}
        />
        <Button type="submit" className="h-8">
          Write it
        </Button>
      </div>
      {problem ? (
        <p role="alert" className="mt-1 text-failed">
          {problem}
        </p>
      ) : null}
    </form>
  );
}
