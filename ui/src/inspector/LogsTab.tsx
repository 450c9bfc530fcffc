/** What the agent's container wrote, and what it writes. */

import { Copy, RefreshCw } from "lucide-react";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { readConsole } from "../api/calls";
import { ApiError, sentence } from "../api/client";
import { followConsole } from "../api/stream";
import { Button, Check, Empty, Problem, SkeletonRows } from "../parts/controls";
import { copyText } from "../parts/copy";
import { useOrg } from "../state/org";
import { toast } from "../state/ui";

const MOST_CHARS = 400_000;

export function LogsTab({ id }: { id: string }) {
  const [text, setText] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [follows, setFollows] = useState(true);
  const [canFollow, setCanFollow] = useState(true);
  const [round, setRound] = useState(0);
  const status = useOrg((state) => state.rows.get(id)?.status);
  const runtime = useOrg((state) => state.rows.get(id)?.runtime);
  // The mock runtime answers inside the platform, an external agent runs elsewhere: neither has a container here.
  const hasContainer = runtime !== "mock" && runtime !== "external";
  const box = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);

  const read = useCallback(
    async (signal: AbortSignal) => {
      setError(null);
      try {
        const { output } = await readConsole(id, signal);
        setText(output);
      } catch (failure) {
        if (signal.aborted) return;
        if (failure instanceof ApiError && (failure.status === 404 || failure.status === 501)) setText("");
        else setError(sentence(failure));
      }
    },
    [id],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new status and "refresh" both mean: read again
  useEffect(() => {
    const stop = new AbortController();
    let lines: string[] = [];
    let isFirst = true;
    let frame = 0;
    // A chatty container must not draw the panel once a line.
    const flush = () => {
      frame = 0;
      const more = lines.join("\n");
      const replaces = isFirst;
      lines = [];
      isFirst = false;
      setText((before) => {
        // Following begins with the last lines, so what was read before it is replaced.
        const next = replaces || !before ? more : `${before.replace(/\n$/, "")}\n${more}`;
        return next.length > MOST_CHARS ? next.slice(-MOST_CHARS) : next;
      });
    };
    (async () => {
      await read(stop.signal);
      if (!follows || !hasContainer || stop.signal.aborted) return;
      const works = await followConsole(
        id,
        (line) => {
          lines.push(line);
          if (frame === 0) frame = requestAnimationFrame(flush);
        },
        stop.signal,
      ).catch(() => false);
      if (!stop.signal.aborted) setCanFollow(works);
    })();
    return () => {
      stop.abort();
      cancelAnimationFrame(frame);
    };
  }, [id, read, follows, round, status, hasContainer]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: stays at the end while the text grows
  useLayoutEffect(() => {
    if (box.current && isAtEnd.current) box.current.scrollTop = box.current.scrollHeight;
  }, [text]);

  return (
    <div className="flex h-full flex-col">
      <div className="flex items-center gap-3 border-b border-line px-3 py-2">
        <Check
          checked={follows && canFollow && hasContainer}
          disabled={!canFollow || !hasContainer}
          onChange={setFollows}
        >
          Follow
        </Check>
        <span className="flex-1" />
        <Button
          look="quiet"
          icon={<RefreshCw size={13} aria-hidden="true" />}
          onClick={() => setRound(round + 1)}
        >
          Refresh
        </Button>
        <Button
          look="quiet"
          icon={<Copy size={13} aria-hidden="true" />}
          disabled={!text}
          onClick={() => {
            void copyText(text ?? "").then(
              () => toast("success", "Log copied"),
              () => toast("error", "The log could not be copied: the clipboard is closed to this page."),
            );
          }}
        >
          Copy
        </Button>
      </div>
      {error !== null ? (
        <div className="p-4" data-testid="console-error">
          <Problem title="The log could not be read" text={error}>
            <Button onClick={() => setRound(round + 1)}>Retry</Button>
          </Problem>
        </div>
      ) : text === null ? (
        <div data-testid="console-loading">
          <SkeletonRows rows={6} />
        </div>
      ) : text.trim() === "" ? (
        <Empty title="No output">
          {runtime === "mock"
            ? "The mock runtime answers inside the platform: there is no container that could write a log."
            : "Nothing was written yet, or its container is gone."}
        </Empty>
      ) : (
        <pre
          ref={box}
          data-testid="console-output"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
          tabIndex={0}
          role="log"
          aria-live="off"
          aria-label="Log"
          className="min-h-0 flex-1 overflow-auto bg-code p-3 font-mono text-[12px] leading-[17px] wrap-anywhere whitespace-pre-wrap text-code-ink"
          onScroll={(event) => {
            const pane = event.currentTarget;
            isAtEnd.current = pane.scrollHeight - pane.scrollTop - pane.clientHeight < 30;
          }}
        >
          {text}
        </pre>
      )}
    </div>
  );
}
