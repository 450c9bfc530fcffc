import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { readActivity } from "../api/calls";
import { sentence } from "../api/client";
import { ActivityRow } from "../parts/ActivityRow";
import { Button, Empty, Problem, SkeletonRows } from "../parts/controls";
import { keys, MOST_ROWS } from "../state/queries";

const FILTERS: readonly [string, string, (type: string, status: string) => boolean][] = [
  ["all", "All", () => true],
  ["in", "Received", (type) => type === "a2a_receive"],
  ["out", "Sent", (type) => type === "a2a_send" || type === "delegation"],
  ["tasks", "Tasks", (type) => type === "task_update"],
  ["logs", "Logs", (type) => type === "agent_log"],
  ["errors", "Errors", (type, status) => type === "error" || status === "error"],
];

export function ActivityTab({ id }: { id: string }) {
  const [filter, setFilter] = useState("all");
  const { data, error, isPending, refetch } = useQuery({
    queryKey: keys.activity(id),
    queryFn: () => readActivity(id, 200),
  });
  const pass = FILTERS.find(([key]) => key === filter)?.[2] ?? (() => true);
  const rows = (data ?? []).filter((row) => pass(row.activity_type, row.status));
  return (
    <div className="flex h-full flex-col">
      <div role="toolbar" aria-label="Filter" className="flex flex-wrap gap-1 border-b border-line px-3 py-2">
        {FILTERS.map(([key, label]) => (
          <button
            key={key}
            type="button"
            aria-pressed={filter === key}
            className="h-6 rounded-base border border-transparent px-2 text-small text-ink-muted hover:bg-sunken aria-pressed:border-accent aria-pressed:text-accent"
            onClick={() => setFilter(key)}
          >
            {label}
          </button>
        ))}
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto" data-testid="activity-list">
        {isPending ? <SkeletonRows rows={6} /> : null}
        {error ? (
          <div className="p-4">
            <Problem title="The activity could not be read" text={sentence(error)}>
              <Button onClick={() => void refetch()}>Retry</Button>
            </Problem>
          </div>
        ) : null}
        {data && rows.length === 0 ? (
          <Empty title={data.length === 0 ? "Nothing yet" : "Nothing of this kind"}>
            Messages, tasks and errors appear here as they happen.
          </Empty>
        ) : null}
        <ul className="divide-y divide-line">
          {rows.map((row) => (
            <ActivityRow key={row.id} row={row} />
          ))}
        </ul>
        {(data?.length ?? 0) >= MOST_ROWS ? (
          <p className="p-3 text-center text-small text-ink-muted">The newest {MOST_ROWS} rows are shown.</p>
        ) : null}
      </div>
    </div>
  );
}
