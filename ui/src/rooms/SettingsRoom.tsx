import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { RadioGroup } from "radix-ui";
import { useEffect, useState } from "react";
import { readSettings, saveSettings } from "../api/calls";
import { sentence } from "../api/client";
import type { Settings } from "../api/types";
import { Button, Check, Field, IconButton, Problem, SkeletonRows } from "../parts/controls";
import { setAutostart, shellInfo } from "../shell";
import { useReadOnly } from "../state/live";
import { useOrg } from "../state/org";
import { keys } from "../state/queries";
import { setTheme, type Theme, toast, useUi } from "../state/ui";
import { RoomFrame, Section } from "./Room";

export function SettingsRoom() {
  const client = useQueryClient();
  const { data, error, isPending, refetch } = useQuery({ queryKey: keys.settings, queryFn: readSettings });
  const { data: shell } = useQuery({ queryKey: keys.shell, queryFn: shellInfo });
  const isReadOnly = useReadOnly();
  const save = async (change: Settings, what: string) => {
    try {
      await saveSettings(change);
      toast("success", `Saved: ${what}`);
    } catch (failure) {
      toast("error", `Not saved: ${what}. ${sentence(failure)}`);
    }
    await client.invalidateQueries({ queryKey: keys.settings });
  };
  return (
    <RoomFrame title="Settings">
      <Appearance />
      {isPending ? <SkeletonRows rows={5} /> : null}
      {error ? (
        <Problem title="The settings could not be read" text={sentence(error)}>
          <Button onClick={() => void refetch()}>Retry</Button>
        </Problem>
      ) : null}
      {data ? (
        <fieldset disabled={isReadOnly} className="space-y-8">
          <Images
            images={data.runtime_images ?? {}}
            onSave={(images) => void save({ runtime_images: images }, "images")}
          />
          <Section
            title="Memory for agents"
            note="Together they never get more. What does not fit waits and starts on its first message, or when there is room."
          >
            <NumberSetting
              label="Megabytes; 0 reads it from the engine"
              value={data.memory_budget_mb ?? 0}
              onSave={(value) => void save({ memory_budget_mb: value }, "memory for agents")}
            />
          </Section>
          <Section
            title="Sleep"
            note="An agent without work sleeps after this time and wakes on the next message."
          >
            <NumberSetting
              label="Minutes; 0 never"
              value={data.hibernation_idle_minutes ?? 0}
              onSave={(value) => void save({ hibernation_idle_minutes: value }, "time to sleep")}
            />
          </Section>
          <Section title="Changed files">
            <div className="space-y-2">
              <Check
                checked={data.auto_apply ?? false}
                onChange={(on) => void save({ auto_apply: on }, "apply changes by themselves")}
                note="Otherwise a change of the org's structure shows its plan first."
              >
                Apply changes of an org folder by themselves
              </Check>
              <Check
                checked={data.reload_paused ?? false}
                onChange={(on) => void save({ reload_paused: on }, "pause reactions")}
                note="Saved files are then noticed but nothing is done about them."
              >
                Pause reactions to changed files
              </Check>
            </div>
          </Section>
          <Section
            title="When the app quits"
            note={shell ? undefined : "This applies to the app's window; here you see the stored choice."}
          >
            <Choice
              label="When the app quits"
              value={data.quit_policy ?? "ask"}
              options={[
                ["ask", "Ask each time"],
                ["stop", "Stop the agents"],
                ["keep", "Let the agents run on"],
              ]}
              onChange={(value) => void save({ quit_policy: value }, "when the app quits")}
            />
          </Section>
          {shell ? (
            <Section title="Start">
              <Check
                checked={shell.autostart}
                onChange={(on) => {
                  setAutostart(on).then(
                    (info) => client.setQueryData(keys.shell, info),
                    (failure: unknown) => toast("error", `The choice was not saved: ${sentence(failure)}`),
                  );
                }}
                note="Without a window; the tray opens it."
              >
                Start the app when I log in
              </Check>
            </Section>
          ) : null}
        </fieldset>
      ) : null}
    </RoomFrame>
  );
}

