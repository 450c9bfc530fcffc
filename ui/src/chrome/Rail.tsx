/** The rooms, at the left edge. */

import { Activity, Blocks, KeyRound, Layers, Network, Settings } from "lucide-react";
import type { ComponentType } from "react";
import { goTo, openPalette, type Room, useUi } from "../state/ui";
import { modKey } from "./keyNames";

const ROOMS: readonly [Room, string, ComponentType<{ size?: number; "aria-hidden"?: "true" }>][] = [
  ["org", "Org", Network],
  ["stack", "Stack", Layers],
  ["activity", "Activity", Activity],
  ["secrets", "Secrets", KeyRound],
  ["plugins", "Plugins", Blocks],
  ["settings", "Settings", Settings],
];

export function Rail() {
  const room = useUi((state) => state.room);
  return (
    <nav
      aria-label="Rooms"
      className="flex w-[68px] shrink-0 overflow-y-auto [scrollbar-width:none] max-[640px]:w-[44px] flex-col items-center gap-1 border-r border-line bg-paper py-3 select-none"
    >
      <img src="/mark.svg" alt="" width={26} height={26} className="mb-3" />
      {ROOMS.map(([key, label, Icon]) => (
        <button
          key={key}
          type="button"
          aria-current={room === key ? "page" : undefined}
          data-testid={`room-${key}`}
          title={label}
          className="flex w-[58px] flex-col max-[640px]:w-[36px] items-center gap-0.5 rounded-card py-1.5 text-[11px] leading-4 text-ink-muted transition-colors duration-150 hover:bg-sunken hover:text-ink aria-[current=page]:bg-accent-soft aria-[current=page]:text-accent"
          onClick={() => goTo(key)}
        >
          <Icon size={18} aria-hidden="true" />
          <span className="max-[640px]:sr-only">{label}</span>
        </button>
      ))}
      <span className="flex-1" />
      <button
        type="button"
        className="rounded-card px-1 py-1.5 text-[11px] text-ink-muted hover:bg-sunken hover:text-ink"
        aria-label={`Open command palette: ${modKey} K`}
        title={`Everything by name (${modKey} K)`}
        onClick={() => openPalette("commands")}
      >
        {modKey} K
      </button>
    </nav>
  );
}
