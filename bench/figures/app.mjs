/** Memory of the whole app with its window, beside Chromium that shows the same canvas. Needs a display. */

import { spawn } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { sleep, until } from "../support/numbers.mjs";
import { proportionalMemory, tree } from "../support/processes.mjs";

export const name = "app";

export async function measure({ run, seconds, facts }) {
  const program = run.program("molecule-desktop");
  const figure = "memory of the whole app";
  if (!program) return [{ key: "app_memory", figure, missing: "molecule-desktop is not built" }];
  if (!process.env.DISPLAY) return [{ key: "app_memory", figure, missing: "no display" }];
  const home = run.folder("app");
  mkdirSync(join(home, "run"), { mode: 0o700 });
  const env = {
    ...process.env,
    HOME: home,
    XDG_RUNTIME_DIR: join(home, "run"),
    MOLECULE_HOME: join(home, "data"),
    SECRETS_ENCRYPTION_KEY: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
    NO_AT_BRIDGE: "1",
    GSETTINGS_BACKEND: "memory",
    DOCKER_HOST: `unix://${home}/no-engine.sock`,
  };
  for (const inherited of ["WAYLAND_DISPLAY", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"]) {
    delete env[inherited];
  }
  const app = spawn(program, [], { env, stdio: "ignore" });
  const ended = new Promise((done) => app.once("exit", done));
  try {
    const owner = () => readdirSync(join(home, "run", "molecule-desktop")).length > 0;
    await until("the app's platform", owner, { every: 100, limit: 60_000 });
    // The web view's processes come a little later; then the page settles.
    await until("the app's web view", () => tree(app.pid).length > 2, { every: 100, limit: 60_000 });
    await sleep(seconds(10) * 1000);
    const note = "shared pages counted once; peer: Chromium with the canvas";
    const browser = facts.browserMemory?.mb;
    return [
      {
        key: "app_memory",
        figure,
        unit: "MB",
        samples: [proportionalMemory(app.pid)],
        peer: browser ? [browser] : undefined,
        note: browser ? note : "shared pages counted once",
      },
    ];
  } finally {
    app.kill("SIGTERM");
    await Promise.race([ended, sleep(10_000)]);
    app.kill("SIGKILL");
  }
}