function Appearance() {
  const theme = useUi((state) => state.theme);
  return (
    <Section title="Appearance">
      <Choice
        label="Theme"
        value={theme}
        options={[
          ["system", "As the system"],
          ["light", "Light"],
          ["dark", "Dark"],
        ]}
        onChange={(value) => setTheme(value as Theme)}
      />
    </Section>
  );
}

function Choice({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: string;
  options: readonly (readonly [string, string])[];
  onChange: (value: string) => void;
}) {
  return (
    <RadioGroup.Root
      aria-label={label}
      value={value}
      onValueChange={onChange}
      className="inline-flex overflow-hidden rounded-base border border-line-strong"
    >
      {options.map(([key, text]) => (
        <RadioGroup.Item
          key={key}
          value={key}
          className="h-7 border-r border-line px-3 text-ink-muted last:border-r-0 hover:text-ink data-[state=checked]:bg-accent-soft data-[state=checked]:text-accent"
        >
          {text}
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}

function NumberSetting({
  label,
  value,
  onSave,
}: {
  label: string;
  value: number;
  onSave: (value: number) => void;
}) {
  const [text, setText] = useState(String(value));
  useEffect(() => setText(String(value)), [value]);
  const number = Number(text);
  const isGood = text.trim() !== "" && Number.isInteger(number) && number >= 0;
  return (
    <form
      className="flex items-end gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (isGood) onSave(number);
      }}
    >
      <Field
        label={label}
        inputMode="numeric"
        className="w-[260px]"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="submit" className="h-8" disabled={!isGood || number === value}>
        Save
      </Button>
      {isGood ? null : <span className="pb-1.5 text-failed">A whole number, 0 or more</span>}
    </form>
  );
}

function Images({
  images,
  onSave,
}: {
  images: Record<string, string>;
  onSave: (images: Record<string, string>) => void;
}) {
  const [runtime, setRuntime] = useState("");
  const [image, setImage] = useState("");
  const rows = useOrg((state) => state.rows);
  const used = [...new Set([...rows.values()].map((row) => row.runtime))].filter(
    (name) => name !== "" && name !== "mock" && name !== "external" && !(name in images),
  );
  return (
    <Section
      title="Images"
      note="Which image a runtime's containers are made from. “stand-in” is the built-in test agent: no key, no model, answers at once."
    >
      {Object.keys(images).length > 0 ? (
        <ul className="mb-3 divide-y divide-line border-y border-line" data-testid="image-list">
          {Object.entries(images).map(([name, target]) => (
            <li key={name} className="flex items-center gap-3 py-1.5">
              <span className="w-[170px] shrink-0 truncate">{name}</span>
              <span className="min-w-0 flex-1 truncate font-mono text-small">{target}</span>
              <IconButton
                label={`Use ${name}'s own image again`}
                onClick={() =>
                  onSave(Object.fromEntries(Object.entries(images).filter(([other]) => other !== name)))
                }
              >
                <Trash2 size={14} aria-hidden="true" />
              </IconButton>
            </li>
          ))}
        </ul>
      ) : null}
      <form
        className="grid grid-cols-[170px_1fr_auto] items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (runtime.trim() === "" || image.trim() === "") return;
          onSave({ ...images, [runtime.trim()]: image.trim() });
          setRuntime("");
          setImage("");
        }}
      >
        <Field
          label="Runtime"
          list="known-runtimes"
          placeholder={used[0] ?? "claude-code"}
          value={runtime}
          onChange={(event) => setRuntime(event.target.value)}
        />
        <Field
          label="Image"
          placeholder="stand-in"
          value={image}
          onChange={(event) => setImage(event.target.value)}
        />
        <Button type="submit" className="h-8" disabled={runtime.trim() === "" || image.trim() === ""}>
          Set
        </Button>
        <datalist id="known-runtimes">
          {used.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </form>
    </Section>
  );
}
