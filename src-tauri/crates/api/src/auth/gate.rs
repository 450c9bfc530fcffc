//! From a presented credential to who presents it.

use super::remembered::Remembered;
use crate::{app::App, error::ApiError};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use platform::{Mode, Platform};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use store::rows::tokens::{self, TokenRow};
use vault::tokens::{TokenHash, mint, same};

/// Seconds a ticket lives.
pub(crate) const TICKET_SECONDS: u64 = 30;
/// Tickets and sessions kept at most, each; the oldest go first.
const MOST: usize = 1024;
/// Paths on which a ticket may stand in the query, because a browser cannot send a header there.
const TICKET_PATHS: &[&str] = &[
    "/ws",
    "/terminal",
    "/events/stream",
    "/console/stream",
    "/chat/download",
];

/// Whose credential it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// One of the app's own faces.
    App,
    /// The operator's `ADMIN_TOKEN`.
    AdminToken,
    /// An org token.
    Org {
        /// First eight characters.
        prefix: String,
        /// Root workspace it is bound to.
        org_id: Option<String>,
    },
    /// A workspace token.
    Workspace {
        /// Whose.
        id: String,
        /// Delivered by the platform, not minted by a person.
        runtime: bool,
    },
    /// Nobody, in open mode.
    Anybody,
}

impl Who {
    /// May do everything.
    pub fn is_admin(&self) -> bool {
        !matches!(self, Self::Workspace { .. })
    }
}

/// What a request presented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Identity {
    /// Nothing.
    None,
    /// Something that is not valid.
    Invalid,
    /// Something that could not be looked up, because the database does not answer: every class refuses it with 503, and
    /// what is open stays open.
    Unknown,
    /// A valid credential.
    Valid(Who),
}

/// What a ticket or a session stands for. Its rights are its maker's for as long as the maker has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// A credential of this process.
    Fixed(Who),
    /// A token of the store, by its digest; looked up at every use, so that revoking it ends what was made with it.
    Stored([u8; 32]),
}

/// Credentials that live in memory only: the app's own, tickets, browser sessions.
#[derive(Clone)]
pub(crate) struct Gate {
    platform: Platform,
    memory: Arc<Mutex<Memory>>,
    remembered: Arc<Remembered>,
}

#[derive(Default)]
struct Memory {
    tickets: HashMap<[u8; 32], (Source, Duration)>,
    sessions: HashMap<[u8; 32], (Source, Duration)>,
}

