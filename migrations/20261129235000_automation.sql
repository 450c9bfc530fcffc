-- Schedules and channels of workspaces (contract 02 section 14).

CREATE TABLE workspace_schedules (
    id                     TEXT PRIMARY KEY NOT NULL,
    workspace_id           TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    name                   TEXT NOT NULL DEFAULT '',
    cron_expr              TEXT NOT NULL,
    timezone               TEXT NOT NULL DEFAULT 'UTC',
    prompt                 TEXT NOT NULL,
    enabled                INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
    last_run_at            TEXT,
    next_run_at            TEXT,
    run_count              INTEGER NOT NULL DEFAULT 0,
    last_status            TEXT NOT NULL DEFAULT '',
    last_error             TEXT NOT NULL DEFAULT '',
    source                 TEXT NOT NULL DEFAULT 'runtime' CHECK (source IN ('template', 'runtime')),
    consecutive_empty_runs INTEGER NOT NULL DEFAULT 0,
    created_at             TEXT NOT NULL,
    updated_at             TEXT NOT NULL,
    UNIQUE (workspace_id, name)
) STRICT;
CREATE INDEX workspace_schedules_due ON workspace_schedules (enabled, next_run_at) WHERE enabled = 1;

-- `channel_config` holds what is no secret; a secret field says `ec1:` and the name of its row below.
CREATE TABLE workspace_channels (
    id              TEXT PRIMARY KEY NOT NULL,
    workspace_id    TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    channel_type    TEXT NOT NULL,
    channel_config  TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(channel_config)),
    enabled         INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
    allowed_users   TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(allowed_users)),
    last_message_at TEXT,
    message_count   INTEGER NOT NULL DEFAULT 0,
    channel_budget  INTEGER,
    created_at      TEXT NOT NULL,
    updated_at      TEXT NOT NULL,
    UNIQUE (workspace_id, channel_type)
) STRICT;

-- Sealed settings of channels; a rotation of the key seals them anew with all other secrets.
CREATE TABLE channel_secrets (
    workspace_id       TEXT NOT NULL,
    channel_type       TEXT NOT NULL,
    field              TEXT NOT NULL,
    encrypted_value    BLOB NOT NULL,
    encryption_version INTEGER NOT NULL,
    created_at         TEXT NOT NULL,
    updated_at         TEXT NOT NULL,
    PRIMARY KEY (workspace_id, channel_type, field),
    FOREIGN KEY (workspace_id, channel_type) REFERENCES workspace_channels (workspace_id, channel_type) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
