// A pretended platform, for developing the canvas alone: a generated org, simulated changes, answers in pieces.
// It is no part of the product and no test of the product uses it.
//
//   node dev/fake-api.mjs [--org 0|6|42|1000] [--port 8099] [--engine ready|unavailable] [--busy] [--serve]
//
// --serve also serves dist/ with the real server's policy, so that the built canvas can be looked at.

import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { WebSocketServer } from "ws";
import { makeOrg } from "./org.mjs";
import { other, planFor, template, WORDS } from "./pieces.mjs";

const { values: options } = parseArgs({
  options: {
    org: { type: "string", default: "42" },
    port: { type: "string", default: "8099" },
    engine: { type: "string", default: "ready" },
    busy: { type: "boolean", default: false },
    serve: { type: "boolean", default: false },
    shell: { type: "boolean", default: false },
  },
});

const dist = join(fileURLToPath(new URL(".", import.meta.url)), "..", "dist");
const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self' ws: wss:; font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";
const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
};

let rows = makeOrg(Number(options.org));
let seq = 1000;
const log = [];
const sockets = new Set();
const activity = [];
const secrets = new Map([["GITHUB_TOKEN", new Date(Date.now() - 86_400_000 * 3).toISOString()]]);
const settings = {
  runtime_images: { "claude-code": "stand-in" },
  memory_budget_mb: 0,
  hibernation_idle_minutes: 0,
  quit_policy: "ask",
  auto_apply: false,
  reload_paused: false,
};
let view = { x: 0, y: 0, zoom: 0 };

function emit(event, id, payload) {
  seq += 1;
  const frame = { event, workspace_id: id, timestamp: new Date().toISOString(), payload, seq };
  log.push(frame);
  if (log.length > 5000) log.shift();
  for (const socket of sockets) socket.send(JSON.stringify(frame));
}

function stack() {
  const of = (...words) => rows.filter((row) => words.includes(row.status)).length;
  return {
    version: "0.1.0",
    mode: "closed",
    engine:
      options.engine === "ready"
        ? { state: "ready", kind: "docker", detail: "Docker 20.10.24, API 1.41, context default" }
        : {
            state: options.engine,
            kind: "",
            detail:
              "No answer at /var/run/docker.sock. Start Docker, then the waiting roles go on by themselves.",
          },
    memory: { budget_mb: options.engine === "ready" ? 9216 : 0, planned_mb: of("online", "degraded") * 256 },
    agents: {
      running: of("online", "degraded"),
      starting: of("provisioning"),
      waiting: 0,
      asleep: of("hibernated", "paused"),
      failed: of("failed", "offline"),
      total: rows.length,
    },
    tokens_today: rows.length * 1840,
    keychain: { state: "ready", text: "This computer's keychain (Secret Service), unlocked." },
    data_dir: "/home/me/.local/share/molecule",
    port: Number(options.port),
    pid: process.pid,
    started_at: new Date(Date.now() - 3_600_000).toISOString(),
    last_seq: seq,
  };
}

function logActivity(id, body) {
  const row = {
    id: crypto.randomUUID(),
    workspace_id: id,
    activity_type: "a2a_receive",
    source_id: null,
    target_id: id,
    method: "message/send",
    summary: null,
    duration_ms: 640,
    status: "ok",
    error_detail: null,
    created_at: new Date().toISOString(),
    ...body,
  };
  activity.unshift(row);
  emit("ACTIVITY_LOGGED", id, row);
  return row;
}

function seedActivity() {
  for (let index = 0; index < 24 && rows.length > 2; index += 1) {
    const from = rows[(index * 7) % rows.length];
    const to = rows[(index * 5 + 1) % rows.length];
    if (from.id === to.id) continue;
    activity.push({
      id: crypto.randomUUID(),
      workspace_id: to.id,
      activity_type: index % 6 === 5 ? "task_update" : "a2a_receive",
      source_id: index % 4 === 0 ? null : from.id,
      target_id: to.id,
      method: "message/send",
      summary: `message/send → ${to.name}`,
      duration_ms: 320 + index * 91,
      status: index % 9 === 7 ? "error" : "ok",
      error_detail: index % 9 === 7 ? "The agent did not answer within five minutes" : null,
      created_at: new Date(Date.now() - index * 41_000).toISOString(),
      request_body: {
        params: { message: { parts: [{ kind: "text", text: "What is left before the release?" }] } },
      },
      response_body: {
        result: { kind: "message", parts: [{ kind: "text", text: "Two reviews and the notes." }] },
      },
    });
  }
}
seedActivity();

