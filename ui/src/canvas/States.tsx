/** What stands in the place of the canvas while there is nothing to draw on it. */

import { useQuery } from "@tanstack/react-query";
import { FolderOpen, Play } from "lucide-react";
import { listTemplates } from "../api/calls";
import { sentence } from "../api/client";
import { plural } from "../core/format";
import { Button, Problem } from "../parts/controls";
import { useReadOnly } from "../state/live";
import { useOrg } from "../state/org";
import { keys } from "../state/queries";
import { useStack } from "../state/stack";
import { openDialog } from "../state/ui";

/** Cards without words, laid out as a team would be. */
export function LoadingCanvas() {
  return (
    <div
      className="flex h-full items-center justify-center"
      role="status"
      aria-label="Loading canvas..."
      data-testid="canvas-loading"
    >
      <div className="rounded-frame border border-line bg-sunken p-4">
        <div className="mb-4 h-[90px] w-[494px] rounded-card border border-line bg-raised p-3">
          <div className="skeleton h-3.5 w-40" />
          <div className="skeleton mt-2.5 h-2.5 w-64" />
          <div className="skeleton mt-2.5 h-2.5 w-32" />
        </div>
        <div className="grid grid-cols-2 gap-3.5">
          {[0, 1, 2, 3].map((index) => (
            <div key={index} className="h-[110px] w-[240px] rounded-card border border-line bg-raised p-3">
              <div className="skeleton h-3 w-28" />
              <div className="skeleton mt-2.5 h-2.5 w-40" />
              <div className="skeleton mt-2.5 h-2.5 w-20" />
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

export function FailedCanvas() {
  const error = useOrg((state) => state.error);
  const isStore = error?.code === "platform_unavailable";
  return (
    <div className="flex h-full items-center justify-center p-8" data-testid="hydration-error">
      <div className="w-[460px]">
        <Problem
          title={isStore ? "The platform's database does not answer" : "The org could not be read"}
          text={
            isStore
              ? `${error?.message ?? ""} Check that the disk is not full, then start the app again. The page goes on by itself when it is back.`
              : `${error ? `${error.message}${error.status ? ` (${error.status})` : ""}` : "Failed to load canvas"} The page tries again by itself.`
          }
        >
          <Button onClick={() => location.reload()}>Retry</Button>
        </Problem>
      </div>
    </div>
  );
}

export function SignedOut() {
  return (
    <div className="flex h-full items-center justify-center p-8" data-testid="signed-out">
      <div role="alert" className="w-[470px] rounded-frame border border-line-strong bg-raised p-6">
        <h1 className="text-title font-semibold">This page needs a new link</h1>
        <p className="mt-1.5 text-ink-muted">
          It has no key for this platform, or the platform was started anew and no longer knows it. For a new
          one:
        </p>
        <ul className="mt-3 list-disc space-y-1.5 pl-5">
          <li>open the app's window; it brings its own key, or</li>
          <li>
            run{" "}
            <code className="rounded-small border border-line bg-sunken px-1 font-mono text-small">
              molecule-stack open
            </code>{" "}
            and open the link it prints. It works once.
          </li>
        </ul>
        <p className="mt-3 text-ink-muted">Nothing is lost: the agents run on meanwhile.</p>
      </div>
    </div>
  );
}

/** The first minute. */
export function EmptyOrg() {
  const isReadOnly = useReadOnly();
  const stack = useStack((state) => state.stack);
  const { data, error } = useQuery({ queryKey: keys.templates, queryFn: listTemplates });
  const sample = data?.find((entry) => entry.dir === "sample" || /sample/i.test(entry.dir));
  const others = (data ?? []).filter((entry) => entry !== sample && !entry.error);
  return (
    <div className="flex h-full items-center justify-center overflow-y-auto p-8" data-testid="empty-org">
      <div className="w-[560px]">
        <img src="/mark.svg" alt="" width={44} height={44} />
        <h1 className="mt-4 text-head font-semibold">An org of agents, on this computer</h1>
        <p className="mt-1.5 max-w-[54ch] text-ink-muted">
          A folder with an org.yaml describes who is in it. You see a plan first; nothing starts before you
          say so.
        </p>
        <div className="mt-5 flex gap-2">
          <Button
            look={sample ? "primary" : "plain"}
            className="h-9 px-4"
            icon={<Play size={14} aria-hidden="true" />}
            disabled={isReadOnly || !sample}
            onClick={() => sample && openDialog({ kind: "import", dir: sample.dir })}
          >
            Start the sample org
          </Button>
          <Button
            look={sample ? "plain" : "primary"}
            className="h-9 px-4"
            icon={<FolderOpen size={15} aria-hidden="true" />}
            disabled={isReadOnly}
            onClick={() => openDialog({ kind: "import" })}
          >
            Open an org folder
          </Button>
        </div>
        {sample ? (
          <p className="mt-2 text-small text-ink-muted">
            {plural(sample.workspaces, "role")}, no key and no Docker needed.
          </p>
        ) : null}
        {error ? (
          <p role="alert" className="mt-2 text-small text-failed">
            The list of orgs could not be read: {sentence(error)}
          </p>
        ) : null}
        {others.length > 0 ? (
          <section aria-label="Known orgs" className="mt-7">
            <h2 className="mb-1 font-medium">Known orgs</h2>
            <ul className="divide-y divide-line border-y border-line">
              {others.slice(0, 8).map((entry) => (
                <li key={entry.dir} className="flex items-center gap-3 py-2">
                  <div className="min-w-0 flex-1">
                    <p className="truncate">{entry.name || entry.dir}</p>
                    <p className="line-clamp-2 text-small text-ink-muted">{entry.description}</p>
                  </div>
                  <span className="text-small text-ink-muted">{plural(entry.workspaces, "role")}</span>
                  <Button
                    disabled={isReadOnly}
                    onClick={() => openDialog({ kind: "import", dir: entry.dir })}
                  >
                    Open
                  </Button>
                </li>
              ))}
            </ul>
          </section>
        ) : null}
        {stack && stack.engine.state !== "ready" ? (
          <p className="mt-7 border-t border-line pt-3 text-ink-muted">
            {stack.engine.state === "off"
              ? "The platform was started without a container engine. The sample org needs none."
              : "No container engine answers. Start Docker or Podman, or go on without: the first sample org needs none."}
          </p>
        ) : null}
      </div>
    </div>
  );
}
