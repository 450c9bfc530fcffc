/** A plugin with all that would run, before it is installed. */

import { useState } from "react";
import { installPlugin } from "../api/calls";
import type { PluginPreview } from "../api/types";
import { plural } from "../core/format";
import { canTrack, installedText, short } from "../core/plugins";
import { Button, Check, Problem } from "../parts/controls";
import { Glyph } from "../parts/Glyph";
import { Modal } from "../parts/Modal";
import { useTask } from "../parts/useTask";
import { toast } from "../state/ui";

interface Props {
  id: string;
  preview: PluginPreview;
  isUpdate: boolean;
  onClose: () => void;
  onDone: () => void;
}

export function InstallDialog({ id, preview, isUpdate, onClose, onDone }: Props) {
  const [isFollowing, setFollowing] = useState(false);
  const { isBusy, problem, run } = useTask();
  const install = () =>
    run(async () => {
      // The digest names what was shown: other content is refused.
      const done = await installPlugin(id, {
        source: preview.source,
        digest: preview.digest,
        ...(isFollowing ? { track: "tag:latest" } : {}),
      });
      toast("success", installedText(done));
      for (const warning of done.warnings.slice(0, 2)) toast("info", warning);
      onDone();
    });
  return (
    <Modal
      title={`${isUpdate ? "Replace" : "Install"} ${preview.plugin}`}
      width={720}
      onClose={onClose}
      footer={
        <>
          <Button autoFocus onClick={onClose}>
            Cancel
          </Button>
          <Button look="primary" disabled={isBusy} onClick={() => void install()}>
            {isBusy ? "Installing" : isUpdate ? "Replace it" : "Install"}
          </Button>
        </>
      }
    >
      <div className="space-y-4" data-testid="plugin-preview">
        <div>
          <p>
            {preview.description || "It says nothing about itself."}{" "}
            <span className="text-ink-muted">{preview.version ? `Version ${preview.version}.` : ""}</span>
          </p>
          <p className="font-mono text-small wrap-anywhere text-ink-muted">
            {preview.source}, {short(preview.digest)}
          </p>
          {preview.runtimes.length > 0 ? (
            <p className="text-small text-ink-muted">Made for {preview.runtimes.join(", ")}</p>
          ) : null}
        </div>
        {preview.warnings.length > 0 ? (
          <ul className="space-y-1">
            {preview.warnings.map((warning) => (
              <li key={warning} className="flex items-start gap-2">
                <Glyph kind="degraded" className="mt-1" />
                <span className="min-w-0 wrap-anywhere">{warning}</span>
              </li>
            ))}
          </ul>
        ) : null}
        <section aria-label="What would run">
          <h3 className="mb-1 font-medium">What would run</h3>
          {preview.code.length === 0 ? (
            <p className="text-ink-muted">Nothing: it brings texts only.</p>
          ) : (
            <div className="space-y-2">
              {preview.code.map((code) => (
                <details key={code.path} open={preview.code.length <= 3} data-testid="plugin-code">
                  <summary className="cursor-pointer">
                    <span className="font-mono text-small">{code.path}</span>{" "}
                    <span className="text-small text-ink-muted">{code.when}</span>
                  </summary>
                  {code.text ? (
                    <pre
                      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
                      tabIndex={0}
                      className="mt-1 max-h-64 overflow-auto rounded-base bg-code p-2.5 font-mono text-small text-code-ink"
                    >
                      {code.text}
                    </pre>
                  ) : null}
                  {code.cut ? (
                    <p className="text-small text-ink-muted">
                      {code.text
                        ? "It is longer than what is shown."
                        : "It is no text, so it cannot be shown."}
                    </p>
                  ) : null}
                </details>
              ))}
            </div>
          )}
        </section>
        <details>
          <summary className="cursor-pointer">{plural(preview.files.length, "file")}</summary>
          <ul className="mt-1 max-h-40 overflow-y-auto font-mono text-small text-ink-muted">
            {preview.files.map((file) => (
              <li key={file} className="truncate">
                {file}
              </li>
            ))}
          </ul>
        </details>
        {canTrack(preview.source) ? (
          <Check
            checked={isFollowing}
            onChange={setFollowing}
            note="New versions are found and shown; nothing is updated by itself."
          >
            Follow the newest version
          </Check>
        ) : null}
        {problem ? <Problem title="It was not installed" text={problem} /> : null}
      </div>
    </Modal>
  );
}
