import { afterEach, beforeEach, expect, test, vi } from "vitest";

let asked: { path: string; key: string | undefined }[];
let answers: Record<string, () => Response | Promise<Response>>;
const stored = new Map<string, string>();

const json = (body: unknown, status = 200) => Response.json(body, { status });

beforeEach(() => {
  asked = [];
  stored.clear();
  answers = {
    "POST /auth/session": () => json({ token: "key", last_seq: 41 }),
    "POST /auth/tickets": () => json({ ticket: "t", expires_in: 30 }),
    "GET /stack": () => json({ last_seq: 40, engine: { state: "off" } }),
    "GET /workspaces": () => json([]),
    "GET /canvas/viewport": () => json({ x: 0, y: 0, zoom: 0 }),
  };
  vi.stubGlobal("window", {});
  vi.stubGlobal("location", { hash: "", pathname: "/", search: "" });
  vi.stubGlobal("history", {
    replaceState: (_: unknown, __: string, url: string) => {
      location.hash = url.includes("#") ? url : "";
    },
  });
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
    removeItem: (key: string) => stored.delete(key),
  });
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    const headers = init.headers as Record<string, string>;
    asked.push({ path: `${init.method} ${path}`, key: headers.Authorization });
    return (
      (await answers[`${init.method} ${path}`]?.()) ??
      json({ error: "no such route", code: "not_found" }, 404)
    );
  });
  vi.resetModules();
});

afterEach(() => vi.unstubAllGlobals());

const paths = () => asked.map(({ path }) => path);

test("a link's ticket is exchanged, then all is asked for together, with the new key", async () => {
  location.hash = "#t=once";
  const { enter } = await import("./entry");
  const entry = await enter();
  expect(entry).toEqual({ hadTicket: true, isAccepted: true, lastSeq: 41 });
  expect(location.hash).toBe("");
  expect(paths()[0]).toBe("POST /auth/session");
  expect(paths().slice(1).sort()).toEqual([
    "GET /canvas/viewport",
    "GET /stack",
    "GET /workspaces",
    "POST /auth/tickets",
  ]);
  expect(asked.slice(1).every(({ key }) => key === "Bearer key")).toBe(true);
});

test("the exchange that began before this script is taken over, not repeated", async () => {
  window.moleculeSession = { ticket: "once", answer: Promise.resolve(json({ token: "early", last_seq: 7 })) };
  const { enter } = await import("./entry");
  expect(await enter()).toMatchObject({ isAccepted: true, lastSeq: 7 });
  expect(paths()).not.toContain("POST /auth/session");
  expect(asked.every(({ key }) => key === "Bearer early")).toBe(true);
});

test("an exchange that did not get through is tried once more", async () => {
  const lost = Promise.reject(new TypeError("network changed"));
  lost.catch(() => undefined);
  window.moleculeSession = { ticket: "once", answer: lost };
  const { enter } = await import("./entry");
  expect(await enter()).toMatchObject({ hadTicket: true, isAccepted: true, lastSeq: 41 });
  expect(paths().filter((path) => path === "POST /auth/session")).toHaveLength(1);
});

test("what was asked ahead answers the next request for it, and only that one", async () => {
  location.hash = "#t=once";
  const { enter } = await import("./entry");
  await enter();
  const { request } = await import("./client");
  const before = asked.length;
  expect(await request("GET", "/workspaces")).toEqual([]);
  expect(asked.length).toBe(before);
  await request("GET", "/workspaces");
  expect(asked.length).toBe(before + 1);
});

test("a spent link and no key: nothing more is asked", async () => {
  answers["POST /auth/session"] = () => json({ error: "used already", code: "ticket_invalid" }, 401);
  location.hash = "#t=spent";
  const { enter } = await import("./entry");
  expect(await enter()).toEqual({ hadTicket: true, isAccepted: false, lastSeq: null });
  expect(paths()).toEqual(["POST /auth/session"]);
});

test("a page opened again reads the number of the last event before the org, so that nothing falls in between", async () => {
  stored.set("molecule.session", "kept");
  let readStack = false;
  answers["GET /stack"] = async () => {
    await new Promise((done) => setTimeout(done, 20));
    readStack = true;
    return json({ last_seq: 40, engine: { state: "off" } });
  };
  let wasFirst = false;
  answers["GET /workspaces"] = () => {
    wasFirst = readStack;
    return json([]);
  };
  const { enter } = await import("./entry");
  expect(await enter()).toEqual({ hadTicket: false, isAccepted: false, lastSeq: 40 });
  expect(wasFirst).toBe(true);
  expect(paths().sort()).toEqual([
    "GET /canvas/viewport",
    "GET /stack",
    "GET /workspaces",
    "POST /auth/tickets",
  ]);
});

test("without a key there is one question, and who listens later hears that it was refused", async () => {
  answers["GET /stack"] = () => json({ error: "no key", code: "unauthorized" }, 401);
  const { enter } = await import("./entry");
  expect(await enter()).toEqual({ hadTicket: false, isAccepted: false, lastSeq: null });
  expect(paths()).toEqual(["GET /stack"]);
  const { onSignedOut } = await import("./client");
  const listener = vi.fn();
  onSignedOut(listener);
  expect(listener).toHaveBeenCalledOnce();
});
