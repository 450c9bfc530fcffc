/** Writes what was changed on the canvas into the org's files: what it would be, what has to be chosen, then one write. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { listFolders, saveFolder } from "../api/calls";
import { ApiError, sentence } from "../api/client";
import type { SaveEdit, SaveQuestion, SaveView } from "../api/types";
import { plural } from "../core/format";
import { valueText } from "../core/plan";
import { diffLines, questionKey, saveProblem } from "../core/save";
import { Button, Empty, Problem, SkeletonRows } from "../parts/controls";
import { Glyph } from "../parts/Glyph";
import { Modal } from "../parts/Modal";
import { Read } from "../parts/Read";
import { Select } from "../parts/Select";
import { useTask } from "../parts/useTask";
import { useReadOnly } from "../state/live";
import { keys } from "../state/queries";
import { closeDialog, openDialog, toast } from "../state/ui";

interface Props {
  dir?: string;
  org?: string;
  /** Changes of values that only the files keep. */
  edits?: readonly SaveEdit[];
}

const NO_EDITS: readonly SaveEdit[] = [];

export function SaveDialog({ dir: asked, org, edits = NO_EDITS }: Props) {
  const client = useQueryClient();
  const isReadOnly = useReadOnly();
  const folders = useQuery({ queryKey: keys.folders, queryFn: listFolders, staleTime: 0 });
  const known = folders.data?.filter((folder) => folder.org_id) ?? [];
  const [chosen, setChosen] = useState<string | undefined>(asked);
  const dir = chosen ?? (org ? known.find((folder) => folder.org_id === org) : known[0])?.dir;
  const [choose, setChoose] = useState<Record<string, string>>({});
  const [view, setView] = useState<SaveView | null>(null);
  /** Questions stay where they are once they are answered: an answer can be changed. */
  const [questions, setQuestions] = useState<readonly SaveQuestion[]>([]);
  const [look, setLook] = useState({ isBusy: false, problem: "" });
  const save = useTask();
  const [conflict, setConflict] = useState(false);

  // A new choice means other files: what is shown is always what would be written.
  useEffect(() => {
    if (dir === undefined) return;
    let isWanted = true;
    setLook({ isBusy: true, problem: "" });
    saveFolder(dir, { dry_run: true, choose, edits: [...edits] }).then(
      (shown) => {
        if (!isWanted) return;
        setView(shown);
        setQuestions((before) => {
          const known = new Set(before.map(questionKey));
          return [...before, ...shown.questions.filter((one) => !known.has(questionKey(one)))];
        });
        setLook({ isBusy: false, problem: "" });
      },
      (error: unknown) => {
        if (!isWanted) return;
        setConflict(isConflict(error));
        setLook({ isBusy: false, problem: sentence(error) });
      },
    );
    return () => {
      isWanted = false;
    };
  }, [dir, choose, edits]);

  const write = () =>
    save.run(async () => {
      if (dir === undefined || !view) return;
      try {
        const done = await saveFolder(dir, { choose, edits: [...edits], read: view.read });
        toast(
          "success",
          `${plural(done.changes.length, "change")} saved to ${done.files.map(({ path }) => path).join(", ")}.`,
        );
        void client.invalidateQueries({ queryKey: keys.folders });
        void client.invalidateQueries({ queryKey: keys.templates });
        closeDialog();
      } catch (error) {
        setConflict(isConflict(error));
        throw error;
      }
    });

  const why = view ? saveProblem(view, choose) : "";
  return (
    <Modal
      title={view ? `Save ${view.org} to files` : "Save to files"}
      width={760}
      onClose={closeDialog}
      footer={
        <>
          <Button onClick={closeDialog}>Cancel</Button>
          <Button
            look="primary"
            title={why ?? undefined}
            disabled={isReadOnly || save.isBusy || look.isBusy || why !== null}
            onClick={() => void write()}
          >
            {save.isBusy ? "Saving" : "Save to files"}
          </Button>
        </>
      }
    >
      <div className="space-y-4" data-testid="save">
        <Read query={folders} failed="The org folders could not be listed" rows={2}>
          {() =>
            dir === undefined ? (
              <Empty title="No org folder">
                What was made on the canvas alone has no files to be saved to. Open an org folder first.
              </Empty>
            ) : known.length > 1 && edits.length === 0 ? (
              <Select
                label="Org"
                value={dir}
                onChange={(next) => {
                  setView(null);
                  setQuestions([]);
                  setChoose({});
                  setConflict(false);
                  setChosen(next);
                }}
              >
                {known.map((folder) => (
                  <option key={folder.dir} value={folder.dir}>
                    {folder.name || folder.dir}
                  </option>
                ))}
              </Select>
            ) : null
          }
        </Read>
        {look.problem || save.problem ? (
          <Problem title="It cannot be saved as it is" text={save.problem || look.problem}>
            {conflict && dir !== undefined ? (
              <Button onClick={() => openDialog({ kind: "import", dir })}>Show plan</Button>
            ) : null}
            <Button
              onClick={() => {
                // What was wrong with the last look or save is no news about the next one.
                save.setProblem("");
                setConflict(false);
                setChoose({ ...choose });
              }}
            >
              Look again
            </Button>
          </Problem>
        ) : null}
        {dir !== undefined && !view && !look.problem ? <SkeletonRows rows={4} /> : null}
        {view ? (
          <Shown
            view={view}
            questions={questions}
            choose={choose}
            onChoose={(key, option) => setChoose((before) => ({ ...before, [key]: option }))}
          />
        ) : null}
      </div>
    </Modal>
  );
}

