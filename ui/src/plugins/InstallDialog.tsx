/** A plugin with all that would run, before it is installed in a role. */

import { useState } from "react";
import { installPlugin } from "../api/calls";
import type { PluginPreview } from "../api/types";
import { canTrack, installedText } from "../core/plugins";
import { Button, Check, Problem } from "../parts/controls";
import { Modal } from "../parts/Modal";
import { Select } from "../parts/Select";
import { useTask } from "../parts/useTask";
import { useOrg } from "../state/org";
import { toast } from "../state/ui";
import { PreviewBody } from "./PreviewBody";

interface Props {
  /** The role that gets it; without one it is asked for. */
  id?: string;
  preview: PluginPreview;
  isUpdate: boolean;
  onClose: () => void;
  onDone: (id: string) => void;
}

export function InstallDialog({ id, preview, isUpdate, onClose, onDone }: Props) {
  const [role, setRole] = useState(id ?? "");
  const [isFollowing, setFollowing] = useState(false);
  const { isBusy, problem, run } = useTask();
  const install = () =>
    run(async () => {
      // The digest names what was shown: other content is refused.
      const done = await installPlugin(role, {
        source: preview.source,
        digest: preview.digest,
        ...(isFollowing ? { track: "tag:latest" } : {}),
      });
      toast("success", installedText(done));
      for (const warning of done.warnings.slice(0, 2)) toast("info", warning);
      onDone(role);
    });
  return (
    <Modal
      title={`${isUpdate ? "Replace" : "Install"} ${preview.plugin}`}
      width={720}
      onClose={onClose}
      footer={
        <>
          <Button autoFocus onClick={onClose}>
            Cancel
          </Button>
          <Button look="primary" disabled={isBusy || role === ""} onClick={() => void install()}>
            {isBusy ? "Installing" : isUpdate ? "Replace it" : "Install"}
          </Button>
        </>
      }
    >
      <PreviewBody preview={preview} />
      <div className="mt-4 space-y-4">
        {id === undefined ? <Roles value={role} onChange={setRole} /> : null}
        {canTrack(preview.source) ? (
          <Check
            checked={isFollowing}
            onChange={setFollowing}
            note="New versions are found and shown; nothing is updated by itself."
          >
            Follow the newest version
          </Check>
        ) : null}
        {problem ? <Problem title="It was not installed" text={problem} /> : null}
      </div>
    </Modal>
  );
}

function Roles({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const rows = useOrg((state) => state.rows);
  const roles = [...rows.values()].sort((a, b) => a.name.localeCompare(b.name));
  return (
    <Select label="Which role gets it" value={value} onChange={onChange}>
      <option value="">Choose a role</option>
      {roles.map((row) => (
        <option key={row.id} value={row.id}>
          {row.name} ({row.runtime || "no runtime"})
        </option>
      ))}
    </Select>
  );
}
