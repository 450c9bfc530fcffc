/** The loops of the platform: whether each goes round. Read when a person looks, never by a timer. */

import { useQuery } from "@tanstack/react-query";
import { readLiveness } from "../api/calls";
import { plural } from "../core/format";
import { loopLines } from "../core/liveness";
import { Button } from "../parts/controls";
import { Glyph } from "../parts/Glyph";
import { Read } from "../parts/Read";
import { keys } from "../state/queries";
import { Section } from "./Room";

export function Background() {
  const query = useQuery({ queryKey: keys.liveness, queryFn: readLiveness, staleTime: 0 });
  return (
    <Section
      title="Background work"
      note="What the platform does by itself: each part was asked, and answered or not."
    >
      <Read query={query} failed="The background work could not be looked at" rows={2}>
        {(liveness) => {
          const lines = loopLines(liveness);
          const stuck = lines.filter(({ stale }) => stale);
          return (
            <>
              <p className="flex items-start gap-2" data-testid="background-state">
                <Glyph kind={stuck.length > 0 ? "failed" : "running"} className="mt-1" />
                {stuck.length > 0
                  ? `${stuck.length} of ${plural(lines.length, "part")} stuck. Restart the platform; if it happens again, its log says where.`
                  : `${lines.length === 1 ? "The one part answers" : `All ${lines.length} parts answer`}.`}
              </p>
              <details className="mt-2" open={stuck.length > 0}>
                <summary className="cursor-pointer text-ink-muted">Each part</summary>
                <ul className="mt-1 divide-y divide-line border-y border-line" data-testid="background-list">
                  {lines.map((line) => (
                    <li key={line.name} className="flex items-start gap-2.5 py-1.5" data-stale={line.stale}>
                      <Glyph kind={line.stale ? "failed" : "running"} size={10} className="mt-1.5" />
                      <span className="w-[200px] shrink-0">{line.name}</span>
                      <span className="min-w-0 flex-1 text-ink-muted">{line.text}</span>
                    </li>
                  ))}
                </ul>
              </details>
            </>
          );
        }}
      </Read>
      <div className="mt-3">
        <Button disabled={query.isFetching} onClick={() => void query.refetch()}>
          {query.isFetching ? "Asking" : "Ask again"}
        </Button>
      </div>
    </Section>
  );
}
