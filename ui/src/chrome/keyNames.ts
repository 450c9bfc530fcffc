/** How keys are called on this computer. */

export const isMac = /mac/i.test(navigator.platform);
export const modKey = isMac ? "⌘" : "Ctrl";
