//! A token for one git host: held in memory, shown nowhere.

use base64::{Engine, engine::general_purpose::STANDARD};
use std::fmt;
use zeroize::Zeroizing;

/// How a host wants its token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenStyle {
    /// `Authorization: token …` (Gitea, Forgejo; contract 03 section 2.4).
    Token,
    /// `Authorization: Basic …` with a fixed user (GitHub, GitLab).
    Basic,
}

/// A token and the only host it is sent to.
#[derive(Clone)]
pub struct Token {
    host: String,
    value: Zeroizing<String>,
    style: TokenStyle,
}

impl Token {
    /// A token of `host` (with port, if the address has one). Blank tokens are none.
    pub fn new(host: &str, value: &str, style: TokenStyle) -> Option<Self> {
        let value = value.trim();
        // A line break would add a header of the token's own.
        if value.is_empty() || value.chars().any(char::is_control) {
            return None;
        }
        Some(Self {
            host: host.to_ascii_lowercase(),
            value: Zeroizing::new(value.to_owned()),
            style,
        })
    }

    /// The host it belongs to.
    pub fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn header(&self) -> Zeroizing<String> {
        Zeroizing::new(match self.style {
            TokenStyle::Token => format!("Authorization: token {}", self.value.as_str()),
            TokenStyle::Basic => format!("Authorization: Basic {}", self.basic().as_str()),
        })
    }

    fn basic(&self) -> Zeroizing<String> {
        let pair = Zeroizing::new(format!("x-access-token:{}", self.value.as_str()));
        Zeroizing::new(STANDARD.encode(pair.as_bytes()))
    }

    /// Takes the token out of a text, in every form it is sent in.
    pub(crate) fn mask(&self, text: &str) -> String {
        text.replace(self.value.as_str(), "***")
            .replace(self.basic().as_str(), "***")
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}
