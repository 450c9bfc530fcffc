import { type TextareaHTMLAttributes, useId } from "react";

interface Props extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  label: string;
  hint?: string;
}

/** A text of several lines. */
export function Area({ label, hint, className = "", rows = 4, ...rest }: Props) {
  const id = useId();
  return (
    <div className={className}>
      <label htmlFor={id} className="mb-1 block text-small text-ink-muted">
        {label}
      </label>
      <textarea
        id={id}
        rows={rows}
        spellCheck={false}
        {...rest}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="w-full resize-y rounded-base border border-line-strong bg-raised px-2.5 py-1.5 text-body text-ink"
      />
      {hint ? (
        <p id={`${id}-hint`} className="mt-1 text-small text-ink-muted">
          {hint}
        </p>
      ) : null}
    </div>
  );
}
