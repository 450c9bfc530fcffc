-- Who named an external agent's dial address (contract 01 section 7): 1 when an admin-class caller did, so that loopback
-- and private ranges are dialled for it.
ALTER TABLE workspaces ADD COLUMN url_by_person INTEGER NOT NULL DEFAULT 0;
-- A root that does not talk to other roots: the isolation switch of its org (contract 01 section 7).
ALTER TABLE workspaces ADD COLUMN isolated INTEGER NOT NULL DEFAULT 0;
