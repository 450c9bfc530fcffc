-- Messages: bodies, the activity log, the queue, chat and token usage (contract 02 section 14, contract 05 section 18).

-- Big bodies are stored once, under the SHA-256 of their text (design law 3); rows refer to them.
CREATE TABLE message_bodies (
    digest TEXT PRIMARY KEY NOT NULL,
    body   TEXT NOT NULL CHECK (json_valid(body))
) STRICT;

-- What agents and people said. Text in here went through redaction. `seq` makes the order total (contract 02 section 4.3).
CREATE TABLE activity_logs (
    seq             INTEGER PRIMARY KEY AUTOINCREMENT,
    id              TEXT NOT NULL UNIQUE,
    workspace_id    TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    activity_type   TEXT NOT NULL,
    source_id       TEXT,
    source_kind     TEXT NOT NULL CHECK (source_kind IN ('canvas', 'agent', 'schedule', 'channel', 'webhook', 'system')),
    source_label    TEXT,
    target_id       TEXT,
    method          TEXT,
    summary         TEXT,
    request_body    TEXT CHECK (request_body IS NULL OR json_valid(request_body)),
    request_digest  TEXT REFERENCES message_bodies (digest),
    response_body   TEXT CHECK (response_body IS NULL OR json_valid(response_body)),
    response_digest TEXT REFERENCES message_bodies (digest),
    tool_trace      TEXT CHECK (tool_trace IS NULL OR json_valid(tool_trace)),
    duration_ms     INTEGER,
    status          TEXT NOT NULL DEFAULT 'ok',
    error_detail    TEXT,
    idempotency_key TEXT,
    created_at      TEXT NOT NULL
) STRICT;
CREATE INDEX idx_activity_ws_type_time ON activity_logs (workspace_id, activity_type, created_at DESC, seq DESC);
CREATE INDEX idx_activity_ws_time ON activity_logs (workspace_id, created_at DESC, seq DESC);
CREATE INDEX idx_activity_created_at ON activity_logs (created_at);
CREATE UNIQUE INDEX activity_logs_idempotency_uniq ON activity_logs (workspace_id, idempotency_key)
    WHERE idempotency_key IS NOT NULL;
-- So that dropping a body can see at once whether a row still refers to it.
CREATE INDEX activity_logs_by_request ON activity_logs (request_digest) WHERE request_digest IS NOT NULL;
CREATE INDEX activity_logs_by_response ON activity_logs (response_digest) WHERE response_digest IS NOT NULL;

-- Substring search over activity. Contentless: the text is in the rows already.
CREATE VIRTUAL TABLE activity_search USING fts5 (text, content = '', contentless_delete = 1, tokenize = 'trigram');
CREATE TRIGGER activity_search_forget AFTER DELETE ON activity_logs BEGIN
    DELETE FROM activity_search WHERE rowid = old.seq;
END;

-- Messages that wait for their target. The body is what will be delivered, so it is not redacted; it is dropped with
-- the delivery.
CREATE TABLE a2a_queue (
    seq             INTEGER PRIMARY KEY AUTOINCREMENT,
    id              TEXT NOT NULL UNIQUE,
    workspace_id    TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    caller_id       TEXT,
    caller_kind     TEXT NOT NULL,
    caller_label    TEXT,
    priority        INTEGER NOT NULL DEFAULT 50,
    body_digest     TEXT REFERENCES message_bodies (digest),
    method          TEXT,
    idempotency_key TEXT,
    -- The activity row (and the chat turn) that the delivery will complete.
    activity_id     TEXT NOT NULL,
    enqueued_at     TEXT NOT NULL,
    dispatched_at   TEXT,
    completed_at    TEXT,
    expires_at      TEXT,
    -- No attempt before this moment.
    not_before      TEXT,
    attempts        INTEGER NOT NULL DEFAULT 0,
    status          TEXT NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'dispatched', 'completed', 'dropped', 'failed')),
    last_error      TEXT,
    -- The answer, redacted, for the sender who asks for it.
    result          TEXT CHECK (result IS NULL OR json_valid(result))
) STRICT;
CREATE INDEX idx_a2a_queue_dispatch ON a2a_queue (workspace_id, priority DESC, seq) WHERE status = 'queued';
CREATE INDEX idx_a2a_queue_expiry ON a2a_queue (expires_at) WHERE status = 'queued';
CREATE UNIQUE INDEX idx_a2a_queue_idempotency ON a2a_queue (workspace_id, idempotency_key)
    WHERE idempotency_key IS NOT NULL AND status IN ('queued', 'dispatched');
CREATE INDEX a2a_queue_by_body ON a2a_queue (body_digest) WHERE body_digest IS NOT NULL;
CREATE INDEX a2a_queue_by_workspace ON a2a_queue (workspace_id);

-- What a person and an agent said to each other; kept until the person deletes it (contract 02 no. 57). The two
-- messages of one turn carry the same `activity_id` and time.
CREATE TABLE chat_messages (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,
    id           TEXT NOT NULL UNIQUE,
    workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    activity_id  TEXT NOT NULL,
    role         TEXT NOT NULL CHECK (role IN ('user', 'agent', 'system')),
    content      TEXT NOT NULL,
    attachments  TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(attachments)),
    source_kind  TEXT NOT NULL,
    created_at   TEXT NOT NULL
) STRICT;
CREATE INDEX chat_messages_by_time ON chat_messages (workspace_id, created_at DESC);
CREATE INDEX chat_messages_by_turn ON chat_messages (activity_id);

CREATE TABLE workspace_token_usage (
    id                 TEXT PRIMARY KEY NOT NULL,
    workspace_id       TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
    period_start       TEXT NOT NULL,
    input_tokens       INTEGER NOT NULL DEFAULT 0,
    output_tokens      INTEGER NOT NULL DEFAULT 0,
    call_count         INTEGER NOT NULL DEFAULT 0,
    estimated_cost_usd REAL NOT NULL DEFAULT 0,
    updated_at         TEXT NOT NULL,
    UNIQUE (workspace_id, period_start)
) STRICT;
