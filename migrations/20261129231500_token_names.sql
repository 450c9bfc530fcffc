-- People tell tokens apart by a name and let them end by themselves (contract 01 section 7: "show, name and expire them").
ALTER TABLE workspace_auth_tokens ADD COLUMN name TEXT;
ALTER TABLE org_api_tokens ADD COLUMN expires_at TEXT;
