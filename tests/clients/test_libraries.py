"""The HTTP and WebSocket libraries that clients of the contract are built on, doing what those clients do with them
(contract 01 section 4.9, contract 02 section 15). What a library adds or follows by itself is what is tried here."""

import asyncio
import json
import pathlib
import subprocess
import unittest

import httpx
import requests
import websockets

from platform_under_test import BASE, Outside, ask


class PythonSdkOnRequests(unittest.TestCase):
    """The Python SDK's calls (15.3)."""

    def setUp(self):
        self.agent, self.peer = Outside("A"), Outside("B")
        self.http = requests.Session()
        self.http.headers.update(
            {"Authorization": f"Bearer {self.agent.token}", "Origin": BASE, "X-Molecule-Org-Id": "org-1"}
        )

    def test_register_heartbeat_state_and_peers(self):
        bare = requests.post(
            f"{BASE}/registry/register",
            json={"id": self.agent.id, "url": "remote://no-inbound", "agent_card": {}},
            headers={"Origin": BASE},
            timeout=10,
        )
        self.assertEqual(bare.status_code, 401)
        self.assertIn(self.agent.id, bare.json()["hint"])
        body = {"id": self.agent.id, "url": "remote://no-inbound", "agent_card": {"name": "A", "skills": []}}
        register = self.http.post(f"{BASE}/registry/register", json=body, timeout=10)
        self.assertEqual((register.status_code, register.json()["delivery_mode"]), (200, "poll"))
        beat = {
            "workspace_id": self.agent.id,
            "current_task": "",
            "active_tasks": 0,
            "error_rate": 0.0,
            "sample_error": "",
            "uptime_seconds": 30,
        }
        self.assertEqual(self.http.post(f"{BASE}/registry/heartbeat", json=beat, timeout=10).json(), {"status": "ok"})
        state = self.http.get(self.agent.at("state"), timeout=10).json()
        self.assertEqual((state["status"], state["paused"], state["deleted"]), ("online", False, False))
        peers = self.http.get(
            f"{BASE}/registry/{self.agent.id}/peers", headers={"X-Workspace-ID": self.agent.id}, timeout=10
        )
        self.assertIn(self.peer.id, [peer["id"] for peer in peers.json()])

    def test_discover_of_a_replaced_one_follows_the_redirect_with_its_bearer(self):
        heir = Outside("Heir")
        heir.place("http://127.0.0.1:9/a2a/inbound")
        ask("DELETE", f"/workspaces/{self.peer.id}?forward_to={heir.id}")
        found = self.http.get(
            f"{BASE}/registry/discover/{self.peer.id}", headers={"X-Workspace-ID": self.agent.id}, timeout=10
        )
        self.assertEqual((found.status_code, found.json()["id"]), (200, heir.id))
        self.assertEqual(found.json()["url"], "http://127.0.0.1:9/a2a/inbound")

    def test_fetch_inbound_and_reply(self):
        self.http.post(
            f"{BASE}/registry/register",
            json={"id": self.agent.id, "url": "remote://no-inbound", "agent_card": {}},
            timeout=10,
        )
        text = {"message": {"role": "user", "parts": [{"kind": "text", "text": "hello \u2028 <world>"}]}}
        ask("POST", f"/workspaces/{self.agent.id}/a2a", {"method": "message/send", "params": text})
        rows = self.http.get(self.agent.at("activity"), params={"type": "a2a_receive", "limit": 50}, timeout=15).json()
        self.assertEqual(rows[-1]["data"]["text"], "hello \u2028 <world>")
        lost = {"type": "a2a_receive", "since_id": "00000000-0000-0000-0000-000000000000"}
        self.assertEqual(self.http.get(self.agent.at("activity"), params=lost, timeout=15).status_code, 410)
        reply = self.http.post(self.agent.at("notify"), json={"message": "an answer"}, timeout=15)
        self.assertEqual(reply.json(), {"status": "sent"})


class RuntimeOnHttpxAndWebsockets(unittest.TestCase):
    """The runtime's calls (15.1)."""

    def test_register_heartbeat_peers_and_own_reads(self):
        agent = Outside("A")
        with httpx.Client(base_url=BASE, headers=agent.headers()) as http:
            card = {
                "name": "A",
                "description": "",
                "version": "1.0.0",
                "url": "",
                "skills": [],
                "capabilities": {"streaming": True},
            }
            register = http.post(
                "/registry/register", json={"id": agent.id, "url": "http://93.184.215.14:8000", "agent_card": card}
            )
            self.assertEqual(register.status_code, 200, register.text)
            beat = {
                "workspace_id": agent.id,
                "error_rate": 0.0,
                "active_tasks": 1,
                "current_task": "Counting",
                "uptime_seconds": 30,
            }
            self.assertEqual(http.post("/registry/heartbeat", json=beat).text, '{"status":"ok"}')
            self.assertEqual(http.get(f"/registry/{agent.id}/peers").status_code, 200)
            self.assertEqual(http.get(f"/workspaces/{agent.id}").json()["active_tasks"], 1)

    def test_discover_of_a_replaced_one_is_not_200_because_the_library_follows_no_redirect(self):
        agent, old, heir = Outside("A"), Outside("Old"), Outside("Heir")
        ask("DELETE", f"/workspaces/{old.id}?forward_to={heir.id}")
        found = httpx.get(f"{BASE}/registry/discover/{old.id}", headers=agent.headers())
        self.assertEqual((found.status_code, found.json()["forwarded_to"]), (301, heir.id))

    def test_peer_events_on_ws_with_self_headers(self):
        agent, peer = Outside("A"), Outside("B")
        address = BASE.replace("http://", "ws://") + "/ws"

        async def seen():
            async with websockets.connect(address, additional_headers=agent.headers()) as socket:
                body = {"workspace_id": peer.id, "agent_card": {"name": "new"}}
                await asyncio.to_thread(ask, "POST", "/registry/update-card", body)
                while True:
                    event = json.loads(await asyncio.wait_for(socket.recv(), 10))
                    if event["event"] == "AGENT_CARD_UPDATED":
                        return event

        event = asyncio.run(seen())
        self.assertEqual((event["workspace_id"], event["payload"]["agent_card"]["name"]), (peer.id, "new"))

    def test_ws_without_a_bearer_is_refused(self):
        agent = Outside("A")

        async def open_it():
            address = BASE.replace("http://", "ws://") + "/ws"
            async with websockets.connect(address, additional_headers={"X-Workspace-ID": agent.id}):
                pass

        with self.assertRaises(websockets.exceptions.InvalidStatus) as refused:
            asyncio.run(open_it())
        self.assertEqual(refused.exception.response.status_code, 401)


class FetchOfNode(unittest.TestCase):
    """The channel plugin's and the MCP server's calls (15.4, 15.5), by the fetch that both use."""

    def test_channel_plugin_and_mcp_server(self):
        agent, peer = Outside("Laptop"), Outside("Peer")
        minted = ask("POST", "/org/tokens", {"name": "mcp server"})
        facts = {"base": BASE, "id": agent.id, "token": agent.token, "peer": peer.id, "org": minted["auth_token"]}
        script = pathlib.Path(__file__).with_name("fetch.mjs")
        done = subprocess.run(
            ["node", script, json.dumps(facts)], capture_output=True, text=True, timeout=60, check=False
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
