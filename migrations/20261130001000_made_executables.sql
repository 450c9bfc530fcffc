-- Files that the platform makes for a workspace may be programs (contract 03 no. 57: what a bundle carries is exact).
ALTER TABLE workspace_files ADD COLUMN executable INTEGER NOT NULL DEFAULT 0;