impl Gate {
    pub(crate) fn new(platform: Platform) -> Self {
        Self {
            platform,
            memory: Arc::default(),
            remembered: Arc::default(),
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        self.platform.mode() == Mode::Open
    }

    /// A single-use ticket with the rights of its maker.
    pub(crate) fn ticket(&self, source: Source) -> Result<String, ApiError> {
        let minted = mint()?;
        let expires = self.platform.clock().awake() + Duration::from_secs(TICKET_SECONDS);
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let hash = *minted.hash.as_bytes();
        keep(&mut memory.tickets, hash, (source, expires));
        Ok(minted.token.expose_str().unwrap_or_default().to_owned())
    }

    /// Takes a ticket; it is gone afterwards, whatever comes of it.
    pub(crate) fn redeem(&self, ticket: &str) -> Option<Source> {
        let now = self.platform.clock().awake();
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let (source, expires) = memory.tickets.remove(TokenHash::of(ticket).as_bytes())?;
        (now <= expires).then_some(source)
    }

    /// A bearer for one browser page, with the rights of the ticket it came from.
    pub(crate) fn session(&self, source: Source) -> Result<String, ApiError> {
        let minted = mint()?;
        let now = self.platform.clock().awake();
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        keep(&mut memory.sessions, *minted.hash.as_bytes(), (source, now));
        Ok(minted.token.expose_str().unwrap_or_default().to_owned())
    }

    /// Whose bearer this is.
    async fn bearer(&self, bearer: &str) -> Result<Presented, ApiError> {
        if bearer.is_empty() {
            return Ok(Presented::INVALID);
        }
        if same(bearer, self.platform.app_credential()) {
            return self.standing(Source::Fixed(Who::App)).await;
        }
        if self
            .platform
            .admin_token()
            .is_some_and(|token| same(bearer, token))
        {
            return self.standing(Source::Fixed(Who::AdminToken)).await;
        }
        let hash = *TokenHash::of(bearer).as_bytes();
        let session = {
            let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
            memory.sessions.get(&hash).map(|(source, _)| source.clone())
        };
        self.standing(session.unwrap_or(Source::Stored(hash))).await
    }

    /// What a source is worth now.
    async fn standing(&self, source: Source) -> Result<Presented, ApiError> {
        let identity = match &source {
            Source::Fixed(who) => Identity::Valid(who.clone()),
            Source::Stored(hash) => match self.stored(hash).await? {
                Some(who) => Identity::Valid(who),
                None => return Ok(Presented::INVALID),
            },
        };
        Ok(Presented {
            identity,
            source: Some(source),
        })
    }

    async fn stored(&self, hash: &[u8; 32]) -> Result<Option<Who>, ApiError> {
        if let Some(row) = self.workspace_token(hash).await? {
            self.platform.token_used(&row).await;
            return Ok(Some(Who::Workspace {
                id: row.workspace_id.clone(),
                runtime: row.kind == "runtime",
            }));
        }
        let store = self.platform.store();
        let now = self.platform.stamp();
        if let Some(row) = tokens::find_org(store.read(), hash, &now).await? {
            self.platform.org_token_used(&row);
            return Ok(Some(Who::Org {
                prefix: row.prefix,
                org_id: row.org_id,
            }));
        }
        if self.is_open() {
            self.platform.ended_token_presented(hash).await?;
        }
        Ok(None)
    }
}

impl Gate {
    async fn workspace_token(&self, hash: &[u8; 32]) -> Result<Option<Arc<TokenRow>>, ApiError> {
        let store = self.platform.store();
        // Taken before the row is read: a change meanwhile makes the next request read again.
        let mark = store.tokens_mark();
        if let Some(row) = self.remembered.get(hash, mark, self.platform.clock().now()) {
            return Ok(Some(row));
        }
        let found = tokens::find(store.read(), hash, &self.platform.stamp()).await?;
        Ok(found.map(|row| {
            let row = Arc::new(row);
            self.remembered.keep(*hash, mark, row.clone());
            row
        }))
    }
}

/// What was found of a request's credential.
struct Presented {
    identity: Identity,
    /// Behind a valid one: what tickets it makes stand for.
    source: Option<Source>,
}

impl Presented {
    const NONE: Self = Self {
        identity: Identity::None,
        source: None,
    };
    const UNKNOWN: Self = Self {
        identity: Identity::Unknown,
        source: None,
    };
    const INVALID: Self = Self {
        identity: Identity::Invalid,
        source: None,
    };
}

fn keep(
    map: &mut HashMap<[u8; 32], (Source, Duration)>,
    hash: [u8; 32],
    entry: (Source, Duration),
) {
    if map.len() >= MOST
        && let Some(oldest) = map
            .iter()
            .min_by_key(|(_, (_, at))| *at)
            .map(|(hash, _)| *hash)
    {
        map.remove(&oldest);
    }
    map.insert(hash, entry);
}

/// Looks once at what a request presents and leaves the answer for the classes. A store that fails is told from "no".
pub(crate) async fn identify(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let presented = match presented(&app.gate, &parts).await {
        Ok(presented) => presented,
        Err(error) if error.status() == StatusCode::SERVICE_UNAVAILABLE => Presented::UNKNOWN,
        Err(error) => return error.into_response(),
    };
    parts.extensions.insert(presented.identity);
    if let Some(source) = presented.source {
        parts.extensions.insert(source);
    }
    next.run(Request::from_parts(parts, body)).await
}

/// A browser says where a request comes from, and no page can take that away. Node's own `fetch` says the mode and
/// nothing else; agents' tools written for it are no pages.
fn is_from_page(headers: &HeaderMap) -> bool {
    headers.iter().any(|(name, value)| {
        name.as_str().starts_with("sec-fetch-") && !(name == "sec-fetch-mode" && value == "cors")
    })
}

async fn presented(gate: &Gate, parts: &Parts) -> Result<Presented, ApiError> {
    let address = parts.extensions.get::<super::AddressCredential>();
    if address.is_some() && is_from_page(&parts.headers) {
        return Err(ApiError::new(
            StatusCode::FORBIDDEN,
            "address_from_browser",
            "an address with a credential in it may not be used from a web page",
        ));
    }
    let mut headers = parts.headers.get_all(header::AUTHORIZATION).iter();
    if let Some(header) = headers.next() {
        if headers.next().is_some() {
            // Two readers could take different ones.
            return Ok(Presented::INVALID);
        }
        // Exactly this scheme; anything else counts as no bearer (section 2.2).
        let text = header.to_str().unwrap_or_default();
        return match text.strip_prefix("Bearer ") {
            Some(bearer) => gate.bearer(bearer.trim()).await,
            // End-to-end scripts bring the bare token to this one route.
            None if parts.uri.path().ends_with("/test-token") => gate.bearer(text.trim()).await,
            None => Ok(Presented::NONE),
        };
    }
    if let Some(super::AddressCredential(credential)) = address {
        return gate.bearer(credential).await;
    }
    let path = parts.uri.path();
    if TICKET_PATHS
        .iter()
        .any(|end| path == *end || path.ends_with(end))
        && let Some(ticket) = query_value(parts.uri.query().unwrap_or_default(), "ticket")
    {
        return match gate.redeem(&ticket) {
            Some(source) => gate.standing(source).await,
            None => Ok(Presented::INVALID),
        };
    }
    Ok(Presented::NONE)
}

/// One value of a query; tickets are base64url, so nothing in them is escaped.
fn query_value(query: &str, name: &str) -> Option<String> {
    query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}
