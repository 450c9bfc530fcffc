//! Channels of a role as rows (contract 03 section 2.9 step 14, nos. 8, 9, 34).

use crate::{OrgsError, planning::Prepared};
use org_template::{Role, expand};
use serde_json::Value;
use std::collections::BTreeMap;
use store::{
    Write,
    rows::{
        channels::{self, ChannelRow, secret_key},
        secrets::SecretRow,
    },
};
use vault::Sealer;
use wire::{ImportedWorkspace, SkippedChannel, SkippedSchedule};

/// Settings of channels that are never kept or shown in clear.
const SECRET_FIELDS: [&str; 7] = [
    "bot_token",
    "webhook_url",
    "webhook_secret",
    "public_key",
    "app_public_key",
    "verify_token",
    "signing_secret",
];
/// Begins a reference to a sealed setting.
const SEALED: &str = "ec1:";

/// Brings the channels of one workspace to what its files say; true when that changed anything. Rows that are right
/// already are not written; one that the files no longer name goes only when they are taken as they are (`exact`). Without
/// a sealer nobody chose where secrets are kept.
pub(crate) async fn put_channels(
    write: &mut Write,
    workspace_id: &str,
    role: &Role,
    prepared: &Prepared,
    (sealer, exact): (Option<&Sealer>, bool),
) -> Result<bool, OrgsError> {
    if role.channels.is_empty() && !exact {
        return Ok(false);
    }
    let rows = channels::of_workspace(write.conn(), workspace_id).await?;
    let sealed = channels::secrets_of(write.conn(), workspace_id).await?;
    let (mut changed, now) = (false, write.stamp());
    let named = |row: &ChannelRow| role.channels.iter().any(|one| one.kind == row.channel_type);
    for row in rows.iter().filter(|row| exact && !named(row)) {
        channels::delete(write.conn(), &row.id).await?;
        changed = true;
    }
    for channel in &role.channels {
        let lookup = |name: &str| {
            prepared
                .env
                .get(role.files_dir.as_deref(), role.persona.as_deref(), name)
        };
        let values: BTreeMap<&str, String> = channel
            .config
            .iter()
            .map(|(key, value)| (key.as_str(), expand(value, lookup).value))
            .collect();
        let users =
            serde_json::to_string(&channel.allowed_users).unwrap_or_else(|_| "[]".to_owned());
        let row = rows.iter().find(|row| row.channel_type == channel.kind);
        let Some(sealer) = sealer else {
            // What is there can be neither compared nor sealed now; it stays as it is.
            if row.is_some() {
                continue;
            }
            return Err(OrgsError::VaultClosed);
        };
        let same = |row: &ChannelRow| {
            let now_there = opened(row, &sealed, sealer);
            row.enabled == channel.enabled
                && row.allowed_users == users
                && now_there.len() == values.len()
                && values
                    .iter()
                    .all(|(key, value)| now_there.get(*key) == Some(value))
        };
        if row.is_some_and(same) {
            continue;
        }
        let mut config = serde_json::Map::new();
        let mut secrets = Vec::new();
        for (field, value) in values {
            if SECRET_FIELDS.contains(&field) {
                let key = secret_key(&channel.kind, field);
                let made = workspaces::secrets::seal(sealer, Some(workspace_id), &key, &value)?;
                config.insert(field.to_owned(), Value::String(format!("{SEALED}{key}")));
                secrets.push((field, made));
            } else {
                config.insert(field.to_owned(), Value::String(value));
            }
        }
        let config = Value::Object(config).to_string();
        channels::put(
            write.conn(),
            workspace_id,
            &channel.kind,
            &config,
            channel.enabled,
            &users,
            &now,
        )
        .await?;
        for (field, (value, version)) in &secrets {
            let sealed = (value.as_slice(), *version);
            channels::put_secret(
                write.conn(),
                workspace_id,
                &channel.kind,
                field,
                sealed,
                &now,
            )
            .await?;
        }
        changed = true;
    }
    Ok(changed)
}

/// The settings of a channel in clear; sealed ones that do not open are left out.
pub(crate) fn opened(
    row: &ChannelRow,
    sealed: &[SecretRow],
    sealer: &Sealer,
) -> BTreeMap<String, String> {
    settings(row)
        .into_iter()
        .filter_map(|(field, value)| {
            if !value.starts_with(SEALED) {
                return Some((field, value));
            }
            let key = secret_key(&row.channel_type, &field);
            let row = sealed.iter().find(|row| row.key == key)?;
            let secret = workspaces::secrets::open(sealer, row).ok()?;
            Some((field, secret.expose_str()?.to_owned()))
        })
        .collect()
}

/// The settings of a channel as they are stored.
pub(crate) fn settings(row: &ChannelRow) -> BTreeMap<String, String> {
    serde_json::from_str(&row.channel_config).unwrap_or_default()
}

/// Whether a setting is never shown.
pub(crate) fn is_secret(field: &str) -> bool {
    SECRET_FIELDS.contains(&field)
}

/// The answer about a role: which channels it has, and what was left out.
pub(crate) fn told(
    id: &str,
    name: &str,
    tier: i64,
    skipped: bool,
    role: &Role,
) -> ImportedWorkspace {
    ImportedWorkspace {
        id: id.to_owned(),
        name: name.to_owned(),
        tier,
        skipped,
        channels: role
            .channels
            .iter()
            .map(|channel| channel.kind.clone())
            .collect(),
        channels_skipped: role
            .channels_skipped
            .iter()
            .map(|skipped| SkippedChannel {
                workspace: role.name.clone(),
                kind: skipped.what.clone(),
                reason: skipped.reason.clone(),
            })
            .collect(),
        schedules_skipped: role
            .schedules_skipped
            .iter()
            .map(|skipped| SkippedSchedule {
                name: skipped.what.clone(),
                reason: skipped.reason.clone(),
            })
            .collect(),
        plugins_missing: Vec::new(),
        mount: None,
        auth_token: None,
    }
}