async function answer(request, response, id, body) {
  const message = body.params?.message ?? {};
  const text = message.parts?.[0]?.text ?? "";
  const row = rows.find((entry) => entry.id === id);
  const started = Date.now();
  if (/fail/.test(text))
    return json(response, 502, { error: "failed to reach workspace agent", code: "unreachable" });
  const words = /table|review/.test(text) ? WORDS : `echo: ${text}`.split(/(?<=\s)/);
  change(row, { active_tasks: 1, current_task: text.slice(0, 60) });
  const whole = words.join("");
  const result = {
    jsonrpc: "2.0",
    id: 1,
    result: {
      kind: "message",
      role: "agent",
      messageId: crypto.randomUUID(),
      parts: [{ kind: "text", text: whole }],
    },
  };
  if (body.method === "message/stream" && (request.headers.accept ?? "").includes("text/event-stream")) {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    for (const [index, word] of words.entries()) {
      response.write(
        `data: ${JSON.stringify({ jsonrpc: "2.0", id: 1, result: { kind: "artifact-update", artifact: { artifactId: "a", parts: [{ kind: "text", text: word }] }, append: index > 0, lastChunk: false } })}\n\n`,
      );
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    response.end(`data: ${JSON.stringify(result)}\n\n`);
  } else {
    await new Promise((resolve) => setTimeout(resolve, 300));
    json(response, 200, result);
  }
  change(row, { active_tasks: 0, current_task: "" });
  logActivity(id, { request_body: body, response_body: result, duration_ms: Date.now() - started });
}

function change(row, values) {
  if (!row) return;
  Object.assign(row, values);
  if ("current_task" in values)
    emit("TASK_UPDATED", row.id, { current_task: row.current_task, active_tasks: row.active_tasks });
}

function json(response, status, body) {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify(body));
}

function below(id) {
  return rows.filter((row) => row.parent_id === id).flatMap((row) => [row.id, ...below(row.id)]);
}

function boot(row, after) {
  Object.assign(row, {
    status: "provisioning",
    status_reason: null,
    needs_restart: false,
    current_task: "",
    active_tasks: 0,
  });
  emit("WORKSPACE_PROVISIONING", row.id, { name: row.name, tier: row.tier, runtime: row.runtime });
  setTimeout(
    () => emit("WORKSPACE_PROGRESS", row.id, { phase: "start", detail: "Starting its container" }),
    after / 2,
  );
  setTimeout(() => {
    row.status = "online";
    emit("WORKSPACE_ONLINE", row.id, {});
  }, after);
}

function importOrg(dir) {
  const fresh = makeOrg(dir === "sample" ? 6 : 42).slice(0, dir === "sample" ? 5 : 42);
  const known = new Set(rows.map((row) => row.id));
  const added = fresh.filter((row) => !known.has(row.id));
  for (const [index, row] of added.entries()) {
    const parent = fresh.find((other) => other.id === row.parent_id);
    rows.push(Object.assign(row, { status: "provisioning", status_reason: null }));
    emit("WORKSPACE_PROVISIONING", row.id, {
      name: row.name,
      tier: row.tier,
      runtime: row.runtime,
      parent_id: row.parent_id ?? undefined,
      x: row.x - (parent?.x ?? 0),
      y: row.y - (parent?.y ?? 0),
    });
    setTimeout(
      () => {
        row.status = index === 7 ? "failed" : "online";
        if (row.status === "online") emit("WORKSPACE_ONLINE", row.id, {});
        else {
          row.status_reason = {
            code: "image_missing",
            text: "Its image is not here and could not be fetched. Set one under Settings, Images.",
          };
          emit("WORKSPACE_PROVISION_FAILED", row.id, {
            error: row.status_reason.text,
            code: "image_missing",
          });
        }
        emit("org.import.progress", "", {
          import_id: "1",
          name: dir,
          done: index + 1,
          total: added.length,
          failed: 0,
        });
      },
      700 + index * 260,
    );
  }
  return {
    org: dir === "sample" ? template.name : other.name,
    count: fresh.length,
    mode: "sync",
    org_id: "org-1",
    workspaces: fresh.map((row) => ({
      id: row.id,
      name: row.name,
      tier: row.tier,
      ...(known.has(row.id) ? { skipped: true } : {}),
    })),
  };
}

