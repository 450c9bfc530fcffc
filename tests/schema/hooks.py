"""What the schema tests add to schemathesis: ids of things that exist, and the rules of the house.

Loaded through SCHEMATHESIS_HOOKS by scripts/test-schema.sh.
"""

import atexit
import json
import os
import random
import urllib.request

import schemathesis

BASE = os.environ["MOLECULE_SCHEMA_URL"]
ADMIN = os.environ["MOLECULE_SCHEMA_ADMIN"]
SCRATCH = os.environ["MOLECULE_SCHEMA_SCRATCH"]
# The workspace whose token is sent, in the round of a workspace.
OWN = os.environ.get("MOLECULE_SCHEMA_OWN", "")
# Where this round writes what was asked and how it was answered.
COUNTS = os.environ["MOLECULE_SCHEMA_COUNTS"]

# Open by contract 01 section 2.13: health, and the link's ticket which is a credential itself.
OPEN = {"/health", "/health/ready", "/auth/session"}
# For any valid credential (class O).
ANY = {
    "POST /auth/tickets",
    "GET /workspaces/{id}",
    "POST /registry/check-access",
    "GET /plugins",
    "GET /plugins/sources",
    "GET /channels/adapters",
    "GET /canvas/viewport",
    "GET /openapi.json",
}
# Of a workspace by their path, and still not for its token.
NOT_FOR_ITS_OWN = {
    "GET /workspaces/{id}/console",
    "GET /workspaces/{id}/console/stream",
    "PATCH /workspaces/{id}/budget",
    "DELETE /workspaces/{id}",
}
# A caller and a target: the token is the caller's.
OF_TWO = {
    "POST /workspaces/{id}/a2a",
    "GET /workspaces/{id}/a2a-queue/{queue_id}",
    "GET /workspaces/{id}/schedules/health",
    "GET /workspaces/{id}/shared-context",
    "GET /registry/discover/{id}",
}
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
        own = OWN and random.random() < 0.7
        path_parameters["id"] = OWN if own else random.choice(IDS)
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


ASKED = {}


@schemathesis.hook
def after_call(context, case, response):
    """Counts answers by route and status."""
    statuses = ASKED.setdefault(f"{case.method.upper()} {case.path}", {})
    statuses[response.status_code] = statuses.get(response.status_code, 0) + 1


@atexit.register
def write_counts():
    """Leaves the counts where the script reads them."""
    with open(COUNTS, "w", encoding="utf-8") as file:
        json.dump(ASKED, file)


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


@schemathesis.check
def refused_for_a_workspace(ctx, response, case):
    """A workspace's token opens its own affairs and nothing else."""
    name = f"{case.method.upper()} {case.path}"
    if not 200 <= response.status_code < 300 or case.path in OPEN or name in ANY or name in OF_TWO:
        return
    assert name not in NOT_FOR_ITS_OWN, f"open to a workspace: {response.text[:300]}"
    if case.path.startswith(("/workspaces/{id}", "/registry/{id}/")):
        target = str(case.path_parameters.get("id", ""))
    elif case.path.startswith("/registry/") and isinstance(case.body, dict):
        # Field names are read in any case (contract 01 section 1.5).
        fields = {key.lower(): value for key, value in case.body.items()}
        target = str(fields.get("id") or fields.get("workspace_id") or "")
    else:
        raise AssertionError(f"open to a workspace: {response.text[:300]}")
    assert target.strip("{}").lower() == OWN, f"{name} of {target!r} is open to {OWN}"
