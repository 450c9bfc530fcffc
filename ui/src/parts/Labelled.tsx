/** A field with its name above it, and below it what helps to fill it in or what is wrong with it. */

import { type ReactNode, useId } from "react";

export interface LabelledProps {
  label: string;
  hint?: string;
  /** Why what is in the field cannot be taken; it takes the place of the hint. */
  error?: string;
  hideLabel?: boolean;
  className?: string;
}

/** What ties the field to its name and to the text below it. */
export interface FieldTies {
  id: string;
  "aria-describedby"?: string;
  "aria-invalid"?: true;
}

export const FIELD =
  "w-full rounded-base border border-line-strong bg-raised text-body text-ink aria-invalid:border-failed";

export function Labelled({
  label,
  hint,
  error,
  hideLabel,
  className,
  children,
}: LabelledProps & { children: (ties: FieldTies) => ReactNode }) {
  const id = useId();
  const below = error ?? hint;
  return (
    <div className={className}>
      <label htmlFor={id} className={hideLabel ? "sr-only" : "mb-1 block text-small text-ink-muted"}>
        {label}
      </label>
      {children({
        id,
        "aria-describedby": below ? `${id}-below` : undefined,
        "aria-invalid": error ? true : undefined,
      })}
      {below ? (
        <p
          id={`${id}-below`}
          role={error ? "alert" : undefined}
          className={`mt-1 text-small text-pretty ${error ? "text-failed" : "text-ink-muted"}`}
        >
          {below}
        </p>
      ) : null}
    </div>
  );
}
