-- Plugins that an org's files want in its workspaces, and what became of each. Whoever installs follows these rows, so
-- that an import is done at once and an end in between loses nothing.
CREATE TABLE wanted_plugins (
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    -- Name or source as the files say it.
    source       TEXT NOT NULL,
    state        TEXT NOT NULL DEFAULT 'wanted' CHECK (state IN ('wanted', 'installed', 'refused')),
    reason       TEXT NOT NULL DEFAULT '',
    created_at   TEXT NOT NULL,
    updated_at   TEXT NOT NULL,
    PRIMARY KEY (workspace_id, source)
) STRICT;
CREATE INDEX wanted_plugins_open ON wanted_plugins (state) WHERE state = 'wanted';
