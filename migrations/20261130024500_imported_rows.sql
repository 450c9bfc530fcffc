-- What an import says of a workspace beside the folder of its files (contract 03 nos. 21, 28 and 39).
-- Whose keys it gets: `persona` of the files, else the last part of its folder's path.
ALTER TABLE workspaces ADD COLUMN persona TEXT;
UPDATE workspaces SET persona = replace(files_dir, rtrim(files_dir, replace(files_dir, '/', '')), '')
    WHERE files_dir IS NOT NULL;
UPDATE workspaces SET persona = NULL WHERE persona = '' OR persona GLOB '*[^A-Za-z0-9_-]*';
-- The template below the files of its own folder: copied first.
ALTER TABLE workspaces ADD COLUMN base_dir TEXT;
-- The import that made or changed it last, and the commit its folder stood at then.
ALTER TABLE workspaces ADD COLUMN import_id TEXT;
ALTER TABLE workspaces ADD COLUMN source_commit TEXT;
