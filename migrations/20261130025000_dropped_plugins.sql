-- Installed for an org's files, which no longer name it: taken away by whoever installs.
ALTER TABLE wanted_plugins ADD COLUMN dropped INTEGER NOT NULL DEFAULT 0;
CREATE INDEX wanted_plugins_dropped ON wanted_plugins (workspace_id) WHERE dropped = 1;
