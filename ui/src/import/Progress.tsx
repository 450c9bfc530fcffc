/** How far each role of an import has got. It reads the same rows as the canvas, so both say the same. */

import { plural } from "../core/format";
import { leftOut, progressOf, rest } from "../core/progress";
import { shownOf } from "../core/status";
import { Glyph } from "../parts/Glyph";
import { useImports } from "../state/imports";
import { useOrg } from "../state/org";
import { useStack } from "../state/stack";

export function Progress() {
  const current = useImports((state) => state.current);
  const rows = useOrg((state) => state.rows);
  const engine = useStack((state) => state.stack?.engine.state);
  if (!current) return null;
  const fresh = current.workspaces.filter((entry) => !entry.skipped);
  const states = fresh.map((entry) => {
    const row = rows.get(entry.id);
    return { entry, shown: row ? shownOf(row) : null };
  });
  const progress = progressOf(rows, current.workspaces);
  const waiting = Object.keys(progress.waiting).length;
  const done = progress.up;
  const kept = current.workspaces.length - fresh.length;
  return (
    <div data-testid="import-progress">
      <p role="status">
        <b className="font-semibold">
          {done} of {fresh.length}
        </b>{" "}
        up
        {rest(progress)}
        {kept > 0 ? `; ${plural(kept, "role")} were there already` : ""}
      </p>
      <div
        role="progressbar"
        aria-label="Roles that are up"
        aria-valuemin={0}
        aria-valuemax={fresh.length}
        aria-valuenow={done}
        className="mt-2 h-2 overflow-hidden rounded-small border border-line-strong bg-sunken"
      >
        <div
          className="h-full bg-accent"
          style={{ width: `${fresh.length === 0 ? 100 : (done / fresh.length) * 100}%` }}
        />
      </div>
      {waiting > 0 && engine === "unavailable" ? (
        <p className="mt-2">
          Docker is not running. Start it, or go on without: what waits starts by itself when it is there. You
          can close this.
        </p>
      ) : null}
      {progress.waiting["waiting for memory"] ? (
        <p className="mt-2">
          There is not enough memory for all of them at once. What waits starts on its first message, or when
          another goes to sleep. You can close this.
        </p>
      ) : null}
      <LeftOut lines={leftOut(current.workspaces)} />
      <ul
        aria-label="Roles"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls is reached by the keyboard
        tabIndex={0}
        className="mt-3 max-h-[46vh] divide-y divide-line overflow-y-auto border-y border-line"
      >
        {states.map(({ entry, shown }) => (
          <li key={entry.id} className="flex items-center gap-2 py-1.5" data-testid="import-progress-row">
            {shown ? <Glyph kind={shown.kind} /> : <span className="skeleton size-3" />}
            <span className="w-[210px] shrink-0 truncate">{entry.name}</span>
            <span className="min-w-0 flex-1 truncate text-ink-muted" title={shown?.line}>
              {shown ? `${shown.word}${shown.line ? ` · ${shown.short ?? shown.line}` : ""}` : "created"}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function LeftOut({ lines }: { lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <details className="mt-2" open={lines.length <= 5} data-testid="import-left-out">
      <summary className="cursor-pointer">
        <Glyph kind="degraded" size={10} className="mr-1 inline" />
        {plural(lines.length, "thing")} left out
      </summary>
      <ul className="mt-1 max-h-40 overflow-y-auto text-small text-ink-muted">
        {lines.map((line) => (
          <li key={line} className="wrap-anywhere">
            {line}
          </li>
        ))}
      </ul>
    </details>
  );
}
