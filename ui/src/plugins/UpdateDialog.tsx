/** The code of an update, before roles get it. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { applyPluginUpdate, previewPlugin } from "../api/calls";
import { sentence } from "../api/client";
import type { PluginUpdate } from "../api/types";
import { plural } from "../core/format";
import { pinnedSource, short } from "../core/plugins";
import { Button, Check, Problem } from "../parts/controls";
import { Modal } from "../parts/Modal";
import { Read } from "../parts/Read";
import { useTask } from "../parts/useTask";
import { toast } from "../state/ui";
import { PreviewBody } from "./PreviewBody";
import { useAgain } from "./useAgain";

interface Props {
  /** To the same commit of the same plugin; at least one. */
  updates: readonly [PluginUpdate, ...PluginUpdate[]];
  /** Canary roles that wait for the same. */
  canaries: readonly string[];
  onClose: () => void;
}

export function UpdateDialog({ updates, canaries, onClose }: Props) {
  const [first] = updates;
  const source = pinnedSource(first);
  const query = useQuery({
    queryKey: ["plugin-preview", source],
    queryFn: () => previewPlugin(source),
    gcTime: 0,
  });
  const again = useAgain();
  const [isForced, setForced] = useState(false);
  const [failed, setFailed] = useState<readonly string[]>([]);
  const { isBusy, problem, run } = useTask();
  const isHeld = canaries.length > 0 && !isForced;
  const names = updates.map((one) => one.workspace_name).join(", ");
  const apply = () =>
    run(async () => {
      const refused: string[] = [];
      for (const update of updates) {
        try {
          const done = await applyPluginUpdate(update.id, isForced);
          for (const one of done.failed) refused.push(`${update.workspace_name}: ${one.error}`);
        } catch (error) {
          refused.push(`${update.workspace_name}: ${sentence(error)}`);
        }
      }
      await again();
      if (refused.length < updates.length)
        toast(
          "success",
          `${first.plugin_name} is at ${first.target_ref} now in ${plural(updates.length - refused.length, "role")}.`,
        );
      if (refused.length > 0) setFailed(refused);
      else onClose();
    });
  return (
    <Modal
      title={`Update ${first.plugin_name} to ${first.target_ref}`}
      width={720}
      onClose={onClose}
      footer={
        <>
          <Button autoFocus onClick={onClose}>
            {failed.length > 0 ? "Close" : "Cancel"}
          </Button>
          {failed.length > 0 ? null : (
            <Button
              look="primary"
              disabled={isBusy || isHeld || query.data === undefined}
              onClick={() => void apply()}
            >
              {isBusy ? "Updating" : `Update ${plural(updates.length, "role")}`}
            </Button>
          )}
        </>
      }
    >
      <div className="space-y-4">
        <p className="wrap-anywhere">
          For {names}.{" "}
          <span className="text-ink-muted">
            {first.current_sha ? `Installed is ${short(first.current_sha)}, ` : ""}
            this is {short(first.target_sha)}. An agent restarts if more than the text of a skill changed.
          </span>
        </p>
        <Read query={query} failed="It cannot be shown, so it is not installed either">
          {(preview) => <PreviewBody preview={preview} />}
        </Read>
        {canaries.length > 0 ? (
          <Check
            checked={isForced}
            onChange={setForced}
            note={`${canaries.join(", ")} ${canaries.length === 1 ? "waits" : "wait"} for the same update and should get it first.`}
          >
            Update all the same, before the canary roles
          </Check>
        ) : null}
        {failed.length > 0 ? (
          <Problem title={`${plural(failed.length, "role")} did not get it`} text={failed.join(" ")} />
        ) : null}
        {problem ? <Problem title="It was not updated" text={problem} /> : null}
      </div>
    </Modal>
  );
}
