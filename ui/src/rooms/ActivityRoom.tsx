import { useQuery } from "@tanstack/react-query";
import { Tabs } from "radix-ui";
import { readEvents } from "../api/calls";
import { sentence } from "../api/client";
import type { Activity, StoredEvent } from "../api/types";
import { clock, millis } from "../core/format";
import { ActivityRow } from "../parts/ActivityRow";
import { Button, Empty, Problem, SkeletonRows } from "../parts/controls";
import { useNames } from "../parts/useNames";
import { reactionText } from "../state/live";
import { activityOf, keys, MOST_ROWS } from "../state/queries";
import { RoomFrame } from "./Room";

const TAB =
  "-mb-px border-b-2 border-transparent px-2 py-1.5 text-ink-muted hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink";

export function ActivityRoom() {
  return (
    <RoomFrame
      title="Activity"
      lead="Who talks to whom, and what saved files caused. New rows come in at the top."
    >
      <Tabs.Root defaultValue="messages">
        <Tabs.List aria-label="Activity" className="flex gap-1 border-b border-line">
          <Tabs.Trigger value="messages" className={TAB}>
            Messages and tasks
          </Tabs.Trigger>
          <Tabs.Trigger value="reactions" className={TAB} data-testid="tab-reactions">
            File changes
          </Tabs.Trigger>
        </Tabs.List>
        <Tabs.Content value="messages" className="outline-none">
          <Messages />
        </Tabs.Content>
        <Tabs.Content value="reactions" className="outline-none">
          <Reactions />
        </Tabs.Content>
      </Tabs.Root>
    </RoomFrame>
  );
}

/** The newest rows of all agents stand in the event log; each event carries its row. */
async function readRows(): Promise<Activity[]> {
  const events = await readEvents(["ACTIVITY_LOGGED"], 200);
  return events.map((event) =>
    activityOf({
      event: event.event_type,
      workspace_id: event.workspace_id ?? "",
      timestamp: event.created_at,
      payload: event.payload,
      seq: event.seq,
    }),
  );
}

function Messages() {
  const { data, error, isPending, refetch } = useQuery<Activity[]>({
    queryKey: ["activity", "everyone"],
    queryFn: readRows,
  });
  if (isPending) return <SkeletonRows rows={8} />;
  if (error) {
    return (
      <div className="mt-4">
        <Problem title="The activity could not be read" text={sentence(error)}>
          <Button onClick={() => void refetch()}>Retry</Button>
        </Problem>
      </div>
    );
  }
  if (data.length === 0)
    return <Empty title="Nothing yet">Messages between agents, and yours, appear here as they happen.</Empty>;
  return (
    <>
      <ul className="divide-y divide-line" data-testid="activity-list">
        {data.map((row) => (
          <ActivityRow key={row.id} row={row} showWhose />
        ))}
      </ul>
      {data.length >= MOST_ROWS ? (
        <p className="p-3 text-center text-small text-ink-muted">
          The newest {MOST_ROWS} rows. Those of one role are in its panel.
        </p>
      ) : null}
    </>
  );
}

function Reactions() {
  const { data, error, isPending, refetch } = useQuery<StoredEvent[]>({
    queryKey: keys.reactions,
    queryFn: () => readEvents(["CHANGE_DETECTED"], 200),
  });
  const nameOf = useNames(data?.map((event) => event.workspace_id ?? null) ?? []);
  if (isPending) return <SkeletonRows rows={6} />;
  if (error) {
    return (
      <div className="mt-4">
        <Problem title="The changes could not be read" text={sentence(error)}>
          <Button onClick={() => void refetch()}>Retry</Button>
        </Problem>
      </div>
    );
  }
  const rows = data.filter((event) => event.event_type === "CHANGE_DETECTED");
  if (rows.length === 0) {
    return (
      <Empty title="No file has changed yet">
        Save a skill, a prompt or a config file in the org folder: what it caused, why, and how long it took
        stands here.
      </Empty>
    );
  }
  return (
    <ul className="divide-y divide-line" data-testid="reaction-list">
      {rows.map((event) => {
        const { paths, paths_total: total, reaction, reason, duration_ms: duration, source } = event.payload;
        const files = Array.isArray(paths) ? paths.filter((path) => typeof path === "string") : [];
        const count = typeof total === "number" ? total : files.length;
        const whose = event.workspace_id ? nameOf(event.workspace_id) : undefined;
        return (
          <li key={event.id} className="px-1 py-2.5" data-testid="reaction-row">
            <p className="flex items-baseline gap-3">
              <span className="min-w-0 flex-1 truncate font-mono text-small" title={files.join("\n")}>
                {files[0] ?? String(source ?? "")}
                {count > 1 ? ` and ${count - 1} more` : ""}
              </span>
              <time className="text-small text-ink-muted">{clock(event.created_at)}</time>
            </p>
            <p>
              {whose ? `${whose}: ` : ""}
              <span className="font-medium">{reactionText(String(reaction ?? "none"))}</span>
              {typeof duration === "number" ? (
                <span className="text-ink-muted"> in {millis(duration)}</span>
              ) : null}
            </p>
            {typeof reason === "string" && reason !== "" ? <p className="text-ink-muted">{reason}</p> : null}
          </li>
        );
      })}
    </ul>
  );
}
