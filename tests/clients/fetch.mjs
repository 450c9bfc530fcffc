// The channel plugin's and the MCP server's calls with the fetch of Node. Ends with the first answer that is not as the
// clients need it.
import assert from "node:assert/strict";

const { base, id, token, peer, org } = JSON.parse(process.argv[2]);

async function call(at, method, path, headers, body) {
  const answer = await fetch(at + path, {
    method,
    headers: { ...headers, ...(body ? { "Content-Type": "application/json" } : {}) },
    body: body && JSON.stringify(body),
  });
  return { status: answer.status, json: await answer.json().catch(() => null) };
}

const own = { Authorization: `Bearer ${token}`, Origin: base };
const plugin = (method, path, body, more = {}) => call(base, method, path, { ...own, ...more }, body);

const activity = `/workspaces/${id}/activity?type=a2a_receive`;
const probe = await plugin("GET", `${activity}&since_id=00000000-0000-0000-0000-000000000000&limit=1`);
assert.equal(probe.status, 410, "the plugin exits when it sees 200");

const card = { name: "My laptop", description: "…" };
const registered = await plugin("POST", "/registry/register", { id, delivery_mode: "poll", agent_card: card });
assert.deepEqual([registered.status, registered.json.delivery_mode], [200, "poll"]);
assert.equal((await plugin("POST", "/registry/heartbeat", { workspace_id: id })).status, 200);

const parts = [{ type: "text", text: "for you" }];
const rpc = { jsonrpc: "2.0", id: "x", method: "message/send", params: { message: { messageId: "p-1", parts } } };
const refused = await plugin("POST", `/workspaces/${peer}/a2a`, rpc, { "X-Source-Workspace-Id": peer });
assert.equal(refused.status, 403, "it speaks for itself only");

assert.equal((await plugin("POST", `/workspaces/${id}/notify`, { message: "hello" })).status, 200);
const rows = await plugin("GET", `${activity}&limit=100&since_secs=30`);
assert.deepEqual(rows.json, [], "its own words are not fed back to it");

// The MCP server sends no Authorization header: in closed mode it works through an address that carries a credential.
// Node adds `sec-fetch-mode` to every request; that alone does not make it a page.
const tools = `${base}/c/${org}`;
const made = await call(tools, "POST", "/workspaces", {}, { name: "Made by a tool", runtime: "mock" });
assert.equal(made.status, 201);
const one = `/workspaces/${made.json.id}`;
assert.equal((await call(tools, "PATCH", one, {}, { role: "Tester" })).status, 200);
assert.equal((await call(tools, "GET", one, {})).json.role, "Tester");
assert.equal((await call(tools, "DELETE", `${one}?confirm=true`, {})).status, 200);
assert.equal((await call(base, "GET", "/workspaces", {})).status, 401, "without the address it is nobody");
