/** Bars above the canvas: what the person should know about all that is below. */

import { Button } from "../parts/controls";
import { Glyph } from "../parts/Glyph";
import { foldAll } from "../state/commands";
import { tryNow, useLive } from "../state/live";
import { useOrg } from "../state/org";
import { useStack } from "../state/stack";

const MANY = 300;

export function Notices() {
  const connection = useLive((state) => state.connection);
  const isReady = useOrg((state) => state.phase === "ready");
  const waitsForEngine = useOrg((state) =>
    [...state.rows.values()].some((row) => row.status_reason?.code === "docker_unavailable"),
  );
  const engine = useStack((state) => state.stack?.engine);
  const drawn = useOrg((state) => state.tree.order.length - state.hidden.size);
  const teams = useOrg((state) => state.tree.members.size);
  if (isReady && (connection === "reconnecting" || connection === "offline")) {
    return (
      <Bar kind="waiting" testId="notice-connection">
        <span className="flex-1">
          {connection === "offline" ? "Offline: the platform does not answer." : "Reconnecting."} What you see
          may be out of date, and changes are off until the connection is back.
        </span>
        <Button onClick={tryNow}>Try now</Button>
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