const routes = [
  ["POST", /^\/auth\/session$/, (_, response) => json(response, 200, { token: "dev", last_seq: seq })],
  [
    "POST",
    /^\/auth\/tickets$/,
    (_, response) => json(response, 200, { ticket: crypto.randomUUID(), expires_in: 30 }),
  ],
  ["GET", /^\/stack$/, (_, response) => json(response, 200, stack())],
  [
    "POST",
    /^\/stack\/(start|stop|restart)$/,
    (_, response, [verb], body) => {
      const ids =
        body.scope === "all"
          ? rows.map((row) => row.id)
          : body.scope === "subtree"
            ? [body.id, ...below(body.id)]
            : [body.id];
      const hit = rows.filter((row) => ids.includes(row.id));
      hit.forEach((row, index) => {
        if (verb === "stop") {
          row.status = "paused";
          emit("WORKSPACE_PAUSED", row.id, { name: row.name });
        } else boot(row, 900 + index * 60);
      });
      json(response, 200, { changed: hit.map((row) => row.id) });
    },
  ],
  ["GET", /^\/settings$/, (_, response) => json(response, 200, settings)],
  ["PATCH", /^\/settings$/, (_, response, __, body) => json(response, 200, Object.assign(settings, body))],
  [
    "GET",
    /^\/settings\/secrets$/,
    (_, response) =>
      json(
        response,
        200,
        [...secrets].map(([key, at]) => ({
          key,
          has_value: true,
          scope: "global",
          created_at: at,
          updated_at: at,
        })),
      ),
  ],
  [
    "POST",
    /^\/settings\/secrets$/,
    (_, response, __, body) => {
      secrets.set(body.key, new Date().toISOString());
      json(response, 200, { status: "saved", key: body.key, scope: "global" });
    },
  ],
  [
    "DELETE",
    /^\/settings\/secrets\/(.+)$/,
    (_, response, [key]) => {
      secrets.delete(decodeURIComponent(key));
      json(response, 200, { status: "deleted" });
    },
  ],
  [
    "GET",
    /^\/personas$/,
    (_, response) =>
      json(response, 200, {
        keychain: stack().keychain,
        personas: [
          {
            slug: "backend-lead",
            keys: ["GITEA_TOKEN", "GITEA_USER", "ANTHROPIC_API_KEY"],
            used_by: [rows[0]?.id ?? ""],
          },
          { slug: "release-manager", keys: ["GITEA_TOKEN"], used_by: [] },
        ],
      }),
  ],
  [
    "POST",
    /^\/personas\/import$/,
    (_, response, __, body) =>
      /nowhere/.test(body.path)
        ? json(response, 404, { error: `There is no folder ${body.path}.`, code: "not_found" })
        : json(response, 200, {
            personas: [
              { slug: "backend-lead", action: "updated", keys: ["A", "B", "C"] },
              { slug: "designer", action: "created", keys: ["GITEA_TOKEN"] },
              { slug: "release-manager", action: "unchanged", keys: ["GITEA_TOKEN"] },
              { slug: "notes", action: "skipped", keys: [], reason: "has no env file" },
            ],
          }),
  ],
  ["GET", /^\/org\/templates$/, (_, response) => json(response, 200, [template, other])],
  [
    "POST",
    /^\/org\/folders$/,
    (_, response, __, body) =>
      /broken/.test(body.path)
        ? json(response, 400, {
            error: "This folder cannot be read as an org.",
            code: "invalid_org",
            errors: [
              {
                error: "“runtime” must be text, but is a list:\n  runtime: [a, b]",
                code: "wrong_type",
                file: "teams/backend.yaml",
                line: 14,
                column: 12,
              },
              {
                error: "!include ../../etc/passwd climbs out of the folder",
                code: "outside",
                file: "org.yaml",
                line: 52,
                column: 5,
              },
            ],
          })
        : json(response, 201, {
            dir: "product-team",
            name: "Product team",
            path: body.path,
            org_id: "org-1",
            workspaces: 0,
          }),
  ],
  [
    "POST",
    /^\/org\/import$/,
    (_, response, __, body) =>
      json(response, body.dry_run ? 200 : 201, body.dry_run ? planFor(body.dir) : importOrg(body.dir)),
  ],
  ["GET", /^\/canvas\/viewport$/, (_, response) => json(response, 200, view)],
  [
    "PUT",
    /^\/canvas\/viewport$/,
    (_, response, __, body) => {
      view = body;
      json(response, 200, { status: "saved" });
    },
  ],
  [
    "GET",
    /^\/events/,
    (request, response) => {
      const kinds = new URL(request.url ?? "/", "http://x").searchParams.get("type")?.split(",") ?? [];
      const stored = kinds.includes("ACTIVITY_LOGGED")
        ? activity.map((row, index) => ({
            event: "ACTIVITY_LOGGED",
            workspace_id: row.workspace_id,
            payload: row,
            timestamp: row.created_at,
            seq: index,
          }))
        : log.filter((event) => kinds.includes(event.event)).toReversed();
      json(
        response,
        200,
        stored.slice(0, 200).map((event) => ({
          id: String(event.seq),
          seq: event.seq,
          event_type: event.event,
          workspace_id: event.workspace_id || null,
          payload: event.payload,
          created_at: event.timestamp,
        })),
      );
    },
  ],
  [
    "GET",
    /^\/shell\/info$/,
    (_, response) =>
      options.shell
        ? json(response, 200, { window: true })
        : json(response, 501, { error: "There is no window here.", code: "no_shell" }),
  ],
  [
    "POST",
    /^\/shell\/pick-folder$/,
    (_, response) => json(response, 200, { path: "/home/me/orgs/product-team" }),
  ],
  ["GET", /^\/workspaces$/, (_, response) => json(response, 200, rows)],
  [
    "PATCH",
    /^\/workspaces\/([^/]+)$/,
    (_, response, [id], body) => {
      const row = rows.find((entry) => entry.id === id);
      if (!row) return json(response, 404, { error: "workspace not found", code: "not_found" });
      if (/refuse/.test(body.name ?? ""))
        return json(response, 400, { error: "name contains invalid characters", code: "invalid" });
      if (typeof body.x === "number") {
        const by = { x: body.x - row.x, y: body.y - row.y };
        for (const member of rows.filter((entry) => below(id).includes(entry.id)))
          Object.assign(member, { x: member.x + by.x, y: member.y + by.y });
        row.placed = true;
      }
      const old = row.parent_id;
      Object.assign(row, body);
      if ("x" in body || "parent_id" in body)
        emit("WORKSPACE_MOVED", id, { old_parent_id: old, new_parent_id: row.parent_id, x: row.x, y: row.y });
      else emit("WORKSPACE_UPDATED", id, { changed: Object.keys(body), ...body });
      json(response, 200, { status: "updated" });
    },
  ],
  [
    "DELETE",
    /^\/workspaces\/([^/?]+)/,
    (_, response, [id]) => {
      const ids = [...below(id).toReversed(), id];
      rows = rows.filter((row) => !ids.includes(row.id));
      for (const gone of ids)
        emit("WORKSPACE_REMOVED", gone, gone === id ? { cascade_deleted: ids.length - 1 } : {});
      json(response, 200, { cascade_deleted: ids.length - 1, status: "removed" });
    },
  ],
  [
    "POST",
    /^\/workspaces\/([^/]+)\/(restart|resume|wake)$/,
    (_, response, [id]) => {
      boot(
        rows.find((row) => row.id === id),
        1400,
      );
      json(response, 200, { status: "provisioning" });
    },
  ],
  [
    "POST",
    /^\/workspaces\/([^/]+)\/(pause|hibernate)$/,
    (_, response, [id, verb]) => {
      const row = rows.find((entry) => entry.id === id);
      row.status = verb === "pause" ? "paused" : "hibernated";
      emit(verb === "pause" ? "WORKSPACE_PAUSED" : "WORKSPACE_HIBERNATED", id, { name: row.name });
      json(response, 200, { status: row.status });
    },
  ],
  [
    "GET",
    /^\/workspaces\/([^/]+)\/console$/,
    (_, response) =>
      json(response, 200, {
        output: Array.from(
          { length: 60 },
          (_, line) =>
            `2026-05-03T09:0${line % 10}:${String(line).padStart(2, "0")}Z  ${line % 7 === 0 ? "WARN" : "INFO"}  heartbeat ${line}: ${line % 7 === 0 ? "the platform answered slowly (812 ms)" : "ok"}`,
        ).join("\n"),
      }),
  ],
  [
    "GET",
    /^\/workspaces\/([^/]+)\/console\/stream$/,
    (request, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      let line = 60;
      const timer = setInterval(
        () =>
          response.write(
            `data: ${JSON.stringify(`2026-05-03T09:10:${line % 60}Z  INFO  heartbeat ${line++}: ok`)}\n\n`,
          ),
        1500,
      );
      request.on("close", () => clearInterval(timer));
    },
  ],
  [
    "GET",
    /^\/workspaces\/([^/]+)\/activity/,
    (_, response, [id]) =>
      json(
        response,
        200,
        activity.filter((row) => row.workspace_id === id),
      ),
  ],
  [
    "GET",
    /^\/workspaces\/([^/]+)\/chat-history/,
    (_, response, [id]) => {
      const messages = activity
        .filter(
          (row) =>
            row.workspace_id === id &&
            row.source_id === null &&
            row.activity_type === "a2a_receive" &&
            row.status === "ok",
        )
        .toReversed()
        .flatMap((row) => [
          {
            id: `${row.id}:u`,
            role: "user",
            content: row.request_body.params.message.parts[0].text,
            timestamp: row.created_at,
          },
          {
            id: `${row.id}:a`,
            role: "agent",
            content: row.response_body.result.parts[0].text,
            timestamp: row.created_at,
          },
        ]);
      json(response, 200, { messages, reached_end: true });
    },
  ],
  [
    "POST",
    /^\/workspaces\/([^/]+)\/a2a$/,
    (request, response, [id], body) => answer(request, response, id, body),
  ],
];

