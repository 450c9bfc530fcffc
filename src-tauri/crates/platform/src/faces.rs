//! What the API asks about callers: credentials that are not rows, names and pages that may call, tokens in use.

use crate::{Mode, OwnerInfo, Platform, StartError, env, owner::OwnerSocket};
use std::sync::PoisonError;
use store::{StoreError, rows};
use wire::Timestamp;

impl Platform {
    /// Bearer of the app's own faces, new at each start.
    pub fn app_credential(&self) -> &str {
        &self.inner.app_credential
    }

    /// The operator's `ADMIN_TOKEN`.
    pub fn admin_token(&self) -> Option<&str> {
        self.inner.admin_token.as_deref()
    }

    /// Whether the test-token route exists (class T).
    pub fn test_tokens(&self) -> bool {
        self.inner.mode == Mode::Open
            || std::env::var("MOLECULE_ENABLE_TEST_TOKENS").is_ok_and(|word| word == "1")
    }

    /// Pages beside our own that may call.
    pub fn cors_origins(&self) -> &[String] {
        &self.inner.cors_origins
    }

    /// Requests a caller may make in a minute (contract 01 section 1.8).
    pub fn rate_limit(&self) -> u64 {
        self.inner.rate_limit
    }

    /// Whether this platform answers to a `Host`.
    pub fn serves_host(&self, authority: &str) -> bool {
        let name = host_name(authority);
        if matches!(
            name,
            "localhost" | "127.0.0.1" | "[::1]" | "host.docker.internal"
        ) {
            return true;
        }
        self.inner
            .hosts
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .iter()
            .any(|host| host == name)
    }

    /// Another address or name this platform answers to.
    pub fn add_host(&self, name: &str) {
        let mut hosts = self
            .inner
            .hosts
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if !hosts.iter().any(|host| host == name) {
            hosts.push(name.to_ascii_lowercase());
        }
    }

    /// Whether the address for agents outside is set (`EXTERNAL_PLATFORM_URL`).
    pub fn has_public_url(&self) -> bool {
        env::text("EXTERNAL_PLATFORM_URL").is_some()
    }

    /// Base address for agents outside, as the connection block prints it.
    pub fn public_url(&self, host: Option<&str>) -> String {
        match env::text("EXTERNAL_PLATFORM_URL") {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None => format!(
                "http://{}",
                host.unwrap_or(&format!("127.0.0.1:{}", *self.inner.port.borrow()))
            ),
        }
    }

    /// The API listens: agents may be told, faces may ask.
    ///
    /// # Errors
    /// When the local socket for faces cannot be made.
    pub fn listening(&self, port: u16) -> std::io::Result<()> {
        self.inner.port.send_replace(port);
        for name in ["PLATFORM_URL", "EXTERNAL_PLATFORM_URL"] {
            if let Some(host) = env::text(name).as_deref().and_then(url_host) {
                self.add_host(host);
            }
        }
        let info = OwnerInfo {
            port,
            pid: std::process::id(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            bearer: self.inner.app_credential.clone(),
        };
        let socket = OwnerSocket::listen(self.inner.data.path(), info)?;
        *self
            .inner
            .owner_socket
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(socket);
        Ok(())
    }

    /// A workspace token was presented: its first use ends its predecessor's grace, and from then on open mode asks for it.
    /// The first use is written down before its request goes on, so that no later request sees the time before; later
    /// uses are noted beside the request.
    pub async fn token_used(&self, token: &rows::tokens::TokenRow) {
        if self.is_recent(token.last_used_at.as_deref()) {
            return;
        }
        let first = token.last_used_at.is_none();
        let token = token.clone();
        let noted = self.note_use(move |write| {
            Box::pin(async move {
                let now = write.stamp();
                rows::tokens::touch(write.conn(), &token, &now).await
            })
        });
        if first && let Err(error) = noted.await {
            tracing::warn!(%error, "the first use of a token was not waited for");
        }
    }

    /// Open mode: a token was presented that is none any more. Its workspace is asked for one from now on.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn ended_token_presented(&self, hash: &[u8; 32]) -> Result<(), StoreError> {
        let hash = *hash;
        if !rows::tokens::ended_unseen(self.store().read(), &hash, &self.stamp()).await? {
            return Ok(());
        }
        self.store()
            .write(move |write| {
                Box::pin(async move {
                    let now = write.stamp();
                    rows::tokens::touch_ended(write.conn(), &hash, &now).await
                })
            })
            .await
    }

