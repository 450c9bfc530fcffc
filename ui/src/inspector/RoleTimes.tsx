/** What a role does by itself: schedules, and channels through which people outside write to it. */

import { useQuery } from "@tanstack/react-query";
import { listChannels, listSchedules } from "../api/calls";
import { channelText, lastRun, nextRun } from "../core/schedule";
import { Glyph } from "../parts/Glyph";
import { keys } from "../state/queries";

export function RoleTimes({ id }: { id: string }) {
  const schedules = useQuery({
    queryKey: keys.schedules(id),
    queryFn: () => listSchedules(id),
    staleTime: 0,
  });
  const channels = useQuery({ queryKey: keys.channels(id), queryFn: () => listChannels(id), staleTime: 0 });
  return (
    <>
      {schedules.data && schedules.data.length > 0 ? (
        <section aria-label="Schedules">
          <h3 className="mb-1 font-medium">Schedules</h3>
          <ul className="divide-y divide-line border-y border-line" data-testid="schedule-list">
            {schedules.data.map((schedule) => {
              const last = lastRun(schedule, Date.now());
              const next = nextRun(schedule);
              return (
                <li key={schedule.id} className="flex items-start gap-2 py-1.5">
                  <Glyph kind={last.kind} className="mt-1" />
                  <div className="min-w-0 flex-1">
                    <p>
                      {schedule.name}{" "}
                      <span className="font-mono text-small text-ink-muted">{schedule.cron_expr}</span>{" "}
                      <span className="text-small text-ink-muted">{schedule.timezone}</span>
                    </p>
                    <p className="text-small wrap-anywhere text-ink-muted">
                      {last.text}
                      {next ? `; next ${next}` : ""}
                    </p>
                    <details className="text-small">
                      <summary className="cursor-pointer text-ink-muted">What is sent</summary>
                      <p className="whitespace-pre-wrap wrap-anywhere">{schedule.prompt}</p>
                    </details>
                  </div>
                </li>
              );
            })}
          </ul>
        </section>
      ) : null}
      {channels.data && channels.data.length > 0 ? (
        <section aria-label="Channels">
          <h3 className="mb-1 font-medium">Channels</h3>
          <ul className="divide-y divide-line border-y border-line" data-testid="channel-list">
            {channels.data.map((channel) => (
              <li key={channel.id} className="flex items-start gap-2 py-1.5">
                <Glyph kind={channel.enabled ? "running" : "off"} className="mt-1" />
                <div className="min-w-0 flex-1">
                  <p className="first-letter:uppercase">{channel.channel_type}</p>
                  <p className="text-small text-ink-muted">{channelText(channel)}</p>
                  {Object.entries(channel.config).map(([key, value]) => (
                    <p key={key} className="truncate font-mono text-small text-ink-muted">
                      {key}: {value}
                    </p>
                  ))}
                </div>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </>
  );
}
