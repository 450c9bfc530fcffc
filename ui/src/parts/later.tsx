/** Parts of the page that the first picture does without: loaded right after it, or when they are asked for sooner. */

import { type ComponentType, type ReactNode, useEffect, useState } from "react";

const loads: { load: () => Promise<unknown>; isSoon: boolean }[] = [];

type PropsOf<M, K extends keyof M> = M[K] extends (props: infer P) => ReactNode
  ? P extends object
    ? P
    : Record<string, never>
  : never;

interface LaterOptions {
  /** Fetched before the others. */
  isSoon?: boolean;
  /** What stands in its place until it is there. */
  meanwhile?: ReactNode;
}

interface Source {
  part: ComponentType<object> | null;
  fetch: () => Promise<ComponentType<object>>;
  meanwhile: ReactNode;
}

/** A component of another file. */
export function later<M, K extends keyof M>(
  load: () => Promise<M>,
  name: K,
  { isSoon = false, meanwhile = null }: LaterOptions = {},
): (props: PropsOf<M, K>) => ReactNode {
  const source: Source = {
    part: null,
    meanwhile,
    fetch: async () => {
      source.part ??= (await load())[name] as ComponentType<object>;
      return source.part;
    },
  };
  loads.push({ load: source.fetch, isSoon });
  return (props) => <Later source={source} props={props} />;
}

/**
 * Draws a part at once when it is there, which React's own `lazy` does not do: that holds back for a third of a second
 * what was not there a moment ago.
 */
function Later({ source, props }: { source: Source; props: object }) {
  const [Shown, setShown] = useState(() => source.part);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    if (Shown === null) source.fetch().then((there) => setShown(() => there), setError);
  }, [Shown, source]);
  if (error !== null) throw error;
  return Shown === null ? source.meanwhile : <Shown {...props} />;
}

/**
 * Fetches what was left out, one part after the other: it is there when it is asked for, also when the app is updated
 * or stopped meanwhile. A part that cannot be had now is tried again when it is wanted.
 */
export async function fetchLater(which: "soon" | "rest"): Promise<void> {
  // Not a copy: a part may name others when it is loaded.
  for (const { load, isSoon } of loads)
    if (isSoon === (which === "soon")) await load().catch(() => undefined);
}

interface OnceProps {
  when: boolean;
  children: ReactNode;
}

/** Draws nothing until it is wanted for the first time. */
export function Once({ when, children }: OnceProps) {
  const [was, setWas] = useState(when);
  if (when && !was) setWas(true);
  return was || when ? children : null;
}
