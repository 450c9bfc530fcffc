import type { ReactNode } from "react";

/** The frame of every room but the canvas. */
export function RoomFrame({
  title,
  lead,
  actions,
  children,
}: {
  title: string;
  lead?: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className="h-full overflow-y-auto" data-testid={`room-body-${title.toLowerCase()}`}>
      <div className="mx-auto max-w-[860px] px-8 py-7 max-[640px]:px-4 max-[640px]:py-5">
        <div className="flex flex-wrap items-start gap-x-4 gap-y-3">
          <div className="min-w-[min(100%,260px)] flex-1">
            <h1 className="text-head font-semibold">{title}</h1>
            {lead ? <p className="mt-1 max-w-[64ch] text-pretty text-ink-muted">{lead}</p> : null}
          </div>
          {actions}
        </div>
        <div className="mt-6 space-y-8">{children}</div>
      </div>
    </div>
  );
}

export function Section({ title, note, children }: { title: string; note?: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h2 className="text-title font-semibold">{title}</h2>
      {note ? <p className="mt-0.5 max-w-[70ch] text-pretty text-ink-muted">{note}</p> : null}
      <div className="mt-3">{children}</div>
    </section>
  );
}

export function Rows({ children }: { children: ReactNode }) {
  return <dl className="divide-y divide-line border-y border-line">{children}</dl>;
}

export function Row({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[170px_1fr] gap-x-4 gap-y-0.5 py-2.5 max-[640px]:grid-cols-1">
      <dt className="text-ink-muted">{label}</dt>
      <dd className="min-w-0 wrap-anywhere">{children}</dd>
    </div>
  );
}
