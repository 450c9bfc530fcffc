import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
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

export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: { target: "es2022", assetsInlineLimit: 0, chunkSizeWarningLimit: 800 },
  server: {
    proxy: Object.fromEntries([
      ...routes.map((route) => [route, { target: api }]),
      ["/ws", { target: api, ws: true }],
    ]),
  },
  // A busy machine is no failure.
  test: { include: ["src/**/*.test.ts"], environment: "node", testTimeout: 60_000 },
});
