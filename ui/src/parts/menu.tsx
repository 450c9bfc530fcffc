/** Menus: one look, wherever they open. */

import { ChevronRight } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import { Kbd } from "./controls";

const BODY =
  "appear z-50 max-h-(--radix-dropdown-menu-content-available-height) min-w-[200px] overflow-y-auto rounded-card border border-line-strong bg-raised p-1 text-body";
const ITEM =
  "flex h-7 cursor-default items-center gap-3 rounded-small px-2 outline-none select-none data-highlighted:bg-accent-soft data-disabled:opacity-50";

/** A menu at the pointer has no trigger that tells it whether keys opened it: its first item takes the focus anyway. */
function focusFirst(menu: HTMLElement | null): void {
  if (menu === null) return;
  requestAnimationFrame(() =>
    menu.querySelector<HTMLElement>('[role="menuitem"]:not([data-disabled])')?.focus({ preventScroll: true }),
  );
}

interface BodyProps {
  label: string;
  align: "start" | "end";
  /** Where it opens; beside a point it may slide up so that all of it is in the window. */
  side?: "bottom" | "right";
  children: ReactNode;
}

export function MenuBody({ label, align, side = "bottom", children }: BodyProps) {
  return (
    <DropdownMenu.Portal>
      <DropdownMenu.Content
        ref={focusFirst}
        aria-label={label}
        align={align}
        side={side}
        sideOffset={4}
        collisionPadding={8}
        loop
        className={BODY}
        onClick={(event) => event.stopPropagation()}
      >
        {children}
      </DropdownMenu.Content>
    </DropdownMenu.Portal>
  );
}

interface ItemProps {
  children: ReactNode;
  onSelect: () => void;
  disabled?: boolean;
  danger?: boolean;
  keys?: string;
}

export function Item({ children, onSelect, disabled, danger, keys }: ItemProps) {
  return (
    <DropdownMenu.Item
      disabled={disabled}
      onSelect={onSelect}
      className={`${ITEM} ${danger ? "text-failed" : ""}`}
    >
      <span className="flex-1">{children}</span>
      {keys ? <Kbd>{keys}</Kbd> : null}
    </DropdownMenu.Item>
  );
}

export function Separator() {
  return <DropdownMenu.Separator className="my-1 h-px bg-line" />;
}

export function SubMenu({ label, children }: { label: string; children: ReactNode }) {
  return (
    <DropdownMenu.Sub>
      <DropdownMenu.SubTrigger className={ITEM}>
        <span className="flex-1">{label}</span>
        <ChevronRight size={13} aria-hidden="true" />
      </DropdownMenu.SubTrigger>
      <DropdownMenu.Portal>
        <DropdownMenu.SubContent className={BODY} sideOffset={4} collisionPadding={8}>
          {children}
        </DropdownMenu.SubContent>
      </DropdownMenu.Portal>
    </DropdownMenu.Sub>
  );
}
