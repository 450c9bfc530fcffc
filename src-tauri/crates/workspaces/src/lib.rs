//! Workspaces as rows: create, change, lifecycle commands, registry and signs of life. Only says what should be.
