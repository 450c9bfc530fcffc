-- The provider a person chose for a workspace's model (contract 01 section 3.12).
ALTER TABLE workspaces ADD COLUMN provider TEXT;
