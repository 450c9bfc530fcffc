/** Adds a role: one that runs here, from a template or from nothing, or one that runs elsewhere. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { createWorkspace, importTemplate, listWorkspaceTemplates } from "../api/calls";
import type { WorkspaceTemplate } from "../api/types";
import { focusCard } from "../canvas/view";
import {
  createBody,
  type NewRole,
  newRoleProblem,
  type RoleProblem,
  runtimesOffered,
  TIERS,
} from "../core/newRole";
import { Button, Check, Field, Problem } from "../parts/controls";
import { FolderField } from "../parts/FolderField";
import { Modal } from "../parts/Modal";
import { Select } from "../parts/Select";
import { useTask } from "../parts/useTask";
import { useReadOnly } from "../state/live";
import { readAll, useOrg } from "../state/org";
import { keys } from "../state/queries";
import { useStack } from "../state/stack";
import { closeDialog, openDialog, select, toast } from "../state/ui";

export function CreateDialog({ parent }: { parent?: string | null }) {
  const isReadOnly = useReadOnly();
  const client = useQueryClient();
  const [role, setRole] = useState<NewRole>(() => ({
    name: "",
    role: "",
    parent: parent ?? null,
    template: "",
    runtime: "",
    model: "",
    tier: 2,
    budget: "",
    isElsewhere: false,
  }));
  const { isBusy, problem, setProblem, run } = useTask();
  const templates = useQuery({ queryKey: keys.roleTemplates, queryFn: listWorkspaceTemplates, staleTime: 0 });
  const [wrong, setWrong] = useState<RoleProblem | null>(null);
  const set = (change: Partial<NewRole>) => {
    setRole((before) => ({ ...before, ...change }));
    setWrong(null);
  };
  const errorOf = (field: RoleProblem["field"]) => (wrong?.field === field ? wrong.text : undefined);
  const chosen = templates.data?.find(({ id }) => id === role.template);

  const make = () => {
    const why = newRoleProblem(role);
    setProblem("");
    setWrong(why);
    if (why !== null) {
      // The field is marked first, then it has the focus.
      requestAnimationFrame(() => document.querySelector<HTMLElement>("#create [aria-invalid]")?.focus());
      return;
    }
    void run(async () => {
      const made = await createWorkspace(createBody(role));
      const name = role.name.trim();
      // Its card comes with the event; reading makes sure of it before it is looked at.
      await readAll().catch(() => undefined);
      select(made.id, "details");
      focusCard(made.id);
      toast("success", `${name} is added.`);
      if (made.connection) openDialog({ kind: "connect", name, connection: made.connection });
      else closeDialog();
    });
  };

  return (
    <Modal
      title="New role"
      width={520}
      onClose={closeDialog}
      footer={
        <>
          <Button onClick={closeDialog}>Cancel</Button>
          <Button look="primary" type="submit" form="create" disabled={isReadOnly || isBusy}>
            {isBusy ? "Creating" : "Create"}
          </Button>
        </>
      }
    >
      <form
        id="create"
        className="space-y-3"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          make();
        }}
      >
        {problem ? <Problem title="It was not created" text={problem} /> : null}
        <Field
          autoFocus
          label="Name"
          required
          maxLength={255}
          error={errorOf("name")}
          value={role.name}
          onChange={(event) => set({ name: event.target.value })}
        />
        <Field
          label="Role"
          placeholder="What it is for"
          error={errorOf("role")}
          value={role.role}
          onChange={(event) => set({ role: event.target.value })}
        />
        <Parent value={role.parent} onChange={(id) => set({ parent: id })} />
        <Check
          checked={role.isElsewhere}
          onChange={(isElsewhere) => set({ isElsewhere })}
          note="You run the agent; it gets a key and connects to this platform."
        >
          The agent runs elsewhere
        </Check>
        {role.isElsewhere ? null : (
          <>
            <Templates
              templates={templates.data ?? []}
              value={role.template}
              onChange={(template) => {
                // One that was made this moment is in the list before this dialog is drawn with it.
                const all = client.getQueryData<WorkspaceTemplate[]>(keys.roleTemplates);
                const next = all?.find(({ id }) => id === template);
                set({ template, ...(next && next.tier > 0 ? { tier: Math.min(next.tier, 4) } : {}) });
              }}
            />
            <div className="grid grid-cols-2 gap-3">
              <Runtime
                value={role.runtime}
                placeholder={chosen?.runtime || "langgraph"}
                onChange={(runtime) => set({ runtime })}
              />
              <Field
                label="Model"
                placeholder={chosen?.model || "the runtime's own"}
                value={role.model}
                onChange={(event) => set({ model: event.target.value })}
              />
            </div>
          </>
        )}
        <Tier value={role.tier} onChange={(tier) => set({ tier })} />
        <Field
          label="Budget limit (USD a month)"
          inputMode="decimal"
          placeholder="no limit"
          error={errorOf("budget")}
          className="w-[240px]"
          value={role.budget}
          onChange={(event) => set({ budget: event.target.value })}
        />
      </form>
    </Modal>
  );
}

function Parent({ value, onChange }: { value: string | null; onChange: (id: string | null) => void }) {
  const tree = useOrg((state) => state.tree);
  const rows = useOrg((state) => state.rows);
  return (
    <Select label="Reports to" value={value ?? ""} onChange={(id) => onChange(id || null)}>
      <option value="">None (root level)</option>
      {tree.order.map((id) => (
        <option key={id} value={id}>
          {"\u2003".repeat(tree.depth.get(id) ?? 0)}
          {rows.get(id)?.name}
        </option>
      ))}
    </Select>
  );
}

function Templates({
  templates,
  value,
  onChange,
}: {
  templates: readonly WorkspaceTemplate[];
  value: string;
  onChange: (id: string) => void;
}) {
  const chosen = templates.find(({ id }) => id === value);
  const needs = chosen?.required_env ?? [];
  return (
    <div>
      {templates.length > 0 ? (
        <Select label="Template" value={value} onChange={onChange}>
          <option value="">None: begin with nothing</option>
          {templates.map((template) => (
            <option key={template.id} value={template.id}>
              {template.name || template.id}
            </option>
          ))}
        </Select>
      ) : null}
      {chosen ? (
        <p className="mt-1 text-small text-ink-muted" data-testid="template-note">
          {chosen.description}
          {chosen.skills.length > 0 ? ` Skills: ${chosen.skills.join(", ")}.` : ""}
          {needs.length > 0 ? ` Needs ${needs.join(", ")}; set them under Secrets.` : ""}
        </p>
      ) : null}
      <NewTemplate onMade={onChange} />
    </div>
  );
}

/** Makes a template of a folder of this computer, and chooses it. */
function NewTemplate({ onMade }: { onMade: (id: string) => void }) {
  const isReadOnly = useReadOnly();
  const client = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const [path, setPath] = useState("");
  const { isBusy, problem, run } = useTask();
  const make = () =>
    run(async () => {
      const made = await importTemplate({ path: path.trim() });
      await client.invalidateQueries({ queryKey: keys.roleTemplates });
      const left = made.left_out ?? [];
      toast(
        "success",
        `The template ${made.id} is there.${left.length > 0 ? ` Left out: ${left.join("; ")}.` : ""}`,
      );
      setOpen(false);
      setPath("");
      onMade(made.id);
    });
  if (!isOpen)
    return (
      <Button look="quiet" className="mt-1 -ml-2.5" disabled={isReadOnly} onClick={() => setOpen(true)}>
        Make a template of a folder…
      </Button>
    );
  return (
    <div className="mt-2 space-y-2 rounded-base border border-line p-3" data-testid="new-template">
      {problem ? <Problem title="No template was made" text={problem} /> : null}
      <FolderField
        label="Folder of the template"
        hint="With a config.yaml, prompts and skills; keys in it are left out."
        value={path}
        disabled={isReadOnly}
        onChange={setPath}
      />
      <div className="flex gap-2">
        <Button disabled={isReadOnly || isBusy || path.trim() === ""} onClick={() => void make()}>
          {isBusy ? "Reading" : "Make the template"}
        </Button>
        <Button look="quiet" onClick={() => setOpen(false)}>
          Not now
        </Button>
      </div>
    </div>
  );
}

