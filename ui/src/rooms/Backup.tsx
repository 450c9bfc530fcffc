/** A copy of all that the platform keeps, in one file. */

import { useState } from "react";
import { writeBackup } from "../api/calls";
import { backupFile } from "../core/format";
import { Button, Problem } from "../parts/controls";
import { FolderField } from "../parts/FolderField";
import { useTask } from "../parts/useTask";
import { useReadOnly } from "../state/live";
import { Section } from "./Room";

export function Backup() {
  const isReadOnly = useReadOnly();
  const [folder, setFolder] = useState("");
  const [written, setWritten] = useState("");
  const { isBusy, problem, run } = useTask();
  const write = () => {
    if (folder.trim() === "") return;
    setWritten("");
    void run(async () => {
      const path = backupFile(folder.trim(), new Date());
      await writeBackup(path);
      setWritten(path);
    });
  };
  return (
    <Section
      title="Backup"
      note="Orgs, roles, chats, activity and settings in one file. Secrets stay sealed in it; the key that opens them is not in it. Restore with: molecule-stack restore FILE."
    >
      <form
        className="flex items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          write();
        }}
      >
        <FolderField
          label="Folder for the backup"
          value={folder}
          onChange={setFolder}
          disabled={isReadOnly}
          placeholder="/home/me/backups"
        />
        <Button type="submit" className="h-8" disabled={isReadOnly || isBusy || folder.trim() === ""}>
          {isBusy ? "Writing" : "Write backup"}
        </Button>
      </form>
      {problem ? (
        <div className="mt-3">
          <Problem title="No backup was written" text={problem} />
        </div>
      ) : null}
      {written ? (
        <p role="status" className="mt-2 wrap-anywhere" data-testid="backup-written">
          Written: <span className="font-mono text-small">{written}</span>
        </p>
      ) : null}
    </Section>
  );
}
