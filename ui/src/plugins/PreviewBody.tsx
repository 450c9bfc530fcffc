/** What a plugin is and all of it that would run, as a person sees it before any of it does. */

import type { PluginPreview } from "../api/types";
import { plural } from "../core/format";
import { short } from "../core/plugins";
import { Glyph } from "../parts/Glyph";

export function PreviewBody({ preview }: { preview: PluginPreview }) {
  return (
    <div className="space-y-4" data-testid="plugin-preview">
      <div>
        <p>
          {preview.description || "It says nothing about itself."}{" "}
          <span className="text-ink-muted">{preview.version ? `Version ${preview.version}.` : ""}</span>
        </p>
        <p className="font-mono text-small wrap-anywhere text-ink-muted">{preview.source}</p>
        <p className="text-small text-ink-muted">
          {preview.runtimes.length > 0 ? `Made for ${preview.runtimes.join(", ")}. ` : ""}
          Its files' digest begins with <span className="font-mono">{short(preview.digest)}</span>.
        </p>
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
                {code.text ? <CodeText text={code.text} /> : null}
                {code.cut ? (
                  <p className="text-small text-ink-muted">
                    {code.text ? "It is longer than what is shown." : "It is no text, so it cannot be shown."}
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
            <li key={file} className="truncate" title={file}>
              {file}
            </li>
          ))}
        </ul>
      </details>
    </div>
  );
}

/** A text of a plugin, as it is. */
export function CodeText({ text }: { text: string }) {
  return (
    <pre
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      className="mt-1 max-h-64 overflow-auto rounded-base bg-code p-2.5 font-mono text-small text-code-ink"
    >
      {text}
    </pre>
  );
}
