import { useQueryClient } from "@tanstack/react-query";
import { checkPluginUpdates } from "../api/calls";
import { sentence } from "../api/client";
import { plural } from "../core/format";
import { Button } from "../parts/controls";
import { useTask } from "../parts/useTask";
import { useReadOnly } from "../state/live";
import { keys } from "../state/queries";
import { toast } from "../state/ui";

/** Asks the sources that plugins follow, now. */
export function CheckUpdates({ look = "quiet" }: { look?: "quiet" | "plain" }) {
  const client = useQueryClient();
  const isReadOnly = useReadOnly();
  const { isBusy, run } = useTask();
  const check = () =>
    run(async () => {
      try {
        const report = await checkPluginUpdates();
        const found = report.found.length;
        const asked = `${plural(report.sources, "source")} asked`;
        if (report.failed.length > 0)
          toast(
            "error",
            `${plural(report.failed.length, "source")} could not be asked: ${report.failed[0]?.error}`,
          );
        else if (report.tracked === 0)
          toast("info", "No plugin follows a repository, so there is nothing to look for.");
        else
          toast(
            "success",
            found > 0 ? `${asked}: ${plural(found, "update")} found.` : `${asked}: nothing new.`,
          );
        await client.invalidateQueries({ queryKey: keys.pluginUpdates });
      } catch (error) {
        toast("error", `Updates were not looked for: ${sentence(error)}`);
      }
    });
  return (
    <Button
      look={look}
      className={look === "quiet" ? "-mr-2.5" : ""}
      disabled={isReadOnly || isBusy}
      onClick={() => void check()}
    >
      {isBusy ? "Looking" : "Look for updates"}
    </Button>
  );
}
