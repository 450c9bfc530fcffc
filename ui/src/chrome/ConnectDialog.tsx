/** How an agent that runs elsewhere is connected. The key is shown this once and leaves the page with the dialog. */

import { Copy } from "lucide-react";
import { Tabs } from "radix-ui";
import type { Connection } from "../api/types";
import { snippets } from "../core/connect";
import { Button } from "../parts/controls";
import { copyText } from "../parts/copy";
import { Modal } from "../parts/Modal";
import { closeDialog, toast } from "../state/ui";

export function ConnectDialog({ name, connection }: { name: string; connection: Connection }) {
  const all = snippets(connection);
  return (
    <Modal
      title={`Connect ${name}`}
      width={640}
      onClose={closeDialog}
      footer={
        <Button look="primary" onClick={closeDialog}>
          I have saved it
        </Button>
      }
    >
      <p>
        Copy what you need now: <b className="font-semibold">the key in it is not shown again</b>. A new one
        can be made in the role's Details.
      </p>
      <Tabs.Root defaultValue="python" className="mt-3">
        <Tabs.List aria-label="Ways to connect" className="flex gap-1 border-b border-line">
          {all.map((one) => (
            <Tabs.Trigger
              key={one.key}
              value={one.key}
              className="border-b-2 border-transparent px-2 py-1.5 text-ink-muted hover:text-ink focus-visible:-outline-offset-2 data-[state=active]:border-accent data-[state=active]:text-ink"
            >
              {one.title}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {all.map((one) => (
          <Tabs.Content key={one.key} value={one.key} className="pt-3 outline-none">
            <div className="mb-2 flex items-center gap-2">
              <p className="flex-1 text-ink-muted">{one.note}</p>
              <Button
                icon={<Copy size={13} aria-hidden="true" />}
                onClick={() => {
                  copyText(one.text).then(
                    () => toast("success", "Copied, with the key in it."),
                    () => toast("error", "It could not be copied. Select it and copy it by hand."),
                  );
                }}
              >
                Copy
              </Button>
            </div>
            <pre
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
              tabIndex={0}
              data-testid="connect-snippet"
              className="max-h-[40vh] overflow-auto rounded-base bg-code p-2.5 font-mono text-small whitespace-pre-wrap text-code-ink wrap-anywhere select-all"
            >
              {one.text}
            </pre>
          </Tabs.Content>
        ))}
      </Tabs.Root>
    </Modal>
  );
}
