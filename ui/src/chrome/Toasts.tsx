import { X } from "lucide-react";
import { Glyph } from "../parts/Glyph";
import { dismiss, type Toast, useUi } from "../state/ui";

export function Toasts() {
  const toasts = useUi((state) => state.toasts);
  const hasDialog = useUi((state) => state.dialog !== null);
  const calm = toasts.filter((entry) => entry.kind !== "error");
  const errors = toasts.filter((entry) => entry.kind === "error");
  return (
    <div
      className={`pointer-events-none fixed bottom-10 z-[60] flex max-w-[90vw] flex-col gap-2 ${
        // A notice must not lie on the buttons of a dialog.
        hasDialog ? "left-[84px] w-[300px]" : "left-1/2 w-[440px] -translate-x-1/2"
      }`}
    >
      <div role="status" aria-live="polite" aria-label="Notices" className="flex flex-col gap-2">
        {calm.map((entry) => (
          <Note key={entry.id} entry={entry} />
        ))}
      </div>
      <div role="alert" aria-live="assertive" aria-label="Errors" className="flex flex-col gap-2">
        {errors.map((entry) => (
          <Note key={entry.id} entry={entry} />
        ))}
      </div>
    </div>
  );
}

function Note({ entry }: { entry: Toast }) {
  const { action } = entry;
  return (
    <div
      data-testid={`toast-${entry.kind}`}
      className={`appear pointer-events-auto flex items-start gap-2 rounded-card border bg-raised px-3 py-2 ${
        entry.kind === "error" ? "border-failed" : "border-line-strong"
      }`}
    >
      {entry.kind === "error" ? <Glyph kind="failed" className="mt-1" /> : null}
      <p className="min-w-0 flex-1 wrap-anywhere">{entry.text}</p>
      {action ? (
        <button
          type="button"
          className="font-medium text-accent hover:underline"
          onClick={() => {
            dismiss(entry.id);
            action.run();
          }}
        >
          {action.label}
        </button>
      ) : null}
      <button
        type="button"
        aria-label="Dismiss notification"
        className="rounded-small p-0.5 text-ink-muted hover:text-ink"
        onClick={() => dismiss(entry.id)}
      >
        <X size={14} aria-hidden="true" />
      </button>
    </div>
  );
}
