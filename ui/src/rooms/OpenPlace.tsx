/** The choice of a place for secrets, when the keychain did not open by itself. Nothing is chosen in a person's place. */

import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { unlockVault } from "../api/calls";
import { sentence } from "../api/client";
import type { UnlockVault } from "../api/types";
import { Button, Field } from "../parts/controls";
import { useReadOnly } from "../state/live";
import { keys } from "../state/queries";
import { readStackNow } from "../state/stack";
import { toast } from "../state/ui";

interface Props {
  /** Why the last try failed; empty when it did not. Kept outside, because it stands for the state meanwhile. */
  problem: string;
  onProblem: (problem: string) => void;
}

/** The platform's words as this room says them: they point to it from everywhere else. */
export function hereText(text: string): string {
  return text.replaceAll("in the Secrets room", "below");
}

/** Opens the place; what waited for it goes on by itself. */
function useOpen(onProblem: (problem: string) => void) {
  const client = useQueryClient();
  const [isBusy, setIsBusy] = useState(false);
  const open = async (choice: UnlockVault) => {
    if (isBusy) return;
    setIsBusy(true);
    onProblem("");
    try {
      const { text } = await unlockVault(choice);
      toast("success", text);
    } catch (failure) {
      onProblem(hereText(sentence(failure)));
    } finally {
      setIsBusy(false);
      void client.invalidateQueries({ queryKey: keys.personas });
      void client.invalidateQueries({ queryKey: keys.secrets });
      void readStackNow();
    }
  };
  return { isBusy, open };
}

/** The one field there is to fill in where a file of sealed secrets waits for its passphrase. */
export function Unlock({ problem, onProblem, isBar = false }: Props & { isBar?: boolean }) {
  const isReadOnly = useReadOnly();
  const [passphrase, setPassphrase] = useState("");
  const { isBusy, open } = useOpen(onProblem);
  return (
    <form
      data-testid="unlock"
      className={isBar ? "" : "mt-3 max-w-[420px] rounded-base border border-line-strong bg-raised p-4"}
      onSubmit={(event) => {
        event.preventDefault();
        if (passphrase !== "") void open({ place: "passphrase", passphrase });
      }}
    >
      <fieldset disabled={isReadOnly || isBusy} className="flex items-end gap-2">
        <legend className="sr-only">Unlock the secrets</legend>
        <Field
          label="Passphrase"
          hideLabel={isBar}
          placeholder={isBar ? "Passphrase" : undefined}
          className="min-w-[150px] flex-1"
          type="password"
          autoComplete="off"
          value={passphrase}
          onChange={(event) => setPassphrase(event.target.value)}
        />
        <Button type="submit" look="primary" className="h-8" disabled={passphrase === ""}>
          {isBusy ? "Opening" : "Unlock"}
        </Button>
      </fieldset>
      {problem ? (
        <p role="alert" className="mt-1 text-failed wrap-anywhere">
          {problem}
        </p>
      ) : null}
    </form>
  );
}

export function OpenPlace({ problem, onProblem }: Props) {
  const isReadOnly = useReadOnly();
  const [passphrase, setPassphrase] = useState("");
  const [isShown, setIsShown] = useState(false);
  const { isBusy, open } = useOpen(onProblem);
  return (
    <fieldset
      disabled={isReadOnly || isBusy}
      className="mt-3 rounded-base border border-line-strong bg-raised p-4"
      data-testid="open-place"
    >
      <legend className="sr-only">Where to keep secrets</legend>
      <p className="font-medium">Choose where secrets are kept</p>
      <p className="mt-0.5 max-w-[70ch] text-pretty text-ink-muted">
        Until then keys and personas cannot be set, and roles that need them wait. Everything else works.
      </p>
      <div className="mt-3 grid grid-cols-[1fr_auto_1fr] gap-4">
        <div>
          <p>This computer's keychain</p>
          <p className="mt-0.5 text-small text-ink-muted">Start or unlock it first, then try again.</p>
          <Button className="mt-2" onClick={() => void open({ place: "keychain" })}>
            Try the keychain again
          </Button>
        </div>
        <div aria-hidden="true" className="w-px bg-line" />
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (passphrase !== "") void open({ place: "passphrase", passphrase });
          }}
        >
          <Field
            label="A file sealed with a passphrase"
            type={isShown ? "text" : "password"}
            autoComplete="off"
            placeholder="At least 8 characters"
            value={passphrase}
            onChange={(event) => setPassphrase(event.target.value)}
          />
          <label className="mt-1 flex items-center gap-1.5 text-small text-ink-muted">
            <input
              type="checkbox"
              className="size-3.5 accent-(--accent)"
              checked={isShown}
              onChange={(event) => setIsShown(event.target.checked)}
            />
            Show what I type
          </label>
          <p className="mt-1 text-small text-ink-muted">
            The first time it makes the file. You are asked for it again after each start; nobody can bring it
            back.
          </p>
          <Button type="submit" look="primary" className="mt-2" disabled={passphrase === ""}>
            {isBusy ? "Opening" : "Use passphrase"}
          </Button>
        </form>
      </div>
      {problem ? (
        <p role="alert" className="mt-3 text-failed wrap-anywhere">
          {problem}
        </p>
      ) : null}
    </fieldset>
  );
}
