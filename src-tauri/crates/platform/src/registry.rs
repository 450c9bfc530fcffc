//! What the registry needs of more than one room: addresses that may be handed out and dialled, and the secret an agent
//! shares with the platform (contract 01 sections 4.1 and 4.4).

use crate::{Mode, Platform};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use messaging::{Guard, GuardError};
use store::{StoreError, rows};
use vault::{Place, Sealer, VaultError, sealing::SEALED_VERSION};
use wire::{DeliveryMode, Register};
use workspaces::WorkspaceError;

/// An address that an agent registered is not used.
#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    /// The row could not be read; never treated as "fine".
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The body does not make a registration.
    #[error(transparent)]
    Request(#[from] WorkspaceError),
    /// The address is refused.
    #[error(transparent)]
    Refused(#[from] GuardError),
}

/// The secret of a workspace could not be made, kept or opened.
#[derive(Debug, thiserror::Error)]
pub enum InboundSecretError {
    /// The database does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It cannot be sealed or opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

impl Platform {
    /// Checks the address an agent registers. For a container of ours the platform's own address stays in force, so what
    /// it reports is only refused where no agent can be; loopback and private ranges are taken from admin-class callers
    /// (`by_person`) and in open mode. In poll mode, asked for now or stored before, nothing is looked at.
    ///
    /// # Errors
    /// See [`AddressError`].
    pub async fn check_agent_url(
        &self,
        request: &Register,
        by_person: bool,
    ) -> Result<(), AddressError> {
        let asked = workspaces::delivery_mode(request.delivery_mode.as_deref())?;
        let Some(url) = request.url.as_deref() else {
            return Ok(());
        };
        let row = rows::workspaces::get(self.store().read(), &request.id).await?;
        let stored = row.as_ref().map(|row| row.delivery_mode);
        if asked.or(stored) == Some(DeliveryMode::Poll) {
            return Ok(());
        }
        if row.as_ref().is_some_and(|row| row.container_id.is_some()) {
            return Ok(Guard::reported(url)?);
        }
        // An agent may repeat what a person said about it.
        let repeats = row.is_some_and(|row| row.url_by_person && row.url.as_deref() == Some(url));
        Ok(self.may_be_dialled(url, by_person || repeats).await?)
    }

    /// Whether an external agent's address may be handed out and dialled (contract 01 section 4.4).
    ///
    /// # Errors
    /// Why not.
    pub async fn may_be_dialled(&self, url: &str, by_person: bool) -> Result<(), GuardError> {
        let local = by_person || self.mode() == Mode::Open;
        Guard { local }.text(url).await
    }

    /// The workspace's secret for what the platform forwards to its agent: made at the first register, the same at every
    /// later one, sealed at rest. `None` while secrets cannot be opened; an agent that registers does not wait for a person.
    ///
    /// # Errors
    /// See [`InboundSecretError`].
    pub async fn inbound_secret(&self, id: &str) -> Result<Option<String>, InboundSecretError> {
        let Some(vault) = self.vault_slot().read().await.clone() else {
            return Ok(None);
        };
        let Some(row) = rows::workspaces::get(self.store().read(), id).await? else {
            return Ok(None);
        };
        let before = row.platform_inbound_secret;
        if let Some(sealed) = &before {
            match self.open_inbound(vault.sealer(), id, sealed) {
                // Its key was rotated away. Nobody else holds it, and this agent gets the new one with this answer.
                Err(InboundSecretError::Vault(reason)) => {
                    tracing::info!(workspace = id, %reason, "the secret of an agent is made anew");
                }
                opened => return opened.map(Some),
            }
        }
        let minted = vault::tokens::mint()?;
        let sealed = vault.sealer().seal(place(id), minted.token.expose())?;
        let (owner, sealed) = (id.to_owned(), STANDARD.encode(sealed));
        // Two registers at once agree on the one that was stored first.
        let kept: String = self
            .store()
            .write(move |write| {
                Box::pin(async move {
                    let now = write.stamp();
                    let row = rows::workspaces::get(write.conn(), &owner).await?;
                    let stored = row.and_then(|row| row.platform_inbound_secret);
                    if let Some(first) = stored.filter(|stored| Some(stored) != before.as_ref()) {
                        return Ok::<_, StoreError>(first);
                    }
                    let column = rows::workspaces::Column::PlatformInboundSecret;
                    let value = sealed.as_str();
                    rows::workspaces::set_column(write.conn(), &owner, column, value, &now).await?;
                    Ok(sealed)
                })
            })
            .await?;
        Ok(Some(self.open_inbound(vault.sealer(), id, &kept)?))
    }

    fn open_inbound(
        &self,
        sealer: &Sealer,
        id: &str,
        sealed: &str,
    ) -> Result<String, InboundSecretError> {
        let corrupt = |reason: &str| {
            StoreError::Corrupt(format!("platform_inbound_secret of {id}: {reason}"))
        };
        let blob = STANDARD.decode(sealed).map_err(|_| corrupt("no base64"))?;
        let secret = sealer.open_row(place(id), i64::from(SEALED_VERSION), &blob)?;
        self.known_secrets().add([&secret]);
        let text = secret.expose_str().ok_or_else(|| corrupt("no text"))?;
        Ok(text.to_owned())
    }
}

fn place(id: &str) -> Place<'_> {
    Place {
        table: "workspaces",
        owner: id,
        key: "platform_inbound_secret",
    }
}
