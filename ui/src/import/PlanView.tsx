/** What would happen, why, and what has to be decided first. */

import { ChevronRight } from "lucide-react";
import { useState } from "react";
import type { CostSource, Plan, PlanConflict, PlanStep } from "../api/types";
import { count, plural } from "../core/format";
import {
  type Action,
  type Choices,
  callsPerDay,
  conflictKey,
  FREE_TIER,
  groupPlan,
  groupWarnings,
  isChange,
  type PlanGroup,
  place,
  promptKind,
  toggled,
  valueText,
  WARNINGS_AT_ONCE,
  type WarningGroup,
  withPrompts,
} from "../core/plan";
import { Button, Check } from "../parts/controls";
import { Glyph } from "../parts/Glyph";
import { openDialog } from "../state/ui";

interface Props {
  /** Name of the org's folder. */
  dir?: string;
  plan: Plan;
  choices: Choices;
  onChange: (choices: Choices) => void;
}

export function PlanView({ dir, plan, choices, onChange }: Props) {
  const groups = groupPlan(plan);
  const warnings = groupWarnings(plan);
  return (
    <div className="space-y-5" data-testid="plan">
      <Summary groups={groups} />
      {/* What changes comes first, then what needs a word, and last what is good to know. */}
      {groups.filter(isChange).map((group) => (
        <Group key={group.action} group={group} choices={choices} onChange={onChange} />
      ))}
      {plan.conflicts.length > 0 ? <Conflicts plan={plan} choices={choices} onChange={onChange} /> : null}
      <Asks plan={plan} choices={choices} onChange={onChange} />
      <Granted plan={plan} choices={choices} onChange={onChange} />
      <Cost plan={plan} choices={choices} onChange={onChange} />
      {plan.unsaved?.length > 0 ? (
        <Part
          title={`${plural(plan.unsaved.length, "value")} changed on the canvas only: kept, not saved to the files`}
        >
          <ul className="space-y-0.5 text-ink-muted">
            {plan.unsaved.slice(0, 40).map((value) => (
              <li key={conflictKey(value)}>
                {value.key} · {value.field}: {valueText(value.canvas)}
              </li>
            ))}
          </ul>
          <Button className="mt-2" onClick={() => openDialog({ kind: "save", dir })}>
            Save to files…
          </Button>
        </Part>
      ) : null}
      {groups
        .filter((group) => !isChange(group))
        .map((group) => (
          <Group key={group.action} group={group} choices={choices} onChange={onChange} />
        ))}
      <Warnings warnings={warnings} />
    </div>
  );
}

function Warnings({ warnings }: { warnings: readonly WarningGroup[] }) {
  if (warnings.length === 0) return null;
  const title = plural(warnings.length, "thing to know", "things to know");
  const list = (
    <ul className="space-y-1">
      {warnings.map((warning) => (
        <Warning key={warning.text} warning={warning} />
      ))}
    </ul>
  );
  if (warnings.length <= WARNINGS_AT_ONCE) return <Part title={title}>{list}</Part>;
  return (
    <section aria-label={title}>
      <details>
        <summary className="mb-1.5 font-medium">{title}</summary>
        {list}
      </details>
    </section>
  );
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-1.5 font-medium">{title}</h3>
      {children}
    </section>
  );
}

function Warning({ warning }: { warning: WarningGroup }) {
  const [first, ...rest] = warning.places;
  return (
    <li className="flex gap-2">
      <Glyph kind="degraded" className="mt-1" />
      <div className="min-w-0 flex-1 wrap-anywhere">
        {warning.names ? <b className="font-medium">{warning.names.length} times: </b> : null}
        {warning.text}{" "}
        {warning.names ? <span className="text-ink-muted">({warning.names.join(", ")}) </span> : null}
        {first ? <span className="font-mono text-[11px] text-ink-muted">{first}</span> : null}
        {rest.length > 0 ? (
          <details className="inline-block w-full">
            <summary className="text-small text-ink-muted">and {plural(rest.length, "more place")}</summary>
            <p className="max-h-32 overflow-y-auto font-mono text-[11px] leading-4 text-ink-muted">
              {rest.join(", ")}
            </p>
          </details>
        ) : null}
      </div>
    </li>
  );
}

function Where({ file, line }: { file?: string | null; line?: number | null }) {
  const text = place(file, line);
  return text === "" ? null : (
    <span className="font-mono text-[11px] whitespace-nowrap text-ink-muted">{text}</span>
  );
}

const SIGNS: Record<Action, string> = {
  create: "+",
  update: "~",
  move: "→",
  remove: "−",
  keep: "=",
  gone: "×",
};

