/** A dialog: focus inside, Esc closes, focus goes back to where it came from. */

import { X } from "lucide-react";
import { Dialog } from "radix-ui";
import type { ReactNode } from "react";
import { IconButton } from "./controls";

interface Props {
  title: string;
  onClose: () => void;
  children: ReactNode;
  footer?: ReactNode;
  width?: number;
  /** It holds nothing that takes the focus: its text does, so that it can be scrolled by keyboard. */
  isText?: boolean;
  /** Answers a question that destroys something. */
  isAlert?: boolean;
}

export function Modal({ title, onClose, children, footer, width = 480, isText, isAlert }: Props) {
  const scrolls = isText ? { role: "group", "aria-label": title, tabIndex: 0 } : {};
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Content
          role={isAlert ? "alertdialog" : "dialog"}
          aria-modal="true"
          aria-describedby={undefined}
          className="appear fixed top-1/2 left-1/2 z-50 flex max-h-[86vh] max-w-[94vw] -translate-x-1/2 -translate-y-1/2 flex-col rounded-frame border border-line-strong bg-raised outline-none"
          style={{ width }}
        >
          <header className="flex items-center gap-2 border-b border-line py-2.5 pr-2.5 pl-5">
            <Dialog.Title className="flex-1 truncate text-title font-semibold">{title}</Dialog.Title>
            {isAlert ? null : (
              <IconButton label="Close" onClick={onClose}>
                <X size={16} aria-hidden="true" />
              </IconButton>
            )}
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4" {...scrolls}>
            {children}
          </div>
          {footer ? (
            <footer className="flex justify-end gap-2 border-t border-line px-5 py-3">{footer}</footer>
          ) : null}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
