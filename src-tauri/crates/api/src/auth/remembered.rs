//! Workspace tokens that were looked up before: an agent beats and polls with the same one for days, and asking the
//! database each time would cost more than everything else it asks for.
//!
//! An entry holds only while the store's mark of tokens stands still, so a revoked token is refused by the very next
//! request; one that ends by itself is compared with the clock.

use chrono::{DateTime, Utc};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use store::rows::tokens::TokenRow;
use wire::Timestamp;

/// Tokens remembered at most.
const MOST: usize = 4096;

/// What was found lately.
#[derive(Debug, Default)]
pub(crate) struct Remembered {
    tokens: Mutex<HashMap<[u8; 32], Entry>>,
}

#[derive(Debug)]
struct Entry {
    mark: u64,
    ends: Option<DateTime<Utc>>,
    row: Arc<TokenRow>,
}

impl Remembered {
    fn held(&self) -> MutexGuard<'_, HashMap<[u8; 32], Entry>> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The row of a token, if nothing changed since it was found and it has not ended.
    pub fn get(&self, hash: &[u8; 32], mark: u64, now: DateTime<Utc>) -> Option<Arc<TokenRow>> {
        self.held()
            .get(hash)
            .filter(|entry| entry.mark == mark && entry.ends.is_none_or(|ends| ends > now))
            .map(|entry| entry.row.clone())
    }

    /// Remembers a row that was found while the mark was this one.
    pub fn keep(&self, hash: [u8; 32], mark: u64, row: Arc<TokenRow>) {
        let ends = match row.expires_at.as_deref().map(Timestamp::parse) {
            None => None,
            Some(Ok(ends)) => Some(ends.0),
            // Not to be compared, so not to be remembered.
            Some(Err(_)) => return,
        };
        let mut tokens = self.held();
        if tokens.len() >= MOST {
            tokens.retain(|_, entry| entry.mark == mark);
        }
        if tokens.len() >= MOST {
            tokens.clear();
        }
        tokens.insert(hash, Entry { mark, ends, row });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(expires_at: Option<&str>) -> Arc<TokenRow> {
        Arc::new(TokenRow {
            id: "t".into(),
            workspace_id: "w".into(),
            prefix: "abcdefgh".into(),
            kind: "user".into(),
            name: None,
            created_at: String::new(),
            last_used_at: None,
            expires_at: expires_at.map(str::to_owned),
        })
    }

    #[test]
    fn an_entry_holds_while_the_mark_stands_still_and_the_token_lives() {
        let known = Remembered::default();
        let now = DateTime::UNIX_EPOCH;
        known.keep([1; 32], 7, row(None));
        assert!(known.get(&[1; 32], 7, now).is_some());
        assert!(known.get(&[1; 32], 8, now).is_none(), "something changed");
        assert!(known.get(&[2; 32], 7, now).is_none());
        known.keep([2; 32], 7, row(Some("1970-01-01T00:00:10.000000Z")));
        assert!(known.get(&[2; 32], 7, now).is_some());
        let later = now + chrono::TimeDelta::seconds(10);
        assert!(known.get(&[2; 32], 7, later).is_none(), "it ended");
    }

    #[test]
    fn it_stays_small() {
        let known = Remembered::default();
        for number in 0..=MOST {
            let mut hash = [0; 32];
            hash[..8].copy_from_slice(&number.to_le_bytes());
            known.keep(hash, 1, row(None));
        }
        assert!(known.held().len() <= MOST);
    }
}
