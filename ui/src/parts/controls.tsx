/** Buttons, fields and small marks that every room uses. */

import { type ButtonHTMLAttributes, type InputHTMLAttributes, type ReactNode, useId } from "react";
import { FIELD, Labelled, type LabelledProps } from "./Labelled";

type Look = "primary" | "plain" | "quiet" | "danger";

const LOOKS: Record<Look, string> = {
  primary:
    "bg-accent text-on-accent border-accent hover:bg-accent-strong hover:border-accent-strong font-medium",
  plain: "bg-raised text-ink border-line hover:border-line-strong",
  quiet: "bg-transparent text-ink-muted border-transparent hover:text-ink hover:bg-sunken",
  danger: "bg-raised text-failed border-line hover:border-failed",
};

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look;
  icon?: ReactNode;
}

export function Button({ look = "plain", icon, className = "", children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`inline-flex h-7 items-center gap-1.5 rounded-base border px-2.5 text-body whitespace-nowrap transition-colors duration-150 disabled:cursor-default disabled:opacity-55 ${LOOKS[look]} ${className}`}
    >
      {icon}
      {children}
    </button>
  );
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  label: string;
}

export function IconButton({ label, className = "", children, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={`inline-flex size-7 items-center justify-center rounded-base text-ink-muted transition-colors duration-150 hover:bg-sunken hover:text-ink disabled:opacity-45 ${className}`}
    >
      {children}
    </button>
  );
}

type FieldProps = LabelledProps & Omit<InputHTMLAttributes<HTMLInputElement>, "id">;

export function Field({ label, hint, error, hideLabel, className, ...rest }: FieldProps) {
  return (
    <Labelled {...{ label, hint, error, hideLabel, className }}>
      {(ties) => (
        <input autoComplete="off" spellCheck={false} {...rest} {...ties} className={`${FIELD} h-8 px-2.5`} />
      )}
    </Labelled>
  );
}

interface CheckProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children: ReactNode;
  disabled?: boolean;
  note?: ReactNode;
}

export function Check({ checked, onChange, children, disabled, note }: CheckProps) {
  const id = useId();
  return (
    <div className="flex items-start gap-2">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
        className="mt-[3px] size-3.5 shrink-0 accent-(--accent)"
      />
      <div className="min-w-0">
        <label htmlFor={id}>{children}</label>
        {note ? <div className="text-small text-pretty text-ink-muted">{note}</div> : null}
      </div>
    </div>
  );
}

export function Badge({
  children,
  title,
  tone = "plain",
}: {
  children: ReactNode;
  title?: string;
  tone?: "plain" | "ask";
}) {
  return (
    <span
      title={title}
      className={`inline-flex h-[18px] shrink-0 items-center rounded-small border px-1.5 text-[11px] leading-none ${
        tone === "ask" ? "border-accent text-accent" : "border-line text-ink-muted"
      }`}
    >
      {children}
    </span>
  );
}

export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-flex h-[18px] min-w-[18px] items-center justify-center rounded-small border border-line bg-sunken px-1 font-sans text-[11px] leading-none text-ink-muted">
      {children}
    </kbd>
  );
}

/** An error with what to do next. */
export function Problem({ title, text, children }: { title: string; text?: string; children?: ReactNode }) {
  return (
    <div role="alert" className="rounded-base border border-failed bg-failed-soft p-3">
      <p className="font-medium text-failed">{title}</p>
      {text ? <p className="mt-0.5 text-ink wrap-anywhere">{text}</p> : null}
      {children ? <div className="mt-2 flex flex-wrap gap-2">{children}</div> : null}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center justify-center px-6 py-10 text-center">
      <p className="font-medium">{title}</p>
      {children ? <div className="mt-1 max-w-[46ch] text-ink-muted">{children}</div> : null}
    </div>
  );
}

export function SkeletonRows({ rows = 5 }: { rows?: number }) {
  return (
    <div aria-hidden="true" className="space-y-3 p-4" data-testid="loading">
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of a skeleton have nothing else
        <div key={index} className="space-y-1.5">
          <div className="skeleton h-3" style={{ width: `${70 - (index % 3) * 14}%` }} />
          <div className="skeleton h-2.5" style={{ width: `${40 + (index % 2) * 18}%` }} />
        </div>
      ))}
    </div>
  );
}
