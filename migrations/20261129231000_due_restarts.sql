-- Restarts that a change of secrets asked for and that have not begun yet (contract 03 nos. 48 and 49).
CREATE TABLE due_restarts (
    workspace_id TEXT PRIMARY KEY NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    asked_at     TEXT NOT NULL
) STRICT;
