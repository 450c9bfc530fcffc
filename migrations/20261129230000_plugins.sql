-- Plugins (contract 03 sections 2.13, 8 and 9).

CREATE TABLE org_plugin_allowlist (
    id          TEXT PRIMARY KEY NOT NULL,
    org_id      TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    plugin_name TEXT NOT NULL,
    enabled_by  TEXT,
    enabled_at  TEXT NOT NULL,
    UNIQUE (org_id, plugin_name)
) STRICT;

-- What a workspace should hold. A row whose `delivered` differs from `content`, or that is `removing`, is not finished:
-- the next start of the agent, or of the platform, finishes it.
CREATE TABLE workspace_plugins (
    workspace_id  TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    plugin_name   TEXT NOT NULL,
    source_raw    TEXT NOT NULL,
    tracked_ref   TEXT NOT NULL DEFAULT 'none',
    installed_at  TEXT NOT NULL,
    updated_at    TEXT NOT NULL,
    -- The commit it came from, and the name that pointed to it.
    installed_sha TEXT,
    installed_ref TEXT,
    -- SHA-256 of the kept archive with what should be there; null: recorded only (agents outside containers).
    content       TEXT,
    -- The published digest of the same files.
    digest        TEXT,
    manifest      TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(manifest)),
    -- SHA-256 of the archive that is in the config volume.
    delivered     TEXT,
    removing      INTEGER NOT NULL DEFAULT 0,
    -- What the platform wrote outside the plugin's own folder.
    receipt       TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(receipt)),
    PRIMARY KEY (workspace_id, plugin_name)
) STRICT, WITHOUT ROWID;
CREATE INDEX workspace_plugins_tracked ON workspace_plugins (source_raw, tracked_ref) WHERE tracked_ref <> 'none';

CREATE TABLE plugin_update_queue (
    id           TEXT PRIMARY KEY NOT NULL,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    plugin_name  TEXT NOT NULL,
    source_raw   TEXT NOT NULL,
    tracked_ref  TEXT NOT NULL,
    current_sha  TEXT,
    target_ref   TEXT NOT NULL,
    target_sha   TEXT NOT NULL,
    status       TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'applied', 'failed', 'dismissed', 'superseded')),
    error        TEXT,
    detected_at  TEXT NOT NULL,
    resolved_at  TEXT
) STRICT;
CREATE UNIQUE INDEX plugin_update_queue_pending ON plugin_update_queue (workspace_id, plugin_name) WHERE status = 'pending';

-- Plugin code that a person was shown, by the digest of the plugin.
CREATE TABLE plugin_reviews (
    digest      TEXT PRIMARY KEY NOT NULL,
    plugin_name TEXT NOT NULL,
    shown_at    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
