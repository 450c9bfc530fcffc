import type { ReactNode } from "react";
import { Button } from "./controls";
import { Modal } from "./Modal";

interface Props {
  title: string;
  /** What the button says that does it. */
  action: string;
  onYes: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** A question before something that takes away. Cancel has the focus. */
export function Ask({ title, action, onYes, onClose, children }: Props) {
  return (
    <Modal
      isAlert
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button autoFocus onClick={onClose}>
            Cancel
          </Button>
          <Button
            look="danger"
            onClick={() => {
              onClose();
              onYes();
            }}
          >
            {action}
          </Button>
        </>
      }
    >
      {children}
    </Modal>
  );
}
