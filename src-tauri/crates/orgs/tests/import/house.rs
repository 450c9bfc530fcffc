//! One throw-away platform's worth of store, clock, vault and org folders.

use chrono::DateTime;
use clock::{Clock, SimulatedClock};
use orgs::{Orgs, OrgsError, Roots, VaultSlot};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Row};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use store::{OpenOptions, Store, StoreError, StoredEvent, WorkspaceRow, rows};
use tempfile::TempDir;
use tokio::sync::RwLock;
use vault::{KeyChoice, Vault, testing::SimulatedKeychain};
use wire::{ImportRequest, ImportResult};

pub struct House {
    pub dir: TempDir,
    pub store: Store,
    pub orgs: Orgs,
    pub vault: VaultSlot,
}

impl House {
    /// With an open vault.
    pub async fn new() -> Self {
        let house = Self::locked().await;
        let keychain = Arc::new(SimulatedKeychain::new());
        let vault = Vault::unlock(KeyChoice::Keychain(keychain), None)
            .await
            .unwrap();
        *house.vault.write().await = Some(Arc::new(vault));
        house
    }

    /// Nobody chose yet where secrets are kept.
    pub async fn locked() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for name in ["org-templates", "configs", "data"] {
            std::fs::create_dir(dir.path().join(name)).unwrap();
        }
        let clock: Arc<dyn Clock> = Arc::new(SimulatedClock::at(DateTime::UNIX_EPOCH));
        let options = OpenOptions::new(dir.path().join("data/db.sqlite"), clock.clone());
        let store = Store::open(options).await.unwrap();
        let vault: VaultSlot = Arc::new(RwLock::new(None));
        let root = dir.path().canonicalize().unwrap();
        let roots = Roots {
            orgs: root.join("org-templates"),
            configs: root.join("configs"),
            data: root.join("data"),
        };
        let orgs = Orgs::with_roots(store.clone(), clock, vault.clone(), roots);
        Self {
            dir,
            store,
            orgs,
            vault,
        }
    }

    /// A folder below the org folder; gives its path with links resolved.
    pub fn org(&self, name: &str, files: &[(&str, &str)]) -> PathBuf {
        let root = self
            .dir
            .path()
            .canonicalize()
            .unwrap()
            .join("org-templates")
            .join(name);
        write(&root, files);
        root
    }

    pub async fn import(&self, request: ImportRequest) -> Result<ImportResult, OrgsError> {
        self.orgs.import(&request).await
    }

    /// Imports a folder by name; it must work.
    pub async fn imported(&self, dir: &str) -> ImportResult {
        self.import(by_dir(dir))
            .await
            .unwrap_or_else(|error| panic!("{error}: {:?}", error.problems()))
    }

    pub async fn rows(&self) -> Vec<WorkspaceRow> {
        rows::workspaces::list(self.store.read()).await.unwrap()
    }

    pub async fn row(&self, name: &str) -> WorkspaceRow {
        let rows = self.rows().await;
        let mut found = rows.into_iter().filter(|row| row.name == name);
        found
            .next()
            .unwrap_or_else(|| panic!("no row is named {name}"))
    }

    pub async fn made(&self, id: &str, path: &str) -> Option<String> {
        let mut files = rows::files::made(self.store.read(), id).await.unwrap();
        files
            .remove(path)
            .map(|bytes| String::from_utf8(bytes).unwrap())
    }

    /// All events of these names, oldest first.
    pub async fn events(&self, names: &[&str]) -> Vec<StoredEvent> {
        let mut connection = self.store.read().acquire().await.unwrap();
        let all = store::events_after(&mut connection, 0, 1_000_000)
            .await
            .unwrap()
            .unwrap();
        all.into_iter()
            .filter(|event| names.contains(&event.event_type.as_str()))
            .collect()
    }

    /// Every row of every table but these, as text.
    pub async fn dump(&self, without: &[&str]) -> String {
        let tables: Vec<String> = sqlx::query_scalar(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
             AND name NOT LIKE 'activity_search%' ORDER BY name",
        )
        .fetch_all(self.store.read())
        .await
        .unwrap();
        let mut out = String::new();
        for table in tables
            .iter()
            .filter(|table| !without.contains(&table.as_str()))
        {
            let sql = format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid");
            let columns: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql))
                .fetch_all(self.store.read())
                .await
                .unwrap();
            let list = columns
                .iter()
                .map(|c| format!("quote(\"{c}\")"))
                .collect::<Vec<_>>()
                .join("||','||");
            let sql = format!("SELECT {list} AS line FROM \"{table}\" ORDER BY 1");
            for row in sqlx::query(AssertSqlSafe(sql))
                .fetch_all(self.store.read())
                .await
                .unwrap()
            {
                out.push_str(&format!("{table}: {}\n", row.get::<String, _>("line")));
            }
        }
        out
    }

    /// Rows changed by everything the write connection ever did.
    pub async fn total_changes(&self) -> i64 {
        let counted: Result<i64, StoreError> = self
            .store
            .write(|write| {
                Box::pin(async move {
                    let sql = "SELECT total_changes()";
                    Ok(sqlx::query_scalar(sql).fetch_one(write.conn()).await?)
                })
            })
            .await;
        counted.unwrap()
    }

    /// Runs one statement on the write connection.
    pub async fn sql(&self, sql: &'static str) {
        let done: Result<(), StoreError> = self
            .store
            .write(move |write| {
                Box::pin(async move {
                    sqlx::query(sql).execute(write.conn()).await?;
                    Ok(())
                })
            })
            .await;
        done.unwrap();
    }

    /// The refusal of a request, and that not one row of any table changed.
    pub async fn refused(&self, request: ImportRequest) -> OrgsError {
        let before = self.dump(&[]).await;
        let error = match self.import(request).await {
            Ok(result) => panic!("imported although it must not: {result:?}"),
            Err(error) => error,
        };
        assert_eq!(
            before,
            self.dump(&[]).await,
            "a refusal must not leave a trace: {error}"
        );
        error
    }

    /// The refusal of an import that had begun: only its two audit rows are left.
    pub async fn undone(&self, request: ImportRequest) -> OrgsError {
        let audit = ["structure_events"];
        let (before, events) = (self.dump(&audit).await, self.events_count().await);
        let error = match self.import(request).await {
            Ok(result) => panic!("imported although it must not: {result:?}"),
            Err(error) => error,
        };
        assert_eq!(
            before,
            self.dump(&audit).await,
            "nothing may be half applied: {error}"
        );
        assert_eq!(
            self.events_count().await,
            events + 2,
            "one started row and its partner"
        );
        let last = self.events(&["org.import.failed"]).await.pop().unwrap();
        assert_eq!(last.payload["error"], Value::String(error.to_string()));
        assert!(last.payload["duration_ms"].is_u64());
        error
    }

    async fn events_count(&self) -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM structure_events")
            .fetch_one(self.store.read())
            .await
            .unwrap()
    }
}

pub fn write(root: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let file = root.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
}

pub fn by_dir(dir: &str) -> ImportRequest {
    ImportRequest {
        dir: dir.to_owned(),
        ..ImportRequest::default()
    }
}

pub fn sync(dir: &str) -> ImportRequest {
    ImportRequest {
        mode: "sync".to_owned(),
        ..by_dir(dir)
    }
}
