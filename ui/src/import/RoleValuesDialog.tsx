/** Prompts, plugins and routing of a role, which live in the org's files alone: edited here, shown as a diff, then saved. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { listFolders, listOrgRoles } from "../api/calls";
import type { OrgRole } from "../api/types";
import { type RoleValues, valueEdits, valuesOf, valuesProblem } from "../core/roleValues";
import { Area } from "../parts/Area";
import { Button, Check, Empty, Field, Problem } from "../parts/controls";
import { Modal } from "../parts/Modal";
import { Read } from "../parts/Read";
import { useReadOnly } from "../state/live";
import { keys } from "../state/queries";
import { closeDialog, openDialog } from "../state/ui";

export function RoleValuesDialog({ id, org }: { id: string; org: string }) {
  const folders = useQuery({ queryKey: keys.folders, queryFn: listFolders, staleTime: 0 });
  const dir = folders.data?.find((folder) => folder.org_id === org)?.dir;
  const roles = useQuery({
    queryKey: keys.orgRoles(dir ?? ""),
    queryFn: () => listOrgRoles(dir ?? ""),
    enabled: dir !== undefined,
    // Edited is only what was read now.
    staleTime: 0,
    gcTime: 0,
  });
  const role = roles.data?.find((one) => one.id === id);
  if (folders.isSuccess && dir === undefined)
    return <Nothing>Its org is not registered here any more.</Nothing>;
  if (roles.isSuccess && !role)
    return <Nothing>The org's files have no such role yet: save the canvas to the files first.</Nothing>;
  if (role?.origin)
    return (
      <Nothing>
        It comes from {role.origin.repo} at {role.origin.commit.slice(0, 12)}. Change it there; nothing of
        another repository is written here.
      </Nothing>
    );
  if (role && dir !== undefined) return <Form key={role.key} dir={dir} role={role} />;
  return (
    <Modal title="Prompts and plugins" width={640} onClose={closeDialog}>
      <Read query={roles} failed="The org's files could not be read" rows={5}>
        {() => null}
      </Read>
    </Modal>
  );
}

function Nothing({ children }: { children: React.ReactNode }) {
  return (
    <Modal title="Prompts and plugins" width={520} onClose={closeDialog}>
      <Empty title="Nothing to edit here">{children}</Empty>
    </Modal>
  );
}

function Form({ dir, role }: { dir: string; role: OrgRole }) {
  const isReadOnly = useReadOnly();
  const [values, setValues] = useState<RoleValues>(() => valuesOf(role));
  const [problem, setProblem] = useState("");
  const set = (change: Partial<RoleValues>) => setValues((before) => ({ ...before, ...change }));
  const edits = valueEdits(role, values);
  const from = (field: string) => {
    const { file, line } = role.fields[field] ?? {};
    return file ? `${file}${line ? `, line ${line}` : ""}` : undefined;
  };
  const area = (field: Exclude<keyof RoleValues, "channels">, label: string, rows = 4, hint?: string) => (
    <Area
      label={label}
      rows={rows}
      hint={[hint, from(field)].filter(Boolean).join(" ")}
      value={values[field]}
      disabled={isReadOnly}
      onChange={(event) => set({ [field]: event.target.value })}
    />
  );
  return (
    <Modal
      title={`Prompts and plugins of ${role.name}`}
      width={680}
      onClose={closeDialog}
      footer={
        <>
          <Button onClick={closeDialog}>Cancel</Button>
          <Button
            look="primary"
            disabled={isReadOnly || edits.length === 0}
            onClick={() => {
              const why = valuesProblem(values);
              if (why === null) openDialog({ kind: "save", dir, edits });
              else setProblem(why);
            }}
          >
            Show the change
          </Button>
        </>
      }
    >
      <div className="space-y-3" data-testid="role-values">
        {problem ? <Problem title="That cannot be saved" text={problem} /> : null}
        {area("initial_prompt", "Prompt of its first start", 5)}
        {area("idle_prompt", "Prompt while it is idle", 3)}
        <Field
          label="Seconds between idle prompts"
          className="w-[240px]"
          inputMode="numeric"
          placeholder="600"
          value={values.idle_interval_seconds}
          disabled={isReadOnly}
          onChange={(event) => set({ idle_interval_seconds: event.target.value })}
        />
        {area("system_prompt", "System prompt, in place of its file", 3)}
        {area("plugins", "Plugins", 4, "One a line.")}
        {area("category_routing", "Category routing", 3, "category: Role, Role")}
        {values.channels.map((channel, at) => (
          <fieldset key={channel.kind} className="rounded-base border border-line p-3">
            <legend className="px-1 font-medium">Channel: {channel.kind}</legend>
            <Check
              checked={channel.isOn}
              disabled={isReadOnly}
              onChange={(isOn) => set({ channels: values.channels.with(at, { ...channel, isOn }) })}
            >
              It is used
            </Check>
            <Field
              label={`Who may write in ${channel.kind}`}
              className="mt-2"
              placeholder="anybody"
              value={channel.users}
              disabled={isReadOnly}
              onChange={(event) =>
                set({ channels: values.channels.with(at, { ...channel, users: event.target.value }) })
              }
            />
          </fieldset>
        ))}
      </div>
    </Modal>
  );
}