/** The files were changed too: the plan is where that is decided. */
function isConflict(error: unknown): boolean {
  return error instanceof ApiError && (error.code === "plan_conflicts" || error.code === "files_changed");
}

function Shown({
  view,
  questions,
  choose,
  onChoose,
}: {
  view: SaveView;
  questions: readonly SaveQuestion[];
  choose: Readonly<Record<string, string>>;
  onChoose: (key: string, option: string) => void;
}) {
  return (
    <>
      {view.changes.length === 0 && questions.length === 0 && view.refused.length === 0 ? (
        <p className="text-ink-muted">There is nothing to save: the files say what the canvas shows.</p>
      ) : null}
      {questions.map((question) => (
        <Question
          key={questionKey(question)}
          question={question}
          value={choose[questionKey(question)]}
          onChoose={(option) => onChoose(questionKey(question), option)}
        />
      ))}
      {view.refused.length > 0 ? (
        <section aria-label="Not saved">
          <h3 className="mb-1 font-medium">Stays on the canvas alone</h3>
          <ul className="space-y-1">
            {view.refused.map((one) => (
              <li key={questionKey(one)} className="flex items-start gap-2">
                <Glyph kind="degraded" className="mt-1" />
                <span className="min-w-0 wrap-anywhere">
                  {one.role}, {one.field}: <span className="text-ink-muted">{one.text}</span>
                </span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {view.changes.length > 0 ? (
        <section aria-label="Changes">
          <h3 className="mb-1 font-medium">{plural(view.changes.length, "change")}</h3>
          <ul className="divide-y divide-line border-y border-line" data-testid="save-changes">
            {view.changes.map((change) => (
              <li key={questionKey(change)} className="flex gap-3 py-1">
                <span className="w-[170px] shrink-0 truncate">{change.role}</span>
                <span className="w-[110px] shrink-0 truncate text-ink-muted">{change.field}</span>
                <span className="min-w-0 flex-1 wrap-anywhere">
                  <span className="text-ink-muted">{valueText(change.files)} →</span>{" "}
                  {valueText(change.canvas)}
                </span>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
      {view.files.map((file) => (
        <section key={file.path} aria-label={file.path} data-testid="save-file">
          <h3 className="mb-1 font-mono text-small">
            {file.path}
            {file.created ? <span className="font-sans text-ink-muted"> new</span> : null}
          </h3>
          <pre
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
            tabIndex={0}
            className="max-h-72 overflow-auto rounded-base border border-line bg-sunken p-2 font-mono text-small"
          >
            {diffLines(file.diff).map((line, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: equal lines have nothing else to tell them apart
              <span key={at} className={`block min-h-[17px] ${LINE[line.kind]}`}>
                {line.text}
              </span>
            ))}
          </pre>
        </section>
      ))}
      {view.warnings.length > 0 ? (
        <p className="flex items-start gap-2">
          <Glyph kind="degraded" className="mt-1" />
          The files would have {plural(view.warnings.length, "warning")} they do not have now.
        </p>
      ) : null}
    </>
  );
}

/** The sign in front of each line says it too. */
const LINE = {
  added: "text-running",
  removed: "text-failed",
  place: "text-ink-muted",
  same: "text-ink",
} as const;

const OPTIONS: Record<string, string> = { all: "For all of them", only_this: "Only for this role" };

function Question({
  question,
  value,
  onChoose,
}: {
  question: SaveQuestion;
  value: string | undefined;
  onChoose: (option: string) => void;
}) {
  const name = `save-${questionKey(question)}`;
  return (
    <fieldset className="rounded-base border border-accent p-3" data-testid="save-question">
      <legend className="px-1 font-medium">
        {question.role}: {question.field}
      </legend>
      <p className="text-ink-muted">
        {question.with.slice(0, 4).join(", ")}
        {question.with.length > 4 ? ` and ${question.with.length - 4} more` : ""}{" "}
        {question.with.length === 1 ? "shares" : "share"} this value ({question.file}, line {question.line}).
      </p>
      <div className="mt-1 flex flex-wrap gap-4">
        {question.options.map((option) => (
          <label key={option} className="flex items-center gap-1.5">
            <input
              type="radio"
              name={name}
              checked={value === option}
              onChange={() => onChoose(option)}
              className="accent-(--accent)"
            />
            {OPTIONS[option] ?? option}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
