/** One file: read, changed, saved; and what to do when somebody else changed it meanwhile. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ArrowLeft, Trash2 } from "lucide-react";
import { useState } from "react";
import { deleteFile, readFile, writeFile } from "../api/calls";
import { ApiError, sentence } from "../api/client";
import type { FileBody, FileChanged, FilesRoot } from "../api/types";
import { languageOf, sizeOf, WRITABLE } from "../core/files";
import { Ask } from "../parts/Ask";
import { Button, Empty, IconButton, Problem, SkeletonRows } from "../parts/controls";
import { later } from "../parts/later";
import { useTask } from "../parts/useTask";
import { restart } from "../state/commands";
import { type Draft, draftKey, dropDraft, keepDraft, useDrafts } from "../state/drafts";
import { reactionText, useReadOnly } from "../state/live";
import { keys } from "../state/queries";
import { toast } from "../state/ui";

const Editor = later(() => import("../parts/Editor"), "Editor", { meanwhile: <SkeletonRows /> });

interface Props {
  id: string;
  root: FilesRoot;
  path: string;
  onClose: () => void;
}

export function FileView({ id, root, path, onClose }: Props) {
  const begun = useDrafts((state) => state.drafts.get(draftKey(id, path)));
  // A file that was begun here is nowhere else yet.
  const [isNew] = useState(root === WRITABLE && begun?.hash === null);
  const query = useQuery({
    queryKey: keys.file(id, root, path),
    queryFn: () => readFile(id, root, path),
    enabled: !isNew,
    retry: false,
    // What the agent or another program wrote meanwhile counts.
    staleTime: 0,
  });
  const body = isNew ? undefined : query.data;
  return (
    <div className="flex h-full flex-col" data-testid="file-view">
      {body || isNew ? (
        <Open id={id} root={root} path={path} body={body ?? null} onClose={onClose} />
      ) : (
        <>
          <Head path={path} onClose={onClose} />
          {query.isPending ? <SkeletonRows /> : null}
          {query.error ? (
            <div className="p-4">
              <Problem title="The file could not be read" text={sentence(query.error)}>
                <Button onClick={() => void query.refetch()}>Retry</Button>
              </Problem>
            </div>
          ) : null}
        </>
      )}
    </div>
  );
}

function Head({
  path,
  onClose,
  children,
}: {
  path: string;
  onClose: () => void;
  children?: React.ReactNode;
}) {
  return (
    <div className="flex items-center gap-1.5 border-b border-line px-2 py-1.5">
      <IconButton label="Back to the files" onClick={onClose}>
        <ArrowLeft size={15} aria-hidden="true" />
      </IconButton>
      <span className="min-w-0 flex-1 truncate text-left font-mono text-small" title={path} dir="rtl">
        <bdi>{path}</bdi>
      </span>
      {children}
    </div>
  );
}

type Shown = "mine" | "theirs";

function Open({
  id,
  root,
  path,
  body,
  onClose,
}: Omit<Props, "onClose"> & { body: FileBody | null; onClose: () => void }) {
  const client = useQueryClient();
  const isOffline = useReadOnly();
  const draft = useDrafts((state) => state.drafts.get(draftKey(id, path)));
  const { isBusy, problem, setProblem, run } = useTask();
  const [shown, setShown] = useState<Shown>("mine");
  const [isLeaving, setLeaving] = useState(false);
  const [doc, setDoc] = useState({ round: 0, hash: body?.hash ?? null });
  const isBinary = body?.encoding === "base64";
  const isWritable = root === WRITABLE && !isBinary;
  const theirs = body?.content ?? "";
  // The file is another one than the text was made from: saving it would undo what somebody else wrote.
  const hasConflict = draft !== undefined && draft.hash !== (body?.hash ?? null);
  const text = shown === "theirs" ? theirs : (draft?.text ?? theirs);
  // A text that came from elsewhere than the keyboard is a new document for the editor; one that was saved here is not.
  const isFresh = draft === undefined && body !== null && body.hash !== doc.hash;
  if (isFresh) setDoc({ round: doc.round + 1, hash: body.hash });

  const read = () => client.invalidateQueries({ queryKey: keys.files(id) });

  const save = (from: Draft) =>
    run(async () => {
      try {
        const saved = await writeFile(id, path, from.text, from.hash);
        setDoc((before) => ({ ...before, hash: saved.hash ?? null }));
        client.setQueryData<FileBody>(keys.file(id, root, path), {
          path,
          content: from.text,
          size: new TextEncoder().encode(from.text).length,
          hash: saved.hash ?? "",
        });
        const now = useDrafts.getState().drafts.get(draftKey(id, path));
        // What was typed while it was being saved is a draft of what is there now.
        if (now && now.text !== from.text && saved.hash)
          keepDraft(id, path, { text: now.text, hash: saved.hash, base: from.text });
        else dropDraft(id, path);
        tell(id, path, saved);
        void client.invalidateQueries({ queryKey: [...keys.files(id), "folder"] });
        if (from.hash === null) onClose();
      } catch (failure) {
        if (!(failure instanceof ApiError) || failure.status !== 412) throw failure;
        await read();
        if (from.hash === null)
          throw new Error(
            `${path} is there already. Open it from the list, or give the new file another name.`,
          );
      }
    });

  const remove = () =>
    run(async () => {
      tell(id, path, await deleteFile(id, path, body?.hash));
      dropDraft(id, path);
      client.removeQueries({ queryKey: keys.file(id, root, path) });
      onClose();
      await read();
    });

  const take = () => {
    dropDraft(id, path);
    setShown("mine");
    setDoc({ round: doc.round + 1, hash: body?.hash ?? null });
  };

  return (
    <>
      <Head path={path} onClose={onClose}>
        {isWritable ? (
          <>
            {body ? (
              <IconButton
                label={`Delete ${path}`}
                disabled={isOffline || isBusy}
                onClick={() => setLeaving(true)}
              >
                <Trash2 size={14} aria-hidden="true" />
              </IconButton>
            ) : null}
            {draft ? (
              <Button
                look="quiet"
                disabled={isBusy}
                onClick={
                  body
                    ? take
                    : () => {
                        dropDraft(id, path);
                        onClose();
                      }
                }
              >
                Discard
              </Button>
            ) : null}
            <Button
              look="primary"
              disabled={isOffline || isBusy || !draft || (hasConflict && body !== null)}
              title="Ctrl S"
              onClick={() => draft && void save(draft)}
            >
              {isBusy ? "Saving" : "Save"}
            </Button>
          </>
        ) : (
          <span className="px-2 text-small text-ink-muted">for reading only</span>
        )}
      </Head>
      {hasConflict && body ? (
        <div role="alert" className="border-b border-line bg-sunken px-4 py-2" data-testid="file-conflict">
          <p>
            <b className="font-semibold">Somebody else changed this file</b> after you began: the agent, or
            another editor. Nothing of either is lost yet.
          </p>
          <div className="mt-1.5 flex flex-wrap gap-2">
            <Button onClick={() => setShown(shown === "mine" ? "theirs" : "mine")}>
              {shown === "mine" ? "Show what is there now" : "Show mine"}
            </Button>
            <Button
              disabled={isOffline || isBusy}
              onClick={() => draft && void save({ ...draft, hash: body.hash })}
            >
              Save mine over it
            </Button>
            <Button onClick={take}>Take what is there</Button>
          </div>
        </div>
      ) : null}
      {problem ? (
        <div className="p-3">
          <Problem title="That did not work" text={problem}>
            <Button onClick={() => setProblem("")}>Dismiss</Button>
          </Problem>
        </div>
      ) : null}
      {isBinary ? (
        <Empty title="No text">{sizeOf(body?.size ?? 0)} that cannot be shown as text.</Empty>
      ) : (
        <div className="min-h-0 flex-1">
          <Editor
            key={`${shown} ${doc.round}`}
            label={path}
            text={text}
            language={languageOf(path)}
            isReadOnly={!isWritable || shown === "theirs"}
            onChange={(changed) =>
              keepDraft(id, path, {
                text: changed,
                hash: draft?.hash ?? body?.hash ?? null,
                base: draft?.base ?? theirs,
              })
            }
            onSave={() => {
              const now = useDrafts.getState().drafts.get(draftKey(id, path));
              if (now && !hasConflict && !isOffline) void save(now);
            }}
          />
        </div>
      )}
      {isLeaving ? (
        <Ask
          title={`Delete ${path}`}
          action="Delete file"
          onYes={() => void remove()}
          onClose={() => setLeaving(false)}
        >
          <p>The file is taken out of this role's folder. This cannot be undone.</p>
        </Ask>
      ) : null}
    </>
  );
}

/** Says what was done and what the agent makes of it; a restart that is called for is one press away. */
function tell(id: string, path: string, done: FileChanged): void {
  const what = `${path} is ${done.status === "deleted" ? "deleted" : "saved"}`;
  const text =
    done.reaction === "none" ? `${what}.` : `${what}: ${reactionText(done.reaction)}. ${done.reason}`;
  const isRestart = done.reaction === "restart" || done.reaction === "recreate";
  toast("success", text, isRestart ? { label: "Restart now", run: () => void restart(id) } : undefined);
}
