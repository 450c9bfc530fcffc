/**
 * The platform ran in another process than the app's window around this page, and that process has ended. Part of the
 * first picture, unlike the rest of what concerns the window: it is needed just when nothing more can be loaded.
 */

/** Told by the window when no other process took the platform over. A browser tab hears nothing. */
export function onPlatformEnded(listen: () => void): void {
  window.addEventListener("molecule:platform-ended", listen);
}

/**
 * Asks the window to run the platform itself. There is no API to ask by then: the window sees where the page wants to
 * go, stays, and leads the page to the platform it has started.
 */
export function startHere(): void {
  location.href = "/shell/start-here";
}
