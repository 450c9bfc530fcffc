/** Where the menu of a card is open; the menu itself is loaded when it is first wanted. */

import { create } from "zustand";

interface MenuState {
  at: { id: string; x: number; y: number } | null;
}

export const useMenu = create<MenuState>(() => ({ at: null }));

export function openCardMenu(id: string, at: { x: number; y: number }): void {
  useMenu.setState({ at: { id, ...at } });
}
