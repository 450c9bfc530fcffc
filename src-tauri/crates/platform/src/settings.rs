//! Settings a person can change while the platform runs; each is one key of the store.

use crate::Platform;
use serde_json::json;
use store::{NewEvent, StoreError, rows::settings};
use wire::{Settings, kind};

impl Platform {
    /// All settings with their defaults filled in.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn settings(&self) -> Result<Settings, StoreError> {
        let db = self.store().read();
        Ok(Settings {
            runtime_images: Some(
                settings::get(db, "runtime_images")
                    .await?
                    .unwrap_or_default(),
            ),
            memory_budget_mb: Some(settings::get(db, "memory_budget_mb").await?.unwrap_or(0)),
            hibernation_idle_minutes: Some(
                match settings::get(db, "hibernation_idle_minutes").await? {
                    Some(minutes) => minutes,
                    None => from_environment("HIBERNATION_IDLE_MINUTES").unwrap_or(0),
                },
            ),
            quit_policy: Some(
                settings::get(db, "quit_policy")
                    .await?
                    .unwrap_or_else(|| "ask".into()),
            ),
            auto_apply: Some(settings::get(db, "auto_apply").await?.unwrap_or(false)),
            reload_paused: Some(settings::get(db, "reload_paused").await?.unwrap_or(false)),
            extra_hosts: Some(settings::get(db, "extra_hosts").await?.unwrap_or_default()),
            events_structural_days: Some(
                settings::get(db, "events_structural_days")
                    .await?
                    .unwrap_or(0),
            ),
            events_operational_days: Some(
                settings::get(db, "events_operational_days")
                    .await?
                    .unwrap_or(30),
            ),
            events_transient_hours: Some(
                settings::get(db, "events_transient_hours")
                    .await?
                    .unwrap_or(24),
            ),
        })
    }

    /// Stores the keys present and puts them in force at once.
    ///
    /// # Errors
    /// When the database does not take them; nothing is in force then.
    pub async fn change_settings(&self, patch: Settings) -> Result<Settings, StoreError> {
        self.store()
            .write(move |write| {
                Box::pin(async move {
                    let now = write.stamp();
                    let mut changed = Vec::new();
                    macro_rules! keep {
                        ($($field:ident),+) => {$(
                            if let Some(value) = &patch.$field {
                                settings::set(write.conn(), stringify!($field), value, &now).await?;
                                changed.push(stringify!($field));
                            }
                        )+};
                    }
                    keep!(
                        runtime_images,
                        memory_budget_mb,
                        hibernation_idle_minutes,
                        quit_policy,
                        auto_apply,
                        reload_paused,
                        extra_hosts,
                        events_structural_days,
                        events_operational_days,
                        events_transient_hours
                    );
                    write
                        .event(NewEvent::global(
                            kind::SETTINGS_CHANGED,
                            json!({"changed": changed}),
                        ))
                        .await?;
                    Ok::<_, StoreError>(())
                })
            })
            .await?;
        let all = self.settings().await?;
        self.apply_settings(&all).await;
        Ok(all)
    }
}

fn from_environment(name: &str) -> Option<i64> {
    std::env::var(name)
        .ok()
        .and_then(|text| text.trim().parse().ok())
        .filter(|number| *number >= 0)
}
