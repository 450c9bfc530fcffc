//! The environment layers that no folder holds: personas from the keychain, global secrets (contract 03 section 2.5).

use crate::{Orgs, OrgsError};
use org_template::{Env, Org, persona_of};
use std::collections::{BTreeMap, BTreeSet};
use store::rows;

/// Which layers could be read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Layers {
    /// Names of global secrets, whether or not they can be opened.
    pub global_names: BTreeSet<String>,
    /// Personas were imported and the vault that holds them is locked.
    pub personas_unknown: bool,
}

/// Setting that says personas were imported.
const PERSONAS_SETTING: &str = "personas_imported";

impl Orgs {
    /// Adds personas and global secrets to the folder's own layers. Values stay in memory.
    pub(crate) async fn add_layers(&self, org: &Org, env: &mut Env) -> Result<Layers, OrgsError> {
        let mut layers = Layers::default();
        let globals = rows::secrets::global(self.store.read()).await?;
        layers.global_names = globals.iter().map(|row| row.key.clone()).collect();
        let slugs = slugs(org);
        let Some(vault) = self.open_vault().await else {
            let imported: Option<bool> =
                rows::settings::get(self.store.read(), PERSONAS_SETTING).await?;
            layers.personas_unknown = imported == Some(true) && !slugs.is_empty();
            return Ok(layers);
        };
        for row in &globals {
            match workspaces::secrets::open(vault.sealer(), row) {
                Ok(secret) => {
                    if let Some(text) = secret.expose_str() {
                        env.passed.insert(row.key.clone(), text.to_owned());
                    }
                }
                Err(error) => {
                    tracing::warn!(key = %row.key, %error, "a global secret cannot be opened")
                }
            }
        }
        let loaded = match vault.personas().load_many(&slugs).await {
            Ok(loaded) => loaded,
            Err(error) => {
                tracing::warn!(%error, "personas cannot be read");
                layers.personas_unknown = true;
                return Ok(layers);
            }
        };
        for (slug, secrets) in loaded {
            let secrets = match secrets {
                Ok(secrets) => secrets,
                Err(error) => {
                    tracing::warn!(%slug, %error, "a persona cannot be read");
                    layers.personas_unknown = true;
                    continue;
                }
            };
            let values: BTreeMap<String, String> = secrets
                .iter()
                .filter_map(|(key, secret)| Some((key.clone(), secret.expose_str()?.to_owned())))
                .collect();
            if !values.is_empty() {
                env.personas.insert(slug, values);
            }
        }
        Ok(layers)
    }
}

/// Persona slugs of the spawned workspaces.
fn slugs(org: &Org) -> BTreeSet<String> {
    org.walk(true).filter_map(|w| persona_of(w, org)).collect()
}
