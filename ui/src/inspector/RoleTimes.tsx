/** What a role does by itself: schedules, and channels through which people outside write to it. */

import { useQuery } from "@tanstack/react-query";
import { listChannels } from "../api/calls";
import { channelText } from "../core/schedule";
import { Glyph } from "../parts/Glyph";
import { keys } from "../state/queries";
import { RoleSchedules } from "./RoleSchedules";

export function RoleTimes({ id }: { id: string }) {
  const channels = useQuery({ queryKey: keys.channels(id), queryFn: () => listChannels(id), staleTime: 0 });
  return (
    <>
      <RoleSchedules id={id} />
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
