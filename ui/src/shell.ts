/**
 * The one place that knows whether this page runs in the app's window or in a browser tab. What only the operating
 * system can do is asked for over the same API; where there is no window it answers 501 and the page does without.
 */

import { ApiError, request } from "./api/client";
import type { ShellInfo } from "./api/types";
import { onPlatformEnded } from "./state/ended";
import { readStackNow, useStack } from "./state/stack";

let known: Promise<ShellInfo | null> | null = null;
// What comes next may run in the window's own process, and then there is somebody to ask.
onPlatformEnded(() => {
  known = null;
});

/** The window around this page, or none in a browser. */
export function shellInfo(): Promise<ShellInfo | null> {
  known ??= ask().catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 0) known = null;
    return null;
  });
  return known;
}

/** The stack tells whether there is anybody to ask: a question that nobody answers would be an error on the console. */
async function ask(): Promise<ShellInfo | null> {
  const stack = useStack.getState().stack ?? (await readStackNow());
  if (stack === null) known = null;
  return stack?.shell ? request<ShellInfo>("GET", "/shell/info") : null;
}

/** The system's folder dialog. Nothing when the person closed it. */
export async function pickFolder(title: string): Promise<string | null> {
  const { path } = await request<{ path: string | null }>("POST", "/shell/pick-folder", { title });
  return path || null;
}

/** Opens an address in the person's browser: through the window, which itself goes nowhere, or as a new tab. */
export async function openOutside(url: string): Promise<void> {
  if (await shellInfo()) await request("POST", "/shell/open", { target: url });
  else window.open(url, "_blank", "noopener,noreferrer");
}

/** Shows a folder in the system's own program; only where there is a window. */
export async function openPath(path: string): Promise<void> {
  await request("POST", "/shell/open", { target: path });
}

/** Whether the app starts when the person logs in. */
export function setAutostart(on: boolean): Promise<ShellInfo> {
  known = null;
  return request<ShellInfo>("POST", "/shell/autostart", { on });
}

/** Ends the app; agents stop or run on. */
export async function quit(agents: "stop" | "keep"): Promise<void> {
  await request("POST", "/shell/quit", { agents });
}
