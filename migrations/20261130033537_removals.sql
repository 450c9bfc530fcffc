-- What a delete takes from a workspace and a restore gives back: whether it should run, and its place on the canvas.
-- The row itself stays until it is purged.
CREATE TABLE removals (
    workspace_id TEXT PRIMARY KEY NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    desired      TEXT NOT NULL CHECK (desired IN ('running', 'stopped')),
    sleep_kind   TEXT CHECK (sleep_kind IS NULL OR sleep_kind IN ('paused', 'hibernated')),
    x            REAL NOT NULL,
    y            REAL NOT NULL,
    width        REAL,
    height       REAL,
    z            INTEGER NOT NULL,
    placed       INTEGER NOT NULL,
    collapsed    INTEGER NOT NULL
) STRICT;
