import { type ReactNode, useId } from "react";

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  disabled?: boolean;
  children: ReactNode;
}

/** One of several, as the system draws it. */
export function Select({ label, value, onChange, disabled, children }: Props) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-small text-ink-muted">
        {label}
      </label>
      <select
        id={id}
        value={value}
        disabled={disabled}
        onChange={(event) => onChange(event.target.value)}
        className="h-8 w-full rounded-base border border-line-strong bg-raised px-2 text-body text-ink"
      >
        {children}
      </select>
    </div>
  );
}
