/** What a role does by the clock: seen, added, changed, switched on and off, taken away. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  addSchedule,
  changeSchedule,
  listSchedules,
  removeSchedule,
  runSchedule,
  scheduleHistory,
} from "../api/calls";
import { sentence } from "../api/client";
import type { Schedule } from "../api/types";
import { cronWords } from "../core/cron";
import {
  lastRun,
  newSchedule,
  nextRun,
  runText,
  type ScheduleDraft,
  scheduleChange,
  scheduleDraft,
  scheduleProblem,
} from "../core/schedule";
import { Area } from "../parts/Area";
import { Ask } from "../parts/Ask";
import { Button, Check, Field, Problem } from "../parts/controls";
import { Glyph } from "../parts/Glyph";
import { useTask } from "../parts/useTask";
import { useReadOnly } from "../state/live";
import { keys } from "../state/queries";
import { toast } from "../state/ui";

export function RoleSchedules({ id }: { id: string }) {
  const isReadOnly = useReadOnly();
  const client = useQueryClient();
  const schedules = useQuery({
    queryKey: keys.schedules(id),
    queryFn: () => listSchedules(id),
    staleTime: 0,
  });
  const [isAdding, setAdding] = useState(false);
  if (!schedules.data) return null;
  const again = () => client.invalidateQueries({ queryKey: keys.schedules(id) });
  return (
    <section aria-label="Schedules">
      <h3 className="mb-1 font-medium">Schedules</h3>
      {schedules.data.length > 0 ? (
        <ul className="divide-y divide-line border-y border-line" data-testid="schedule-list">
          {schedules.data.map((schedule) => (
            <One key={schedule.id} id={id} schedule={schedule} again={again} />
          ))}
        </ul>
      ) : (
        <p className="text-ink-muted">It does nothing by the clock.</p>
      )}
      {isAdding ? (
        <Form
          title="New schedule"
          draft={newSchedule()}
          action="Add"
          onClose={() => setAdding(false)}
          onSave={async (draft) => {
            await addSchedule(id, { ...draft, enabled: true });
            await again();
          }}
        />
      ) : (
        <Button className="mt-2" disabled={isReadOnly} onClick={() => setAdding(true)}>
          Add a schedule
        </Button>
      )}
    </section>
  );
}

function One({ id, schedule, again }: { id: string; schedule: Schedule; again: () => Promise<unknown> }) {
  const isReadOnly = useReadOnly();
  const [isEditing, setEditing] = useState(false);
  const [isLeaving, setLeaving] = useState(false);
  const { isBusy, run } = useTask();
  const last = lastRun(schedule, Date.now());
  const next = nextRun(schedule);
  const told = (work: () => Promise<unknown>) =>
    run(async () => {
      try {
        await work();
      } catch (error) {
        toast("error", `${schedule.name}: ${sentence(error)}`);
      }
      await again();
    });
  return (
    <li className="py-1.5" data-schedule={schedule.name}>
      <div className="flex items-start gap-2">
        <Glyph kind={last.kind} className="mt-1" />
        <div className="min-w-0 flex-1">
          <p>
            {schedule.name} <When schedule={schedule} />
          </p>
          <p className="text-small wrap-anywhere text-ink-muted">
            {last.text}
            {next ? `; next ${next}` : ""}
          </p>
          <details className="text-small">
            <summary className="min-h-6 cursor-pointer py-[3px] text-ink-muted">What is sent</summary>
            <p className="whitespace-pre-wrap wrap-anywhere">{schedule.prompt}</p>
          </details>
          {schedule.run_count > 0 ? <Runs id={id} schedule={schedule} /> : null}
        </div>
        <Check
          checked={schedule.enabled}
          disabled={isReadOnly || isBusy}
          onChange={(enabled) => void told(() => changeSchedule(id, schedule.id, { enabled }))}
        >
          <span className="sr-only">This schedule is </span>on
        </Check>
      </div>
      {isEditing ? (
        <Form
          title={`Change ${schedule.name}`}
          draft={scheduleDraft(schedule)}
          action="Save"
          onClose={() => setEditing(false)}
          onSave={async (draft) => {
            const change = scheduleChange(schedule, draft);
            if (change) await changeSchedule(id, schedule.id, change);
            await again();
          }}
        />
      ) : (
        <div className="flex gap-1 pl-5">
          <Button
            look="quiet"
            aria-label={`Run now: ${schedule.name}`}
            disabled={isReadOnly || isBusy || schedule.current_run != null}
            onClick={() => void told(() => runSchedule(id, schedule.id))}
          >
            Run now
          </Button>
          <Button
            look="quiet"
            aria-label={`Change ${schedule.name}`}
            disabled={isReadOnly || isBusy}
            onClick={() => setEditing(true)}
          >
            Change
          </Button>
          <Button
            look="quiet"
            aria-label={`Remove ${schedule.name}`}
            disabled={isReadOnly || isBusy}
            onClick={() => setLeaving(true)}
          >
            Remove
          </Button>
        </div>
      )}
      {isLeaving ? (
        <Ask
          title={`Remove ${schedule.name}`}
          action="Remove"
          onYes={() => void told(() => removeSchedule(id, schedule.id))}
          onClose={() => setLeaving(false)}
        >
          <p>It is not run any more. The org's own files keep it until the change is saved to them.</p>
        </Ask>
      ) : null}
    </li>
  );
}

/** The five fields always, for those who know them; before them the same in words, where that is easy. */
function When({ schedule }: { schedule: Schedule }) {
  const words = cronWords(schedule.cron_expr);
  return (
    <span className="text-small text-ink-muted">
      {words ? `${words} ` : ""}
      <span className="font-mono whitespace-nowrap">{schedule.cron_expr}</span> {schedule.timezone}
    </span>
  );
}

