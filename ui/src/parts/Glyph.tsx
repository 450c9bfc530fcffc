/** Status as a shape: every kind can be told apart without colour. */

import type { Kind } from "../core/status";

const SHAPES: Record<Kind, React.ReactNode> = {
  // A full disc: there and idle.
  running: <circle cx="6" cy="6" r="4" fill="currentColor" />,
  // A disc in a ring: there and busy.
  working: (
    <>
      <circle cx="6" cy="6" r="5" fill="none" stroke="currentColor" strokeWidth="1.4" />
      <circle cx="6" cy="6" r="2.6" fill="currentColor" />
    </>
  ),
  // Half full: on its way.
  starting: (
    <>
      <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.4" />
      <path d="M6 1.8a4.2 4.2 0 0 1 0 8.4z" fill="currentColor" />
    </>
  ),
  // An hourglass: held back by something.
  waiting: (
    <path
      d="M2.5 1.5h7L6.8 6l2.7 4.5h-7L5.2 6z"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinejoin="round"
    />
  ),
  // A moon.
  asleep: <path d="M9.8 7.3A4.4 4.4 0 1 1 5 1.9a3.6 3.6 0 0 0 4.8 5.4z" fill="currentColor" />,
  // A triangle with a mark.
  degraded: (
    <>
      <path
        d="M6 1.3 11.2 10.4H.8z"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.4"
        strokeLinejoin="round"
      />
      <path d="M6 4.6v2.6M6 8.5v.5" stroke="currentColor" strokeWidth="1.3" strokeLinecap="round" />
    </>
  ),
  // A square with a cross.
  failed: (
    <>
      <rect x="1" y="1" width="10" height="10" rx="2" fill="currentColor" />
      <path
        d="m3.9 3.9 4.2 4.2m0-4.2L3.9 8.1"
        stroke="var(--raised)"
        strokeWidth="1.5"
        strokeLinecap="round"
      />
    </>
  ),
  // An empty ring.
  off: <circle cx="6" cy="6" r="4.2" fill="none" stroke="currentColor" strokeWidth="1.4" />,
};

export function Glyph({
  kind,
  size = 12,
  className = "",
}: {
  kind: Kind;
  size?: number;
  className?: string;
}) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 12 12"
      aria-hidden="true"
      className={`shrink-0 ${className}`}
      style={{ color: `var(--status-${kind})` }}
    >
      {SHAPES[kind]}
    </svg>
  );
}
