//! Values of `.env` files as sealed secrets of workspaces (contract 03 sections 2.5 and 3, no. 8).
//!
//! Personas are not among them: they stay in the keychain and are read when a container starts.
//!
//! Which side changed a value is told without keeping it: the base notes the digest of the *sealed* row as the import
//! wrote it. A row whose sealed bytes are still those was not touched on the canvas since. Whoever seals a row anew without
//! setting it says so with [`resealed`].

use crate::OrgsError;
use org_template::{BaseRole, FieldValue, Span};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use store::{
    StoreError, Write,
    rows::{self, secrets},
};
use vault::Sealer;

/// Name of the base field that notes a secret.
fn note_name(key: &str) -> String {
    format!("secret:{key}")
}

fn digest(sealed: &[u8]) -> String {
    Sha256::digest(sealed)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Seals and stores what is new or was changed in the files. Notes go into `base`; the names that were written are
/// given back.
pub(crate) async fn store(
    write: &mut Write,
    sealer: Option<&Sealer>,
    workspace_id: &str,
    values: BTreeMap<String, String>,
    is_new: bool,
    base: Option<&mut BaseRole>,
) -> Result<Vec<String>, OrgsError> {
    let values: BTreeMap<String, String> = values
        .into_iter()
        .filter(|(key, _)| workspaces::secrets::check_key(key).is_ok())
        .collect();
    if values.is_empty() {
        return Ok(Vec::new());
    }
    let sealer = match sealer {
        Some(sealer) => sealer,
        // What is stored already can be neither compared nor changed now; nothing is lost by leaving it.
        None if !is_new => return Ok(Vec::new()),
        None => return Err(OrgsError::VaultClosed),
    };
    let mut rows = BTreeMap::new();
    if !is_new {
        for row in secrets::of_workspace(write.conn(), workspace_id).await? {
            rows.insert(row.key.clone(), row);
        }
    }
    let mut notes = BTreeMap::new();
    let mut written = Vec::new();
    let now = write.stamp();
    for (key, value) in values {
        if let Some(row) = rows.get(&key) {
            let noted = base
                .as_ref()
                .and_then(|base| base.fields.get(&note_name(&key)));
            let ours =
                noted.is_some_and(|noted| noted.value == json!(digest(&row.encrypted_value)));
            let same = workspaces::secrets::open(sealer, row)
                .is_ok_and(|old| old.expose_str() == Some(&value));
            if same {
                notes.insert(key, digest(&row.encrypted_value));
                continue;
            }
            if !ours {
                tracing::info!(workspace = workspace_id, %key, "a secret was changed by hand; the .env value is not used");
                continue;
            }
        }
        let (sealed, version) =
            workspaces::secrets::seal(sealer, Some(workspace_id), &key, &value)?;
        secrets::set(
            write.conn(),
            Some(workspace_id),
            &key,
            &sealed,
            version,
            &now,
        )
        .await?;
        notes.insert(key.clone(), digest(&sealed));
        written.push(key);
    }
    if let Some(base) = base {
        for (key, digest) in notes {
            let field = FieldValue {
                value: Value::String(digest),
                span: Span::nowhere(""),
            };
            base.fields.insert(note_name(&key), field);
        }
    }
    Ok(written)
}

/// The same value of a secret was sealed anew: what an import noted about the former bytes now holds for the new ones, so
/// that the files go on owning it.
///
/// # Errors
/// When the base cannot be written.
pub async fn resealed(
    write: &mut Write,
    key: &str,
    before: &[u8],
    after: &[u8],
) -> Result<(), StoreError> {
    let noted = |sealed: &[u8]| json!(digest(sealed)).to_string();
    rows::orgs::renote(write.conn(), &note_name(key), &noted(before), &noted(after)).await?;
    Ok(())
}
