/** What org files want and is not installed: each with the reason, and a way to look at it. */

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { listWantedPlugins, previewPlugin } from "../api/calls";
import type { PluginPreview } from "../api/types";
import { groupWanted, type WantedGroup } from "../core/plugins";
import { Button, Problem } from "../parts/controls";
import { Modal } from "../parts/Modal";
import { useTask } from "../parts/useTask";
import { PreviewBody } from "../plugins/PreviewBody";
import { useAgain } from "../plugins/useAgain";
import { useReadOnly } from "../state/live";
import { keys } from "../state/queries";
import { Section } from "./Room";

/** Names that are said; of more their number is. */
const MOST = 8;

export function PluginsWanted() {
  const { data } = useQuery({
    queryKey: keys.wantedPlugins,
    queryFn: listWantedPlugins,
    staleTime: 0,
  });
  const [shown, setShown] = useState<PluginPreview | null>(null);
  const groups = groupWanted(data ?? []);
  if (groups.length === 0 && shown === null) return null;
  return (
    <Section
      title="Wanted by org files"
      note="The files of an org name these, and they are not installed yet."
    >
      <ul className="divide-y divide-line border-y border-line" data-testid="wanted-plugins">
        {groups.map((group) => (
          <Wanted key={group.key} group={group} onShow={setShown} />
        ))}
      </ul>
      {shown ? (
        <Modal
          title={shown.plugin}
          width={720}
          onClose={() => setShown(null)}
          footer={
            <Button autoFocus onClick={() => setShown(null)}>
              Close
            </Button>
          }
        >
          <PreviewBody preview={shown} />
        </Modal>
      ) : null}
    </Section>
  );
}

function Wanted({ group, onShow }: { group: WantedGroup; onShow: (preview: PluginPreview) => void }) {
  const isReadOnly = useReadOnly();
  const again = useAgain();
  const { isBusy, problem, run } = useTask();
  const look = () =>
    run(async () => {
      const { source } = group;
      onShow(await previewPlugin(source.includes("://") ? source : `local://${source}`));
      await again();
    });
  const more = group.roles.length - MOST;
  return (
    <li className="py-2.5" data-plugin={group.source}>
      <div className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <p className="font-medium wrap-anywhere">{group.source}</p>
          <p className="wrap-anywhere">{group.why}</p>
          <p className="text-small wrap-anywhere text-ink-muted">
            For {group.roles.slice(0, MOST).join(", ")}
            {more > 0 ? ` and ${more} more` : ""}
          </p>
        </div>
        <Button
          aria-label={`Show it: ${group.source}`}
          disabled={isReadOnly || isBusy}
          onClick={() => void look()}
        >
          {isBusy ? "Fetching" : "Show it"}
        </Button>
      </div>
      {problem ? (
        <div className="mt-2">
          <Problem title="It cannot be shown" text={problem} />
        </div>
      ) : null}
    </li>
  );
}
