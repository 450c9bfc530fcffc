//! Opening: a newer schema is refused, an older one is copied before it is migrated, a full disk changes nothing.

use clock::{Clock, SystemClock};
use std::{path::Path, process::Command, sync::Arc};
use store::{OpenError, OpenOptions, Store, StoreError, rows};

async fn open(path: &Path) -> Result<Store, OpenError> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    Store::open(OpenOptions::new(path, clock)).await
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.sqlite");
    let store = open(&path).await.unwrap();
    let pretended: Result<(), StoreError> = store
        .write(|write| {
            Box::pin(async move {
                sqlx::query(
                    "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                     VALUES (99990101000000, 'from the future', 1, x'00', 0)",
                )
                .execute(write.conn())
                .await?;
                Ok(())
            })
        })
        .await;
    pretended.unwrap();
    store.close().await;
    let refused = open(&path).await.unwrap_err();
    assert!(
        matches!(
            refused,
            OpenError::Newer {
                found: 99990101000000,
                ..
            }
        ),
        "{refused}"
    );
    assert!(refused.to_string().contains("written by a newer version"));
}

#[tokio::test]
async fn an_older_schema_is_copied_before_it_is_migrated() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.sqlite");
    // A file as the first migration left it.
    let first = include_str!("../../../../migrations/20261125000001_core.sql");
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(&path)
        .create_if_missing(true);
    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    sqlx::raw_sql(first).execute(&mut connection).await.unwrap();
    sqlx::raw_sql(
        "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL,
            installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL,
            checksum BLOB NOT NULL, execution_time BIGINT NOT NULL)",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    let migrator = sqlx::migrate!("../../../migrations");
    let core = migrator.iter().next().unwrap();
    sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (?, ?, 1, ?, 0)")
        .bind(core.version)
        .bind(core.description.as_ref())
        .bind(core.checksum.as_ref())
        .execute(&mut connection)
        .await
        .unwrap();
    sqlx::query("INSERT INTO settings (key, value, updated_at) VALUES ('kept', '1', '2026-01-01T00:00:00.000000Z')")
        .execute(&mut connection)
        .await
        .unwrap();
    sqlx::Connection::close(connection).await.unwrap();

    let store = open(&path).await.unwrap();
    let kept: Option<i64> = rows::settings::get(store.read(), "kept").await.unwrap();
    assert_eq!(kept, Some(1));
    let copy = path.with_extension(format!("before-{}.sqlite", core.version));
    assert!(
        copy.exists(),
        "the state before the migration is kept beside the file"
    );
}

/// A disk of one mebibyte fills up: the write that does not fit is refused whole, what was there stays readable.
#[tokio::test]
async fn a_full_disk_refuses_the_write_and_keeps_the_rest() {
    const NAME: &str = "a_full_disk_refuses_the_write_and_keeps_the_rest";
    const INSIDE: &str = "MOLECULE_TEST_OWN_MOUNTS";
    if std::env::var_os(INSIDE).is_none() {
        // Mounts of its own: root needs no leave for a small disk, and anybody is root in a namespace of their own.
        let again = Command::new("unshare")
            .args(["--user", "--map-root-user", "--mount"])
            .arg(std::env::current_exe().unwrap())
            .args(["--exact", NAME, "--nocapture"])
            .env(INSIDE, "1")
            .output()
            .expect("unshare (package util-linux) is needed for a disk of one mebibyte");
        let output = String::from_utf8_lossy(&again.stdout).into_owned()
            + &String::from_utf8_lossy(&again.stderr);
        assert!(again.status.success(), "{output}");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
        .arg(folder.path())
        .status()
        .is_ok_and(|status| status.success());
    assert!(
        mounted,
        "a tmpfs could not be mounted in a namespace of our own"
    );
    fill(folder.path()).await.unwrap();
}

async fn fill(folder: &Path) -> Result<(), String> {
    let store = open(&folder.join("test.sqlite"))
        .await
        .map_err(|error| error.to_string())?;
    let set = |number: usize, size: usize| {
        store.write(move |write| {
            Box::pin(async move {
                let now = write.stamp();
                rows::settings::set(
                    write.conn(),
                    &format!("key-{number}"),
                    &"x".repeat(size),
                    &now,
                )
                .await
            })
        })
    };
    let mut kept = 0;
    let error = loop {
        match set(kept, 32 * 1024).await {
            Ok(()) => kept += 1,
            Err(error) => break error,
        }
        if kept > 100 {
            return Err("the disk never filled up".into());
        }
    };
    if !matches!(error, StoreError::DiskFull) {
        return Err(format!("expected a full disk, got: {error}"));
    }
    for number in 0..kept {
        let value: Option<String> = rows::settings::get(store.read(), &format!("key-{number}"))
            .await
            .map_err(|error| error.to_string())?;
        if value.is_none_or(|value| value.len() != 32 * 1024) {
            return Err(format!("key-{number} was acknowledged and is gone"));
        }
    }
    let half: Option<String> = rows::settings::get(store.read(), &format!("key-{kept}"))
        .await
        .map_err(|error| error.to_string())?;
    if half.is_some() {
        Err("a refused write left something".into())
    } else {
        Ok(())
    }
}
