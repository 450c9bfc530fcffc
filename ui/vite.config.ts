import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

// While developing, the API is another process: the real server, or the stand-in of dev/fake-api.mjs.
const api = process.env.MOLECULE_API ?? "http://127.0.0.1:8099";
const routes = [
  "/workspaces",
  "/canvas",
  "/org",
  "/settings",
  "/personas",
  "/stack",
  "/shell",
  "/auth",
  "/events",
  "/activity",
  "/health",
];

/**
 * Tells the browser at once what a small script asks for a little later: the page with all it imports, and the letters. No
 * more than that: each file takes one of the few connections.
 */
function preloadFirstPicture(): Plugin {
  return {
    name: "preload-first-picture",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(_, { bundle = {} }) {
        const wanted = new Set<string>();
        const add = (file: string) => {
          const chunk = bundle[file];
          if (wanted.has(file) || chunk?.type !== "chunk" || chunk.isEntry) return;
          wanted.add(file);
          for (const other of chunk.imports) add(other);
        };
        const page = Object.values(bundle).find((one) => one.type === "chunk" && one.name === "page");
        if (!page) throw new Error("there is no chunk named page to preload");
        add(page.fileName);
        const letters = Object.keys(bundle).filter((file) =>
          /plex-sans-latin-wght-normal.*\.woff2$/.test(file),
        );
        return [
          ...[...wanted].map((file) => ({
            tag: "link",
            attrs: { rel: "modulepreload", crossorigin: true, href: `/${file}` },
            injectTo: "head" as const,
          })),
          ...letters.map((file) => ({
            tag: "link",
            attrs: { rel: "preload", as: "font", type: "font/woff2", crossorigin: true, href: `/${file}` },
            injectTo: "head" as const,
          })),
        ];
      },
    },
  };
}

export default defineConfig({
  plugins: [react(), tailwindcss(), preloadFirstPicture()],
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 800,
    rolldownOptions: {
      output: {
        // Few files: a browser has six requests under way at once, and those for the org must not stand in line behind
        // scripts.
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            {
              name: "drawing",
              test: /node_modules\/(react|react-dom|scheduler|use-sync-external-store|zustand|@xyflow|classcat|d3-\w+|@tanstack|lucide-react)\/|\/src\/(core|state)\/|\/src\/parts\/(later|controls|Labelled|Glyph|Boundary|useStandIn)|\/src\/api\/(calls|socket|stream)\.ts/,
              priority: 2,
            },
            {
              // The panel that a first click opens, with what menus and dialogs are made of.
              name: "panel",
              test: /node_modules\/(radix-ui|@radix-ui|@floating-ui|react-remove-scroll\S*|react-style-singleton|use-sidecar|use-callback-ref|aria-hidden|get-nonce|tslib)\/|\/src\/parts\/(?!Editor)|\/src\/(shell|canvas\/CardMenu|inspector\/(Inspector|DetailsTab|ActivityTab|LogsTab|Role\w+))\.tsx?$/,
              priority: 1,
            },
          ],
        },
      },
    },
  },
  server: {
    proxy: Object.fromEntries([
      ...routes.map((route) => [route, { target: api }]),
      ["/ws", { target: api, ws: true }],
    ]),
  },
  // A busy machine is no failure.
  test: { include: ["src/**/*.test.ts"], environment: "node", testTimeout: 60_000 },
});
