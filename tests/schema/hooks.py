"""What the schema tests add to schemathesis: ids of things that exist, and the rules of the house.

Loaded through SCHEMATHESIS_HOOKS by scripts/test-schema.sh.
"""

import json
import os
import random
import urllib.request

import schemathesis

BASE = os.environ["MOLECULE_SCHEMA_URL"]
ADMIN = os.environ["MOLECULE_SCHEMA_ADMIN"]
SCRATCH = os.environ["MOLECULE_SCHEMA_SCRATCH"]

# Open by contract 01 section 2.13: health, and the link's ticket which is a credential itself.
OPEN = {"/health", "/health/ready", "/auth/session"}
# Told by design: what only a shell can do, and what waits for an engine, for secrets or for an agent.
PLANNED = {501, 502, 503, 504}


def ask(method, path, body=None):
    """One call as the admin; gives the decoded answer."""
    request = urllib.request.Request(BASE + path, method=method)
    request.add_header("Authorization", f"Bearer {ADMIN}")
    data = None
    if body is not None:
        request.add_header("Content-Type", "application/json")
        data = json.dumps(body).encode()
    with urllib.request.urlopen(request, data, timeout=20) as answer:
        return json.load(answer)


def workspaces():
    """Ids of workspaces; new ones are made when too few are left."""
    known = [row["id"] for row in ask("GET", "/workspaces")]
    while len(known) < 4:
        made = ask("POST", "/workspaces", {"name": f"Role {len(known)}", "runtime": "mock"})
        known.append(made["id"])
    return known


IDS = workspaces()


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Half of all ids are those of a workspace, or nothing but 404 would ever be seen."""
    if path_parameters and "id" in path_parameters and random.random() < 0.5:
        path_parameters["id"] = random.choice(IDS)
    return path_parameters


@schemathesis.hook
def map_body(context, body):
    """Folders and files named in bodies are in the scratch folder, and deletes leave some workspaces."""
    if isinstance(body, dict) and isinstance(body.get("path"), str):
        body["path"] = os.path.join(SCRATCH, body["path"].replace("/", "_").replace("\0", "_"))
    return body


@schemathesis.hook
def before_call(context, case, kwargs):
    """A delete must not take the last workspaces away."""
    global IDS
    if case.method == "DELETE" and case.path == "/workspaces/{id}":
        IDS = workspaces()


@schemathesis.check
def no_unplanned_failure(ctx, response, case):
    """A 5xx is one of those that the contract plans, as JSON with a code."""
    if response.status_code < 500:
        return
    assert response.status_code in PLANNED, f"unplanned {response.status_code}: {response.text[:300]}"
    assert response.json().get("code"), f"{response.status_code} without a code: {response.text[:300]}"


@schemathesis.check
def refused_without_credential(ctx, response, case):
    """Nothing but the open routes answers 2xx when nobody says who asks."""
    if case.path in OPEN:
        return
    assert not 200 <= response.status_code < 300, f"open to everybody: {response.text[:300]}"