function Runtime({
  value,
  placeholder,
  onChange,
}: {
  value: string;
  placeholder: string;
  onChange: (runtime: string) => void;
}) {
  const list = useId();
  const rows = useOrg((state) => state.rows);
  const named = useStack((state) => state.stack?.runtimes) ?? [];
  const known = runtimesOffered(
    [...rows.values()].map((row) => row.runtime),
    named,
  );
  return (
    <>
      <Field
        label="Runtime"
        list={list}
        placeholder={placeholder}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={list}>
        {known.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}

function Tier({ value, onChange }: { value: number; onChange: (tier: number) => void }) {
  const name = useId();
  return (
    <fieldset>
      <legend className="mb-1 text-small text-ink-muted">Tier</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1.5">
        {TIERS.map(([tier, word]) => (
          <label key={tier} className="flex items-center gap-1.5">
            <input
              type="radio"
              name={name}
              checked={value === tier}
              onChange={() => onChange(tier)}
              className="accent-(--accent)"
            />
            T{tier} {word}
          </label>
        ))}
      </div>
      {value > 2 ? (
        <p className="mt-1 text-small text-ink-muted">
          It may then reach more of this computer. It runs hardened at tier 2 where more was not granted.
        </p>
      ) : null}
    </fieldset>
  );
}
