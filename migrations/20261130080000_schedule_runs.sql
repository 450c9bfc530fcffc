-- Runs of schedules (contract 02 section 10.3, nos. 77, 82 and 83). A run and its message are written together, under
-- one id, so that a kill neither loses nor repeats one.
CREATE TABLE schedule_runs (
    -- Also the id of its message in `a2a_queue`.
    id           TEXT PRIMARY KEY NOT NULL,
    schedule_id  TEXT NOT NULL REFERENCES workspace_schedules (id) ON DELETE CASCADE,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    -- What began it.
    cause        TEXT NOT NULL CHECK (cause IN ('clock', 'asked')),
    -- The moment it was due, or was asked for.
    due_at       TEXT NOT NULL,
    began_at     TEXT NOT NULL,
    ended_at     TEXT,
    status       TEXT NOT NULL CHECK (status IN ('queued', 'ok', 'error', 'skipped', 'stale')),
    error        TEXT NOT NULL DEFAULT '',
    duration_ms  INTEGER,
    -- The agent fetches its messages: the run is over when it replies.
    polled       INTEGER NOT NULL DEFAULT 0 CHECK (polled IN (0, 1)),
    -- What `request` of the history shows, redacted.
    request      TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(request))
) STRICT;
CREATE INDEX schedule_runs_by_schedule ON schedule_runs (schedule_id, began_at DESC);
CREATE INDEX schedule_runs_by_workspace ON schedule_runs (workspace_id);
-- One run of a schedule at a time.
CREATE UNIQUE INDEX schedule_runs_open ON schedule_runs (schedule_id) WHERE ended_at IS NULL;

-- Text order is time order only where every time has its fraction.
UPDATE workspace_schedules SET next_run_at = replace(next_run_at, 'Z', '.000000Z')
    WHERE next_run_at IS NOT NULL AND next_run_at NOT LIKE '%.%';
