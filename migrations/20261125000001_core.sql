-- The core tables (contract 01 section 6, contract 03 section 9, and ours).
-- Times are RFC 3339 UTC with six digits, so that text order is time order. Ids are lower-case UUIDs.

CREATE TABLE workspaces (
    id                       TEXT PRIMARY KEY NOT NULL,
    name                     TEXT NOT NULL,
    role                     TEXT,
    tier                     INTEGER NOT NULL DEFAULT 2,
    tier_granted             INTEGER NOT NULL DEFAULT 2,
    status                   TEXT NOT NULL DEFAULT 'provisioning' CHECK (status IN
        ('provisioning', 'online', 'degraded', 'offline', 'failed', 'paused', 'hibernating', 'hibernated', 'awaiting_agent', 'removed')),
    status_code              TEXT,
    status_text              TEXT,
    runtime                  TEXT NOT NULL DEFAULT 'langgraph',
    model                    TEXT,
    parent_id                TEXT REFERENCES workspaces (id),
    forwarded_to             TEXT REFERENCES workspaces (id),
    source_bundle_id         TEXT,
    agent_card               TEXT CHECK (agent_card IS NULL OR json_valid(agent_card)),
    url                      TEXT,
    delivery_mode            TEXT NOT NULL DEFAULT 'push' CHECK (delivery_mode IN ('push', 'poll')),
    platform_inbound_secret  TEXT,
    last_heartbeat_at        TEXT,
    last_error_rate          REAL NOT NULL DEFAULT 0,
    last_sample_error        TEXT,
    active_tasks             INTEGER NOT NULL DEFAULT 0,
    uptime_seconds           INTEGER NOT NULL DEFAULT 0,
    current_task             TEXT,
    last_outbound_at         TEXT,
    last_active_at           TEXT,
    awareness_namespace      TEXT,
    workspace_dir            TEXT,
    workspace_access         TEXT NOT NULL DEFAULT 'none' CHECK (workspace_access IN ('none', 'read_only', 'read_write')),
    budget_limit             INTEGER,
    monthly_spend            INTEGER NOT NULL DEFAULT 0,
    hibernation_idle_minutes INTEGER,
    max_concurrent_tasks     INTEGER NOT NULL DEFAULT 1,
    instance_id              TEXT,
    update_tier              TEXT NOT NULL DEFAULT 'production' CHECK (update_tier IN ('canary', 'production')),
    -- Where its files come from (contract 03 no. 39): a folder on this machine, copied into /configs.
    template_dir             TEXT,
    files_dir                TEXT,
    -- The org folder it was imported from and its key there.
    org_id                   TEXT REFERENCES orgs (id),
    import_key               TEXT,
    -- What should be (design law 2).
    desired                  TEXT NOT NULL DEFAULT 'running' CHECK (desired IN ('running', 'stopped', 'absent')),
    sleep_kind               TEXT CHECK (sleep_kind IS NULL OR sleep_kind IN ('paused', 'hibernated')),
    generation               INTEGER NOT NULL DEFAULT 1,
    reset_session            INTEGER NOT NULL DEFAULT 0,
    needs_restart            INTEGER NOT NULL DEFAULT 0,
    -- What is, as far as the last step knew; the engine has the last word.
    container_id             TEXT,
    running_generation       INTEGER,
    spec_hash                TEXT,
    provisioning_started_at  TEXT,
    removed_at               TEXT,
    created_at               TEXT NOT NULL,
    updated_at               TEXT NOT NULL
) STRICT;
CREATE INDEX workspaces_by_status ON workspaces (status);
CREATE INDEX workspaces_by_parent ON workspaces (parent_id);
CREATE INDEX workspaces_by_org ON workspaces (org_id, import_key) WHERE org_id IS NOT NULL;
CREATE INDEX workspaces_that_hibernate ON workspaces (hibernation_idle_minutes) WHERE hibernation_idle_minutes IS NOT NULL;
CREATE INDEX workspaces_canary ON workspaces (update_tier) WHERE update_tier = 'canary';

-- The event log: the one history every reader follows (design law 3).
CREATE TABLE structure_events (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,
    id           TEXT NOT NULL UNIQUE,
    event_type   TEXT NOT NULL,
    workspace_id TEXT,
    agent_id     TEXT,
    target_id    TEXT,
    payload      TEXT NOT NULL CHECK (json_valid(payload)),
    class        TEXT NOT NULL CHECK (class IN ('structural', 'operational', 'transient')),
    created_at   TEXT NOT NULL
) STRICT;
CREATE INDEX structure_events_by_workspace ON structure_events (workspace_id, seq);
CREATE INDEX structure_events_by_age ON structure_events (class, created_at);

CREATE TABLE agents (
    id             TEXT PRIMARY KEY NOT NULL,
    workspace_id   TEXT NOT NULL REFERENCES workspaces (id),
    model          TEXT NOT NULL,
    status         TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'replaced', 'removed')),
    removed_at     TEXT,
    removal_reason TEXT,
    created_at     TEXT NOT NULL
) STRICT;
CREATE INDEX agents_by_workspace ON agents (workspace_id);
CREATE UNIQUE INDEX agents_one_active ON agents (workspace_id) WHERE status = 'active';

