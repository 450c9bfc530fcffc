//! Tokens, tickets and sessions (contract 01 sections 2.8, 2.9, 2.13).

use crate::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a workspace's token comes from (contract 01 section 2.13).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum TokenKind {
    /// Delivered to the agent at its start, and rotated, by the platform.
    Runtime,
    /// Minted by a person for a client of theirs.
    User,
}

/// A token as lists show it; the token itself is never shown again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TokenView {
    /// Row id.
    pub id: String,
    /// First eight characters.
    pub prefix: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last presented.
    pub last_used_at: Option<Timestamp>,
    /// Where it comes from.
    pub kind: TokenKind,
    /// What a person called it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When it ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// `GET /workspaces/:id/tokens`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TokenList {
    /// Length of this page.
    pub count: usize,
    /// Newest first, live only.
    pub tokens: Vec<TokenView>,
}

/// `POST /workspaces/:id/tokens`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TokenMinted {
    /// The token, shown once.
    pub auth_token: String,
    /// Says that it is shown once.
    pub message: String,
    /// Whose it is.
    pub workspace_id: String,
}

/// `POST /auth/tickets`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Ticket {
    /// Single use.
    pub ticket: String,
    /// Seconds it lives.
    pub expires_in: u64,
}

/// `POST /auth/session`, request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SessionRequest {
    /// The ticket from the link's fragment.
    pub ticket: String,
}

/// `POST /auth/session`, answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// Bearer for this page.
    pub token: String,
    /// Number of the last event so far: whoever reads lists after this answer and follows events from here misses
    /// nothing.
    pub last_seq: i64,
}
