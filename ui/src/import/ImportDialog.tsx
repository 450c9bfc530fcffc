/** Opening an org: choose a folder, read the plan, decide, apply, watch it come up. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { X } from "lucide-react";
import { type FormEvent, useCallback, useEffect, useState } from "react";
import {
  applyImport,
  forgetFolder,
  listFolders,
  listTemplates,
  planImport,
  registerFolder,
} from "../api/calls";
import { ApiError, sentence } from "../api/client";
import type { ErrorBody, OrgTemplate, Plan } from "../api/types";
import { fitAll } from "../canvas/view";
import { plural } from "../core/format";
import {
  blockers,
  type Choices,
  changes,
  changesConsent,
  choicesOf,
  NO_CHOICES,
  place,
  requestOf,
} from "../core/plan";
import { progressOf } from "../core/progress";
import { Button, IconButton, SkeletonRows } from "../parts/controls";
import { FolderField } from "../parts/FolderField";
import { Modal } from "../parts/Modal";
import { importClosed, importStarted, isUnderWay, useImports } from "../state/imports";
import { readAll, useOrg } from "../state/org";
import { planIsDone } from "../state/plans";
import { keys } from "../state/queries";
import { closeDialog, goTo, toast } from "../state/ui";
import { PlanView } from "./PlanView";
import { Progress } from "./Progress";

interface Source {
  dir: string;
  label: string;
}

type Step =
  | { at: "choose" }
  | { at: "planning" }
  | { at: "plan"; plan: Plan }
  | { at: "applying"; plan: Plan };

export function ImportDialog({ dir, path }: { dir?: string; path?: string }) {
  const client = useQueryClient();
  const running = useImports((state) => state.current);
  const isStarting = useOrg(
    (state) => running !== null && progressOf(state.rows, running.workspaces).starting > 0,
  );
  const [showsProgress, setShowsProgress] = useState(isUnderWay() && dir === undefined && path === undefined);
  // Kept here, because the field goes away while a plan is made: who put a file right asks for the same folder again.
  const [typed, setTyped] = useState(path ?? "");
  const [source, setSource] = useState<Source | null>(null);
  const [step, setStep] = useState<Step>({ at: "choose" });
  const [choices, setChoices] = useState<Choices>(NO_CHOICES);
  const [problem, setProblem] = useState<ErrorBody | null>(null);

  const fail = useCallback((error: unknown) => {
    if (error instanceof ApiError) setProblem(error.body);
    else setProblem({ error: String(error), code: "unknown" });
  }, []);

  const plan = useCallback(
    async (from: Source) => {
      setSource(from);
      setProblem(null);
      setStep({ at: "planning" });
      try {
        const made = await planImport(requestOf(from.dir, NO_CHOICES, true));
        setChoices(choicesOf(made));
        if (changes(made, NO_CHOICES) === 0 && made.conflicts.length === 0) planIsDone(from.dir);
        setStep({ at: "plan", plan: made });
      } catch (error) {
        fail(error);
        setStep({ at: "choose" });
      }
    },
    [fail],
  );

  useEffect(() => {
    if (dir !== undefined) void plan({ dir, label: dir });
  }, [dir, plan]);

  const openFolder = async (folder: string) => {
    setProblem(null);
    setStep({ at: "planning" });
    try {
      const known = await registerFolder(folder);
      void client.invalidateQueries({ queryKey: keys.templates });
      void client.invalidateQueries({ queryKey: keys.folders });
      await plan({ dir: known.dir, label: known.name || folder });
    } catch (error) {
      fail(error);
      setStep({ at: "choose" });
    }
  };

  const apply = async (made: Plan) => {
    if (!source) return;
    setProblem(null);
    setStep({ at: "applying", plan: made });
    try {
      const result = await applyImport(requestOf(source.dir, choices, false));
      if (result.error) {
        setProblem({ error: `${result.error} (${plural(result.count, "role")} made)`, code: "partial" });
        setStep({ at: "plan", plan: made });
        return;
      }
      importStarted(result.org || made.org, result.workspaces ?? []);
      setShowsProgress(true);
      goTo("org");
      await readAll().catch(() => undefined);
      // Two frames on, the new cards are drawn and the view knows them.
      requestAnimationFrame(() => requestAnimationFrame(() => fitAll()));
      toast("success", `Imported "${result.org || made.org}" (${plural(result.count, "role")})`);
      void client.invalidateQueries({ queryKey: keys.templates });
      void client.invalidateQueries({ queryKey: keys.folders });
    } catch (error) {
      fail(error);
      setStep({ at: "plan", plan: made });
    }
  };

  if (showsProgress && running) {
    return (
      <Modal
        title={isStarting ? `Starting ${running.name}` : running.name}
        onClose={closeDialog}
        width={620}
        footer={
          <>
            <Button
              look="quiet"
              onClick={() => {
                importClosed();
                setShowsProgress(false);
                setStep({ at: "choose" });
              }}
            >
              Open another org
            </Button>
            <Button look="primary" onClick={closeDialog}>
              Go to the canvas
            </Button>
          </>
        }
      >
        <Progress />
      </Modal>
    );
  }

  if (step.at === "plan" || step.at === "applying") {
    const blocked = blockers(step.plan, choices);
    const count = changes(step.plan, choices);
    return (
      <Modal
        title={`Plan for ${step.plan.org || source?.label || "the org"}`}
        onClose={closeDialog}
        width={780}
        footer={
          <>
            <span className="flex-1 self-center text-ink-muted">{blocked[0] ?? ""}</span>
            <Button onClick={() => setStep({ at: "choose" })} disabled={step.at === "applying"}>
              Back
            </Button>
            <Button
              look="primary"
              disabled={blocked.length > 0 || step.at === "applying"}
              onClick={() => void apply(step.plan)}
              data-testid="import-apply"
            >
              {step.at === "applying" ? "Applying" : applyLabel(count, changesConsent(step.plan, choices))}
            </Button>
          </>
        }
      >
        {problem ? <Refusal body={problem} /> : null}
        <PlanView dir={source?.dir} plan={step.plan} choices={choices} onChange={setChoices} />
      </Modal>
    );
  }

  return (
    <Modal title="Open an org" onClose={closeDialog} width={620}>
      {problem ? <Refusal body={problem} /> : null}
      {step.at === "planning" ? (
        <div role="status" aria-label="Reading the folder">
          <p className="text-ink-muted">
            Reading {source?.label ?? "the folder"} and comparing it with what is here.
          </p>
          <SkeletonRows rows={5} />
        </div>
      ) : (
        <Choose
          path={typed}
          onPath={setTyped}
          onFolder={(folder) => void openFolder(folder)}
          onTemplate={(entry) => void plan({ dir: entry.dir, label: entry.name })}
        />
      )}
    </Modal>
  );
}

function Choose({
  path,
  onPath,
  onFolder,
  onTemplate,
}: {
  path: string;
  onPath: (path: string) => void;
  onFolder: (path: string) => void;
  onTemplate: (entry: OrgTemplate) => void;
}) {
  const client = useQueryClient();
  const { data, isPending } = useQuery({ queryKey: keys.templates, queryFn: listTemplates });
  const { data: folders } = useQuery({ queryKey: keys.folders, queryFn: listFolders });
  // Only what no role lives from can be forgotten here; an org with roles is removed with them, from its own card.
  const idle = new Set(folders?.filter((folder) => folder.workspaces === 0).map((folder) => folder.dir));
  const forget = (entry: OrgTemplate) => {
    const name = entry.name || entry.dir;
    forgetFolder(entry.dir)
      .then(
        () => toast("success", `${name} is off the list. Its folder is as it was.`),
        (error: unknown) => toast("error", `${name} stays on the list: ${sentence(error)}`),
      )
      .finally(() => {
        void client.invalidateQueries({ queryKey: keys.templates });
        void client.invalidateQueries({ queryKey: keys.folders });
      });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (path.trim() !== "") onFolder(path.trim());
  };
  return (
    <>
      <form className="flex items-end gap-2" onSubmit={submit}>
        <FolderField label="Org folder" value={path} onChange={onPath} placeholder="~/orgs/my-org" />
        <Button
          type="submit"
          look="primary"
          className="h-8"
          disabled={path.trim() === ""}
          data-testid="import-read"
        >
          Show plan
        </Button>
      </form>
      <p className="mt-1 text-small text-ink-muted">
        A folder with an org.yaml. Nothing happens before you have seen the plan.
      </p>
      <section aria-label="Known orgs" className="mt-5" data-testid="org-templates-section">
        <h3 className="mb-1 font-medium">Known orgs</h3>
        {isPending ? <SkeletonRows rows={2} /> : null}
        {data?.length === 0 ? <p className="text-ink-muted">None yet.</p> : null}
        {data && data.length > 0 ? (
          <ul className="max-h-[300px] divide-y divide-line overflow-y-auto border-y border-line">
            {data.map((entry) => (
              <li key={entry.dir} className="flex items-center gap-3 py-2">
                <div className="min-w-0 flex-1">
                  <p className="truncate">{entry.name || entry.dir}</p>
                  <p className={`line-clamp-2 text-small ${entry.error ? "text-failed" : "text-ink-muted"}`}>
                    {entry.error
                      ? `${entry.error.error} ${place(entry.error.file, entry.error.line)}`
                      : entry.description}
                  </p>
                </div>
                <span className="text-small whitespace-nowrap text-ink-muted">
                  {plural(entry.workspaces, "role")}
                </span>
                <Button
                  aria-label={`Show plan of ${entry.name || entry.dir}`}
                  onClick={() => onTemplate(entry)}
                >
                  Show plan
                </Button>
                {idle.has(entry.dir) ? (
                  <IconButton
                    label={`Take ${entry.name || entry.dir} off the list`}
                    onClick={() => forget(entry)}
                  >
                    <X size={14} aria-hidden="true" />
                  </IconButton>
                ) : null}
              </li>
            ))}
          </ul>
        ) : null}
      </section>
    </>
  );
}

/** Why a folder cannot be imported: every place with its line, so that it can be put right in an editor. */
function Refusal({ body }: { body: ErrorBody }) {
  const all = body.errors && body.errors.length > 0 ? body.errors : [body];
  const missing = Array.isArray(body.missing_env) ? body.missing_env : [];
  return (
    <div
      role="alert"
      className="mb-4 rounded-base border border-failed bg-failed-soft p-3"
      data-testid="import-error"
    >
      <p className="font-medium text-failed">
        {all.length > 1 ? `${all.length} places have to be put right` : "This cannot be imported yet"}
      </p>
      <ul className="mt-1 max-h-56 space-y-1 overflow-y-auto">
        {all.map((entry) => (
          <li key={`${entry.file}:${entry.line}:${entry.column}:${textOf(entry)}`}>
            {entry.file ? (
              <span className="mr-2 font-mono text-small">
                {place(entry.file, entry.line)}
                {entry.column ? `:${entry.column}` : ""}
              </span>
            ) : null}
            <span className="wrap-anywhere whitespace-pre-wrap">{textOf(entry)}</span>
            {typeof entry.hint === "string" && entry.hint !== "" ? (
              <span className="block text-ink-muted">{entry.hint}</span>
            ) : null}
          </li>
        ))}
      </ul>
      {missing.length > 0 ? (
        <p className="mt-2">
          Missing: <span className="font-mono text-small">{missing.map(needText).join(", ")}</span>. Set them
          in{" "}
          <button
            type="button"
            className="text-accent underline underline-offset-2"
            onClick={() => {
              closeDialog();
              goTo("secrets");
            }}
          >
            Secrets
          </button>
          , then open the org again.
        </p>
      ) : null}
    </div>
  );
}

/** A place in a file says `message`; an answer as a whole says `error`. */
function textOf(entry: ErrorBody): string {
  return typeof entry.message === "string" ? entry.message : entry.error;
}

function needText(need: unknown): string {
  if (typeof need === "string") return need;
  const any = (need as { any_of?: unknown } | null)?.any_of;
  return Array.isArray(any) ? any.join(" or ") : JSON.stringify(need);
}

function applyLabel(count: number, hasChoices: boolean): string {
  if (count > 0) return `Apply ${plural(count, "change")} and start`;
  return hasChoices ? "Apply choices" : "Apply without changes";
}
