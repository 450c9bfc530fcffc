"""The platform that scripts/test-clients.sh started, and workspaces on it."""

import os

import requests

BASE = os.environ["MOLECULE_CLIENTS_URL"]
ADMIN = os.environ["MOLECULE_CLIENTS_ADMIN"]


def ask(method, path, body=None):
    """One call as the person; the decoded answer of one that succeeded."""
    answer = requests.request(method, BASE + path, json=body, headers={"Authorization": f"Bearer {ADMIN}"}, timeout=30)
    assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer.json()


class Outside:
    """An external workspace and the token that its creation showed once."""

    def __init__(self, name):
        made = ask("POST", "/workspaces", {"name": name, "external": True})
        self.id = made["id"]
        self.token = made["connection"]["auth_token"]

    def headers(self):
        """Bearer and id, as the runtime sends them."""
        return {"Authorization": f"Bearer {self.token}", "X-Workspace-ID": self.id}

    def place(self, url):
        """The person names the address of its agent; an agent's own word does not count for loopback."""
        ask("POST", "/registry/register", {"id": self.id, "url": url, "agent_card": {"name": "Agent"}})

    def at(self, path):
        """Address of a route of this workspace."""
        return f"{BASE}/workspaces/{self.id}/{path}"


def message(text):
    """Parameters of a message with this text."""
    part = {"kind": "text", "text": text}
    return {"message": {"role": "user", "messageId": "m-1", "kind": "message", "parts": [part]}}
