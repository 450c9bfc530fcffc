import type { ReactNode } from "react";
import { FIELD, Labelled } from "./Labelled";

interface Props {
  label: string;
  value: string;
  onChange: (value: string) => void;
  disabled?: boolean;
  children: ReactNode;
}

/** One of several, as the system draws it. */
export function Select({ label, value, onChange, disabled, children }: Props) {
  return (
    <Labelled label={label}>
      {(ties) => (
        <select
          {...ties}
          value={value}
          disabled={disabled}
          onChange={(event) => onChange(event.target.value)}
          className={`${FIELD} h-8 px-2`}
        >
          {children}
        </select>
      )}
    </Labelled>
  );
}
