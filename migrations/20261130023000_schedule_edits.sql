-- Schedules that people and agents change beside the org's files (design law 2: three versions of an org).
-- What files or person say about "enabled", whatever was agreed to; null for rows that are older than this column.
ALTER TABLE workspace_schedules ADD COLUMN wanted INTEGER CHECK (wanted IN (0, 1));
-- A person switched this one on: it runs although the schedules of its org were not ticked.
ALTER TABLE workspace_schedules ADD COLUMN agreed INTEGER NOT NULL DEFAULT 0 CHECK (agreed IN (0, 1));
-- Changed since the files were read.
ALTER TABLE workspace_schedules ADD COLUMN edited INTEGER NOT NULL DEFAULT 0 CHECK (edited IN (0, 1));
-- An agent made it for itself: no part of its org.
ALTER TABLE workspace_schedules ADD COLUMN by_agent INTEGER NOT NULL DEFAULT 0 CHECK (by_agent IN (0, 1));
