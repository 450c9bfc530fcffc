/** The stored view, asked for together with the org so that the first picture does not wait for it. */

import { readViewport } from "../api/calls";
import type { Viewport } from "../api/types";

let asked: Promise<Viewport> | null = null;

export function firstView(): Promise<Viewport> {
  asked ??= readViewport();
  return asked;
}
