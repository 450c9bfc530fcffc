/** Tells cards and style sheet how far away the cards are. */

import { useStore } from "@xyflow/react";
import { useEffect, useLayoutEffect, useRef } from "react";
import { lettersAt, levelOf, stepOf, useDistance } from "./distance";

/**
 * While one zooms, letters grow and shrink with their cards; they are set anew this often at most. Each time lays out
 * every card in view.
 */
const EVERY_MS = 160;

export function FollowZoom() {
  const step = useStore((state) => stepOf(state.transform[2]));
  const pane = useStore((state) => state.domNode);
  const setAt = useRef(Number.NEGATIVE_INFINITY);
  const timer = useRef(0);
  useLayoutEffect(() => {
    const apply = () => {
      setAt.current = performance.now();
      show(pane, step);
    };
    window.clearTimeout(timer.current);
    const wait = setAt.current + EVERY_MS - performance.now();
    if (wait <= 0 || useDistance.getState().step === step) apply();
    else timer.current = window.setTimeout(apply, wait);
  }, [pane, step]);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return null;
}

function show(pane: HTMLElement | null, step: number): void {
  const level = levelOf(step);
  useDistance.setState({ level, step });
  if (!pane) return;
  pane.dataset.far = level;
  if (step === 0) return;
  const { size, lines, tightLines } = lettersAt(step);
  pane.style.setProperty("--name-size", `${size.toFixed(1)}px`);
  pane.style.setProperty("--name-lines", String(lines));
  pane.style.setProperty("--tight-lines", String(tightLines));
  pane.style.setProperty("--hair", `${Math.min(6, Math.max(1, 18 / step)).toFixed(1)}px`);
}