const server = createServer((request, response) => {
  const path = (request.url ?? "/").split("?")[0];
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const text = Buffer.concat(chunks).toString();
    for (const [method, pattern, run] of routes) {
      const match = pattern.exec(path);
      if (method === request.method && match)
        return run(request, response, match.slice(1), text ? JSON.parse(text) : {});
    }
    if (options.serve && request.method === "GET") {
      const file = join(dist, normalize(path === "/" ? "/index.html" : path));
      if (file.startsWith(dist) && existsSync(file)) {
        response.writeHead(200, {
          "Content-Type": TYPES[extname(file)] ?? "application/octet-stream",
          "Content-Security-Policy": POLICY,
        });
        return createReadStream(file).pipe(response);
      }
    }
    json(response, 404, { error: "not found", code: "not_found" });
  });
});

const live = new WebSocketServer({ server, path: "/ws" });
live.on("connection", (socket, request) => {
  const since = Number(new URL(request.url ?? "/", "http://x").searchParams.get("since_seq") ?? seq);
  sockets.add(socket);
  for (const event of log) if (event.seq > since) socket.send(JSON.stringify(event));
  socket.on("close", () => sockets.delete(socket));
});

if (options.busy) {
  setInterval(() => {
    const online = rows.filter((row) => row.status === "online");
    if (online.length < 2) return;
    const from = online[Math.floor(Math.random() * online.length)];
    const to = online[Math.floor(Math.random() * online.length)];
    if (from !== to)
      logActivity(to.id, {
        source_id: from.id,
        request_body: { params: { message: { parts: [{ kind: "text", text: "Can you look at this?" }] } } },
        response_body: { result: { parts: [{ kind: "text", text: "Yes, in a minute." }] } },
      });
    change(to, { current_task: "Looking at what came in", active_tasks: 1 });
    setTimeout(() => change(to, { current_task: "", active_tasks: 0 }), 2500);
  }, 900);
  setInterval(() => {
    const row = rows[Math.floor(Math.random() * rows.length)];
    if (row)
      emit("CHANGE_DETECTED", row.id, {
        source: "org_folder",
        paths: [`${row.import_key}/skills/review/SKILL.md`],
        reaction: "in_place",
        reason: "The text of a skill changed; agents read it at each use",
        duration_ms: 184,
      });
  }, 7000);
}

// For pictures and by hand: POST /dev {event, workspace_id, payload} emits a frame; {drop:true} cuts all connections.
routes.push([
  "POST",
  /^\/dev$/,
  (_, response, __, body) => {
    if (body.drop) for (const socket of sockets) socket.terminate();
    else emit(body.event, body.workspace_id ?? "", body.payload ?? {});
    json(response, 200, { seq });
  },
]);

server.listen(Number(options.port), "127.0.0.1", () => {
  process.stdout.write(
    `For development of the canvas alone: http://127.0.0.1:${options.port}/#t=dev (${rows.length} roles)\n`,
  );
});
