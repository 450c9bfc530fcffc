/** Bars above the canvas: what the person should know about all that is below. */

import { useState } from "react";
import { secretsNotice } from "../core/secretsPlace";
import { countOutOfReach, waitsForSecrets } from "../core/status";
import { Button } from "../parts/controls";
import { Glyph } from "../parts/Glyph";
import { later } from "../parts/later";
import { foldAll } from "../state/commands";
import { startHere } from "../state/ended";
import { tryNow, useLive } from "../state/live";
import { useOrg } from "../state/org";
import { useStack } from "../state/stack";
import { goTo } from "../state/ui";

const MANY = 300;
const Unlock = later(() => import("../rooms/OpenPlace"), "Unlock");

export function Notices() {
  const isCutOff = useCutOff();
  const isEnded = useLive((state) => state.ended);
  const waitsForEngine = useOrg((state) =>
    [...state.rows.values()].some((row) => row.status_reason?.code === "docker_unavailable"),
  );
  const outOfReach = useOrg((state) => countOutOfReach(state.rows.values()));
  const engine = useStack((state) => state.stack?.engine);
  const keychain = useStack((state) => state.stack?.keychain);
  const needSecrets = useOrg((state) => {
    let count = 0;
    for (const row of state.rows.values()) if (waitsForSecrets(row)) count += 1;
    return count;
  });
  const [problem, setProblem] = useState("");
  const drawn = useOrg((state) => state.tree.order.length - state.hidden.size);
  const teams = useOrg((state) => state.tree.members.size);
  // One bar says it all: what the others know is from before.
  if (isEnded || isCutOff) return null;
  if (engine?.state === "unavailable" && outOfReach > 0) {
    return (
      <Bar kind="waiting" testId="notice-engine-lost">
        <span className="flex-1">
          The container engine does not answer.{" "}
          {outOfReach === 1
            ? "One role is shown as it was last seen; it is"
            : `${outOfReach.toLocaleString("en")} roles are shown as they were last seen; they are`}{" "}
          looked for when the engine is back, and messages wait until then.
        </span>
      </Bar>
    );
  }
  const secrets = secretsNotice(keychain, needSecrets);
  if (secrets) {
    return (
      <Bar kind="waiting" testId="notice-keychain">
        <span className="min-w-[200px] flex-1">{secrets.text}</span>
        {secrets.isLocked ? (
          <Unlock problem={problem} onProblem={setProblem} isBar />
        ) : (
          <Button onClick={() => goTo("secrets")}>Choose a place</Button>
        )}
      </Bar>
    );
  }
  if (engine?.state === "unavailable" && waitsForEngine) {
    return (
      <Bar kind="waiting" testId="notice-engine">
        <span className="flex-1">
          Docker is not running, so some roles wait. Start Docker; they go on by themselves. Roles that need
          no container run meanwhile.
        </span>
      </Bar>
    );
  }
  if (drawn > MANY && teams > 0) {
    return (
      <Bar kind="running" testId="notice-many">
        <span className="flex-1">
          {drawn.toLocaleString("en")} roles are open at once. Folded teams show how many are inside and the
          worst of their states.
        </span>
        <Button onClick={() => foldAll(true)}>Fold all teams</Button>
      </Bar>
    );
  }
  return null;
}

function useCutOff(): boolean {
  return useLive(
    (state) => !state.signedOut && (state.connection === "reconnecting" || state.connection === "offline"),
  );
}

/** Above every room and every dialog: what is seen may be out of date, wherever one is. */
export function ConnectionBar() {
  const isCutOff = useCutOff();
  const isOffline = useLive((state) => state.connection === "offline");
  const isEnded = useLive((state) => state.ended);
  if (!isCutOff || isEnded) return null;
  return (
    <div className="relative z-[60]">
      <Bar kind="waiting" testId="notice-connection">
        <span className="flex-1">
          {isOffline ? "Offline: the platform does not answer." : "Reconnecting."} What you see may be out of
          date, and changes are off until the connection is back.
        </span>
        <Button onClick={tryNow}>Try now</Button>
      </Bar>
    </div>
  );
}

/** Above every room: with this switch there are no keys at all, and that must be seen at any time. */
export function OpenModeBar() {
  const isOpen = useStack((state) => state.stack?.mode === "open");
  if (!isOpen) return null;
  return (
    <div
      role="alert"
      data-testid="notice-open-mode"
      className="flex min-h-9 items-center gap-2.5 border-b border-failed bg-failed-soft px-3 py-1"
    >
      <Glyph kind="degraded" />
      <span className="flex-1">
        <b className="font-semibold">Open development mode.</b> No key is asked for: every program on this
        computer may do everything here. It lasts for this run; start without --open-dev-mode to close it.
      </span>
    </div>
  );
}

/** Above every room, in the app's window: the platform ran in another process, which has ended. */
export function PlatformEndedBar() {
  const isEnded = useLive((state) => state.ended);
  const [isAsked, setIsAsked] = useState(false);
  if (!isEnded) return null;
  return (
    <div
      role="alert"
      data-testid="notice-platform-ended"
      className="flex min-h-9 items-center gap-2.5 border-b border-line bg-sunken px-3 py-1"
    >
      <Glyph kind="waiting" />
      <span className="flex-1">
        <b className="font-semibold">The platform has stopped.</b> It ran in another program, which has ended.
        Nothing that was saved is lost. This window goes on by itself when it is started again anywhere, or
        starts it here.
      </span>
      <Button
        look="primary"
        disabled={isAsked}
        onClick={() => {
          setIsAsked(true);
          // When it cannot be started, the window says why, and it can be asked again.
          setTimeout(() => setIsAsked(false), 5000);
          startHere();
        }}
      >
        Start it here
      </Button>
    </div>
  );
}

function Bar({
  kind,
  children,
  testId,
}: {
  kind: "waiting" | "running";
  children: React.ReactNode;
  testId: string;
}) {
  return (
    <div
      role="status"
      data-testid={testId}
      className="flex min-h-9 items-center gap-2.5 border-b border-line bg-sunken px-3 py-1"
    >
      <Glyph kind={kind} />
      {children}
    </div>
  );
}