/** What its last runs came to, read when somebody looks and again with every event about it. */
function Runs({ id, schedule }: { id: string; schedule: Schedule }) {
  const [isOpen, setOpen] = useState(false);
  const runs = useQuery({
    queryKey: keys.scheduleRuns(id, schedule.id),
    queryFn: () => scheduleHistory(id, schedule.id),
    staleTime: 0,
    enabled: isOpen,
  });
  const now = Date.now();
  return (
    <details className="text-small" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="cursor-pointer text-ink-muted">Last runs</summary>
      {runs.error ? <Problem title="They cannot be read" text={sentence(runs.error)} /> : null}
      <ul data-testid="schedule-runs">
        {(runs.data ?? []).map((run) => {
          const { kind, text } = runText(run, now);
          return (
            <li key={run.run_id} className="flex items-start gap-2 py-0.5">
              <Glyph kind={kind} size={10} className="mt-1" />
              <span className="min-w-0 wrap-anywhere" title={run.timestamp}>
                {text}
              </span>
            </li>
          );
        })}
      </ul>
    </details>
  );
}

interface FormProps {
  title: string;
  draft: ScheduleDraft;
  action: string;
  onSave: (draft: ScheduleDraft) => Promise<unknown>;
  onClose: () => void;
}

function Form({ title, draft: first, action, onSave, onClose }: FormProps) {
  const isReadOnly = useReadOnly();
  const [draft, setDraft] = useState(first);
  const { isBusy, problem, setProblem, run } = useTask();
  const set = (change: Partial<ScheduleDraft>) => setDraft((before) => ({ ...before, ...change }));
  const save = async () => {
    const why = scheduleProblem(draft);
    if (why !== null) {
      setProblem(why);
      return;
    }
    if (await run(() => onSave(draft))) onClose();
  };
  return (
    <form
      aria-label={title}
      className="mt-2 space-y-2 rounded-base border border-line p-3"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <div className="grid grid-cols-2 gap-2">
        <Field
          autoFocus
          label="Name"
          placeholder="found for it when left empty"
          maxLength={255}
          value={draft.name}
          onChange={(event) => set({ name: event.target.value })}
        />
        <Field
          label="Time zone"
          placeholder="UTC"
          value={draft.timezone}
          onChange={(event) => set({ timezone: event.target.value })}
        />
      </div>
      <Field
        label="When"
        placeholder="0 9 * * 1-5"
        hint={cronWords(draft.cron_expr) ?? "Minute, hour, day of month, month, day of week."}
        value={draft.cron_expr}
        onChange={(event) => set({ cron_expr: event.target.value })}
      />
      <Area
        label="What is sent"
        value={draft.prompt}
        onChange={(event) => set({ prompt: event.target.value })}
      />
      {problem ? <Problem title="It was not saved" text={problem} /> : null}
      <div className="flex gap-2">
        <Button look="primary" type="submit" disabled={isReadOnly || isBusy}>
          {isBusy ? "Saving" : action}
        </Button>
        <Button onClick={onClose}>Cancel</Button>
      </div>
    </form>
  );
}