CREATE TABLE canvas_layouts (
    workspace_id TEXT PRIMARY KEY NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    x            REAL NOT NULL DEFAULT 0,
    y            REAL NOT NULL DEFAULT 0,
    width        REAL,
    height       REAL,
    z            INTEGER NOT NULL DEFAULT 0,
    placed       INTEGER NOT NULL DEFAULT 0,
    collapsed    INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE canvas_viewport (
    id       TEXT PRIMARY KEY NOT NULL,
    x        REAL NOT NULL DEFAULT 0,
    y        REAL NOT NULL DEFAULT 0,
    zoom     REAL NOT NULL DEFAULT 1,
    saved_at TEXT NOT NULL
) STRICT;

CREATE TABLE workspace_config (
    workspace_id TEXT PRIMARY KEY NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    data         TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(data)),
    updated_at   TEXT NOT NULL
) STRICT;

-- Tokens are kept as hashes only. `kind`: `runtime` is delivered and rotated by the platform, `user` was minted.
CREATE TABLE workspace_auth_tokens (
    id           TEXT PRIMARY KEY NOT NULL,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    token_hash   BLOB NOT NULL UNIQUE,
    prefix       TEXT NOT NULL,
    kind         TEXT NOT NULL DEFAULT 'user' CHECK (kind IN ('runtime', 'user')),
    created_at   TEXT NOT NULL,
    last_used_at TEXT,
    -- A rotated runtime token lives until its successor is first used, at most to this moment.
    expires_at   TEXT,
    revoked_at   TEXT
) STRICT;
CREATE INDEX workspace_auth_tokens_live ON workspace_auth_tokens (workspace_id) WHERE revoked_at IS NULL;

CREATE TABLE org_api_tokens (
    id           TEXT PRIMARY KEY NOT NULL,
    token_hash   BLOB NOT NULL UNIQUE,
    prefix       TEXT NOT NULL,
    name         TEXT,
    created_by   TEXT,
    org_id       TEXT REFERENCES workspaces (id) ON DELETE SET NULL,
    created_at   TEXT NOT NULL,
    last_used_at TEXT,
    revoked_at   TEXT
) STRICT;
CREATE INDEX org_api_tokens_live ON org_api_tokens (token_hash) WHERE revoked_at IS NULL;

-- Secrets are sealed before they come here; the key is in the keychain (design law 5).
CREATE TABLE workspace_secrets (
    id                 TEXT PRIMARY KEY NOT NULL,
    workspace_id       TEXT NOT NULL REFERENCES workspaces (id),
    key                TEXT NOT NULL,
    encrypted_value    BLOB NOT NULL,
    encryption_version INTEGER NOT NULL,
    created_at         TEXT NOT NULL,
    updated_at         TEXT NOT NULL,
    UNIQUE (workspace_id, key)
) STRICT;

CREATE TABLE global_secrets (
    id                 TEXT PRIMARY KEY NOT NULL,
    key                TEXT NOT NULL UNIQUE,
    encrypted_value    BLOB NOT NULL,
    encryption_version INTEGER NOT NULL,
    created_at         TEXT NOT NULL,
    updated_at         TEXT NOT NULL
) STRICT;

-- Org folders on this machine.
CREATE TABLE orgs (
    id            TEXT PRIMARY KEY NOT NULL,
    dir           TEXT NOT NULL UNIQUE,
    path          TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    tier_granted  INTEGER NOT NULL DEFAULT 2,
    -- JSON of the prompts the person ticked.
    prompts       TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(prompts)),
    imported_at   TEXT,
    registered_at TEXT NOT NULL
) STRICT;

-- The *base*: each file-owned value at the last import or write-back (design law 2).
CREATE TABLE org_base (
    org_id TEXT NOT NULL REFERENCES orgs (id) ON DELETE CASCADE,
    key    TEXT NOT NULL,
    field  TEXT NOT NULL,
    value  TEXT NOT NULL CHECK (json_valid(value)),
    file   TEXT,
    line   INTEGER,
    PRIMARY KEY (org_id, key, field)
) STRICT, WITHOUT ROWID;

-- Files made by the platform that are delivered into /configs over the copied folder.
CREATE TABLE workspace_files (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    path         TEXT NOT NULL,
    content      BLOB NOT NULL,
    PRIMARY KEY (workspace_id, path)
) STRICT, WITHOUT ROWID;

-- What was last delivered into /configs, so that an unchanged save does nothing and user edits are seen.
CREATE TABLE delivered_files (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    path         TEXT NOT NULL,
    digest       TEXT NOT NULL,
    PRIMARY KEY (workspace_id, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
    key        TEXT PRIMARY KEY NOT NULL,
    value      TEXT NOT NULL CHECK (json_valid(value)),
    updated_at TEXT NOT NULL
) STRICT;