function Summary({ groups }: { groups: PlanGroup[] }) {
  if (groups.length === 0) return <p className="text-ink-muted">The folder describes no roles.</p>;
  return (
    <ul
      className="flex flex-wrap gap-x-5 gap-y-1 rounded-base border border-line bg-sunken px-3 py-2"
      data-testid="plan-summary"
    >
      {groups.map((group) => (
        <li key={group.action}>
          <span aria-hidden="true" className="mr-1.5 font-mono text-ink-muted">
            {SIGNS[group.action]}
          </span>
          {group.title}
        </li>
      ))}
    </ul>
  );
}

function Conflicts({ plan, choices, onChange }: Props) {
  const set = (conflict: PlanConflict, side: "files" | "canvas") =>
    onChange({ ...choices, resolve: { ...choices.resolve, [conflictKey(conflict)]: side } });
  return (
    <Part
      title={`${plural(plan.conflicts.length, "value")} changed in the files and on the canvas. Which one holds?`}
    >
      <ul className="divide-y divide-line border-y border-line">
        {plan.conflicts.map((conflict) => {
          const key = conflictKey(conflict);
          return (
            <li key={key} className="py-2">
              <p>
                {conflict.key} · {conflict.field} <Where file={conflict.file} line={conflict.line} />
              </p>
              <div
                role="radiogroup"
                aria-label={`${conflict.key} ${conflict.field}`}
                className="mt-1 grid grid-cols-2 gap-2"
              >
                {(["files", "canvas"] as const).map((side) => (
                  <label
                    key={side}
                    className="flex items-start gap-2 rounded-base border border-line px-2.5 py-1.5 has-checked:border-accent"
                  >
                    <input
                      type="radio"
                      name={key}
                      className="mt-1 accent-(--accent)"
                      checked={choices.resolve[key] === side}
                      onChange={() => set(conflict, side)}
                    />
                    <span className="min-w-0">
                      <span className="block text-small text-ink-muted">
                        {side === "files" ? "In the files" : "On the canvas"}
                      </span>
                      <span className="line-clamp-3 wrap-anywhere">{valueText(conflict[side])}</span>
                    </span>
                  </label>
                ))}
              </div>
            </li>
          );
        })}
      </ul>
    </Part>
  );
}

function Asks({ plan, choices, onChange }: Props) {
  const asks = plan.asks.filter((ask) => ask.code !== "prompts");
  if (asks.length === 0) return null;
  return (
    <Part title="Asks for your permission">
      <div className="space-y-2">
        {asks.map((ask) =>
          ask.code === "privileged" ? (
            <Check
              key={ask.code}
              checked={choices.grant}
              onChange={(grant) => onChange({ ...choices, grant })}
              note="Without it they run hardened at tier 2, and say so on their cards. You can grant it later."
            >
              Grant more than tier 2 ({ask.text})
            </Check>
          ) : ask.code === "workspace_dir" && ask.subjects?.length ? (
            ask.subjects.map((folder) => (
              <Check
                key={folder}
                checked={choices.allow.includes(folder)}
                onChange={(on) => onChange({ ...choices, allow: toggled(choices.allow, folder, on) })}
                note="Whatever the agents do in it is done to the folder on this computer."
              >
                Let its roles use <span className="font-mono text-small wrap-anywhere">{folder}</span>
              </Check>
            ))
          ) : (
            <p key={`${ask.code}${ask.text}`} className="flex gap-2">
              <Glyph kind="waiting" className="mt-1" />
              <span className="wrap-anywhere">{ask.text}</span>
            </p>
          ),
        )}
      </div>
    </Part>
  );
}

/** What was allowed at earlier imports; unticking takes it back. */
function Granted({ plan, choices, onChange }: Props) {
  const { tier = FREE_TIER, folders = [] } = plan.granted ?? {};
  if (tier <= FREE_TIER && folders.length === 0) return null;
  return (
    <Part title="Allowed before">
      <div className="space-y-2" data-testid="plan-granted">
        {tier > FREE_TIER ? (
          <Check
            checked={!choices.revokesTier}
            onChange={(on) => onChange({ ...choices, revokesTier: !on })}
            note={
              choices.revokesTier
                ? "Applying takes it back: roles that run with more are restarted at tier 2."
                : `Its roles may run with up to tier ${tier}.`
            }
          >
            Tier {tier}
          </Check>
        ) : null}
        {folders.map((folder) => {
          const isRevoked = choices.revoke.includes(folder);
          return (
            <Check
              key={folder}
              checked={!isRevoked}
              onChange={(on) => onChange({ ...choices, revoke: toggled(choices.revoke, folder, !on) })}
              note={
                isRevoked
                  ? "Applying takes it back. Roles whose files still ask for it cannot be imported then."
                  : "Its roles may use this folder of the computer."
              }
            >
              <span className="font-mono text-small wrap-anywhere">{folder}</span>
            </Check>
          );
        })}
      </div>
    </Part>
  );
}