    /// An org token was presented.
    pub fn org_token_used(&self, token: &rows::tokens::OrgTokenRow) {
        if self.is_recent(token.last_used_at.as_deref()) {
            return;
        }
        let id = token.id.clone();
        drop(self.note_use(move |write| {
            Box::pin(async move {
                let now = write.stamp();
                rows::tokens::touch_org(write.conn(), &id, &now).await
            })
        }));
    }

    /// A beat every 30 s needs no write of its own.
    fn is_recent(&self, last_used_at: Option<&str>) -> bool {
        let minute = chrono::TimeDelta::minutes(1);
        last_used_at
            .and_then(|text| Timestamp::parse(text).ok())
            .is_some_and(|at| self.inner.clock.now() - at.0 < minute)
    }

    /// The task may be waited for; it ends as well without.
    fn note_use<F>(&self, job: F) -> tokio::task::JoinHandle<()>
    where
        F: for<'w> FnOnce(&'w mut store::Write) -> store::WriteFuture<'w, (), StoreError>
            + Send
            + 'static,
    {
        let store = self.inner.store.clone();
        tokio::spawn(async move {
            if let Err(error) = store.write(job).await {
                tracing::warn!(%error, "the last use of a token could not be noted");
            }
        })
    }

    /// The token a register hands out: when the workspace has no live one, or (`anew`: open mode, nobody presented one
    /// yet) a fresh one each time, because nobody but this caller can know it.
    ///
    /// # Errors
    /// When the token cannot be made or stored.
    pub async fn register_token(
        &self,
        workspace_id: &str,
        anew: bool,
    ) -> Result<Option<String>, StartError> {
        let minted = vault::tokens::mint()?;
        let plain = minted.token.expose_str().unwrap_or_default().to_owned();
        let id = workspace_id.to_owned();
        let made: bool = self
            .inner
            .store
            .write(move |write| {
                Box::pin(async move {
                    let live = rows::tokens::count_live(write.conn(), &id).await?;
                    if live > 0 && !anew {
                        return Ok::<_, StoreError>(false);
                    }
                    let now = write.stamp();
                    if live >= rows::tokens::MOST_TOKENS {
                        // Of those that were handed out before and never seen again one makes room.
                        rows::tokens::end_oldest_unseen(write.conn(), &id, &now).await?;
                    }
                    let (hash, prefix) = (minted.hash.as_bytes(), minted.prefix.as_str());
                    rows::tokens::add(write.conn(), &id, hash, prefix, "user", &now, &now).await?;
                    Ok(true)
                })
            })
            .await?;
        Ok(made.then_some(plain))
    }
}

/// The name in `name:port`, brackets of IPv6 kept.
fn host_name(authority: &str) -> &str {
    match authority.rfind(':') {
        Some(colon)
            if authority[colon + 1..]
                .bytes()
                .all(|byte| byte.is_ascii_digit()) =>
        {
            &authority[..colon]
        }
        _ => authority,
    }
}

fn url_host(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    let authority = rest.split(['/', '?', '#']).next()?;
    Some(host_name(authority.rsplit('@').next()?)).filter(|host| !host.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_names_lose_their_port_and_keep_their_brackets() {
        for (authority, name) in [
            ("localhost:8080", "localhost"),
            ("[::1]:80", "[::1]"),
            ("[::1]", "[::1]"),
            ("host", "host"),
        ] {
            assert_eq!(host_name(authority), name);
        }
        assert_eq!(
            url_host("https://me@example.test:8443/path"),
            Some("example.test")
        );
    }
}
