import { QueryClientProvider } from "@tanstack/react-query";
import { Canvas } from "./canvas/Canvas";
import { ConnectionBar, Notices, OpenModeBar, PlatformEndedBar } from "./canvas/Notices";
import { EmptyOrg, FailedCanvas, LoadingCanvas, SignedOut } from "./canvas/States";
import { Rail } from "./chrome/Rail";
import { StatusStrip } from "./chrome/StatusStrip";
import { Toasts } from "./chrome/Toasts";
import { TopBar } from "./chrome/TopBar";
import { useKeys } from "./chrome/useKeys";
import { onCanvas } from "./core/format";
import { Boundary } from "./parts/Boundary";
import { SkeletonRows } from "./parts/controls";
import { later, Once } from "./parts/later";
import { useLive } from "./state/live";
import { useOrg } from "./state/org";
import { queries } from "./state/queries";
import { useUi } from "./state/ui";

const Inspector = later(() => import("./inspector/Inspector"), "Inspector", { isSoon: true });
const Palette = later(() => import("./chrome/Palette"), "Palette");
const Dialogs = later(() => import("./chrome/Dialogs"), "Dialogs");
const rows = { meanwhile: <SkeletonRows /> };
const ROOMS = {
  stack: later(() => import("./rooms/StackRoom"), "StackRoom", rows),
  activity: later(() => import("./rooms/ActivityRoom"), "ActivityRoom", rows),
  secrets: later(() => import("./rooms/SecretsRoom"), "SecretsRoom", rows),
  plugins: later(() => import("./rooms/PluginsRoom"), "PluginsRoom", rows),
  settings: later(() => import("./rooms/SettingsRoom"), "SettingsRoom", rows),
};

export function App() {
  useKeys();
  const room = useUi((state) => state.room);
  const hasPalette = useUi((state) => state.palette !== "closed");
  const hasDialog = useUi((state) => state.dialog !== null);
  const isSignedOut = useLive((state) => state.signedOut);
  return (
    <QueryClientProvider client={queries}>
      <a
        href="#canvas-main"
        className="absolute top-1 left-1 z-[70] -translate-y-14 rounded-base bg-accent px-3 py-1.5 text-on-accent focus:translate-y-0"
      >
        Skip to canvas
      </a>
      <div className="flex h-full flex-col">
        <OpenModeBar />
        <PlatformEndedBar />
        <ConnectionBar />
        <div className="flex min-h-0 flex-1">
          <Rail />
          <main id="canvas-main" tabIndex={-1} className="relative min-w-0 flex-1 outline-none">
            {isSignedOut ? (
              <SignedOut />
            ) : (
              <>
                <div className="h-full" inert={room !== "org"}>
                  <OrgRoom />
                </div>
                {/* The canvas stays as it is below the other rooms, so that coming back costs nothing. */}
                {room === "org" ? null : <OtherRoom room={room} />}
              </>
            )}
          </main>
        </div>
        <StatusStrip />
      </div>
      <LiveCount />
      <Once when={hasPalette}>
        <Palette />
      </Once>
      <Once when={hasDialog}>
        <Dialogs />
      </Once>
      <Toasts />
    </QueryClientProvider>
  );
}

function OtherRoom({ room }: { room: keyof typeof ROOMS }) {
  const Shown = ROOMS[room];
  return (
    <div className="absolute inset-0 z-20 bg-paper">
      <Boundary what="This room" key={room}>
        <Shown />
      </Boundary>
    </div>
  );
}

function OrgRoom() {
  const phase = useOrg((state) => state.phase);
  const isEmpty = useOrg((state) => state.rows.size === 0);
  const hasPanel = useUi((state) => state.selected !== null);
  return (
    <div className="flex h-full flex-col">
      <TopBar />
      <Notices />
      <div className="flex min-h-0 flex-1">
        <div className="relative min-w-0 flex-1">
          {phase === "loading" ? <LoadingCanvas /> : null}
          {phase === "failed" ? <FailedCanvas /> : null}
          {phase === "ready" && isEmpty ? <EmptyOrg /> : null}
          <Boundary what="The canvas">
            <Canvas />
          </Boundary>
        </div>
        <Once when={hasPanel}>
          <Inspector />
        </Once>
      </div>
    </div>
  );
}

/** Told to those who cannot see cards come and go. */
function LiveCount() {
  const roots = useOrg((state) => state.tree.roots.length);
  const all = useOrg((state) => state.rows.size);
  return (
    <div role="status" aria-live="polite" className="sr-only">
      {onCanvas(roots, all)}
    </div>
  );
}