function calls(amount: number): string {
  return `${count(amount)} ${amount === 1 ? "call" : "calls"}`;
}

/** Whom a source of calls concerns, what it costs, and what a changed box would do. */
function sourceNote(source: CostSource, on: boolean): string {
  const cost = [
    source.at_start > 0 ? `${calls(source.at_start)} at start` : "",
    source.per_day > 0 ? `about ${calls(source.per_day)} a day` : "",
  ].filter(Boolean);
  const roles = source.roles === 0 ? "No role has any now" : plural(source.roles, "role");
  const text = source.roles === 0 ? roles : `${roles}: ${cost.join(", ") || "no model calls"}`;
  if (!source.on) return text;
  return on ? `${text}. Allowed before.` : `${text}. Allowed before; applying takes it back.`;
}

const PROMPTS = {
  initial: "Initial prompts, once at the first start",
  idle: "Idle prompts, while there is nothing to do",
  schedules: "Schedules",
} as const;

function Cost({ plan, choices, onChange }: Props) {
  const sources = plan.cost.sources.flatMap((source) => {
    const kind = promptKind(source.source);
    return kind === null ? [] : [{ ...source, kind }];
  });
  if (sources.length === 0) return null;
  const now = callsPerDay(plan, choices);
  return (
    <Part title="Model calls it would make by itself">
      <div className="space-y-2" data-testid="plan-cost">
        {sources.map((source) => (
          <Check
            key={source.source}
            checked={choices[source.kind]}
            onChange={(on) => onChange(withPrompts(choices, source.kind, on))}
            note={sourceNote(source, choices[source.kind])}
          >
            {PROMPTS[source.kind]}
          </Check>
        ))}
      </div>
      <p className="mt-2">
        As ticked: <b className="font-semibold">{count(now.atStart)}</b>{" "}
        {now.atStart === 1 ? "call" : "calls"} at start, <b className="font-semibold">{count(now.perDay)}</b>{" "}
        a day.{" "}
        <span className="text-ink-muted">
          {now.atStart + now.perDay === 0
            ? "Agents answer only when you or another agent writes to them."
            : ""}
        </span>
      </p>
    </Part>
  );
}

const SHOWN_AT_FIRST = 8;

function Group({ group, choices, onChange }: { group: PlanGroup } & Pick<Props, "choices" | "onChange">) {
  const [isOpen, setIsOpen] = useState(group.action !== "keep" && group.action !== "gone");
  const [showsAll, setShowsAll] = useState(false);
  const steps = showsAll ? group.steps : group.steps.slice(0, SHOWN_AT_FIRST);
  return (
    <section aria-label={group.title} data-testid={`plan-${group.action}`}>
      <h3>
        <button
          type="button"
          aria-expanded={isOpen}
          className="flex items-center gap-1 font-medium"
          onClick={() => setIsOpen(!isOpen)}
        >
          <ChevronRight
            size={13}
            aria-hidden="true"
            className={`text-ink-muted transition-transform duration-150 ${isOpen ? "rotate-90" : ""}`}
          />
          {group.title}
        </button>
      </h3>
      {group.action === "remove" ? (
        <div className="mt-1.5 ml-4">
          <Check
            checked={choices.prune}
            onChange={(prune) => onChange({ ...choices, prune })}
            note="Unticked they stay and keep running."
          >
            Remove {group.steps.length === 1 ? "it" : "them"}
          </Check>
        </div>
      ) : null}
      {isOpen ? (
        <ul className="mt-1.5 ml-4 divide-y divide-line border-y border-line">
          {steps.map((step) => (
            <StepRow key={step.key} step={step} />
          ))}
        </ul>
      ) : null}
      {isOpen && group.steps.length > SHOWN_AT_FIRST ? (
        <button
          type="button"
          className="mt-1 ml-4 text-accent hover:underline"
          onClick={() => setShowsAll(!showsAll)}
        >
          {showsAll ? "Show fewer" : `Show all ${group.steps.length}`}
        </button>
      ) : null}
    </section>
  );
}

function StepRow({ step }: { step: PlanStep }) {
  return (
    <li className="py-1.5">
      <p className="flex items-baseline gap-2">
        <span className="min-w-0 flex-1 truncate">
          {step.name} {step.reason ? <span className="text-ink-muted">· {step.reason}</span> : null}
        </span>
        <Where file={step.file} line={step.line} />
      </p>
      {step.fields.length > 0 && step.action !== "create" ? (
        <ul className="mt-0.5 text-small text-ink-muted">
          {step.fields.map((field) => (
            <li key={field.name} className="line-clamp-2 wrap-anywhere">
              {field.name}: {valueText(field.from)} → <span className="text-ink">{valueText(field.to)}</span>
            </li>
          ))}
        </ul>
      ) : null}
    </li>
  );
}
