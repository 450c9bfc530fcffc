//! A keychain in memory with the real ones' limits and moods.

use crate::keychain::{Chunked, ENTRY_LIMIT, Entries, KeychainKind};
use crate::{Secret, VaultError};
use async_trait::async_trait;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The simulated twin of [`crate::OsKeychain`]; shares the chunking with it.
pub type SimulatedKeychain = Chunked<SimulatedEntries>;

/// Entries in memory: at most 2,560 bytes each; can be locked, absent, or fail after a number of changes.
#[derive(Default)]
pub struct SimulatedEntries {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    entries: BTreeMap<String, Secret>,
    writes: HashMap<String, usize>,
    reads: usize,
    mood: Mood,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Mood {
    #[default]
    Fine,
    Locked,
    Absent,
    /// This many changes still succeed.
    FailsAfter(usize),
    /// Says yes to a write and forgets it.
    Forgetful,
    /// Says yes to the next write of a head and keeps something else.
    Garbles,
}

impl SimulatedKeychain {
    /// Empty, unlocked and well.
    pub fn new() -> Self {
        Self::over(SimulatedEntries::default())
    }

    /// From now on reads say "no entry" and changes are refused, as a keyring does that nobody unlocked.
    pub fn lock(&self) {
        self.entries().state().mood = Mood::Locked;
    }

    /// Undoes [`Self::lock`].
    pub fn unlock(&self) {
        self.mend();
    }

    /// From now on nothing answers.
    pub fn vanish(&self) {
        self.entries().state().mood = Mood::Absent;
    }

    /// `changes` more writes and removals succeed, then all fail.
    pub fn fail_after_changes(&self, changes: usize) {
        self.entries().state().mood = Mood::FailsAfter(changes);
    }

    /// From now on writes are accepted and not kept.
    pub fn forget_writes(&self) {
        self.entries().state().mood = Mood::Forgetful;
    }

    /// The next write of a value's head is accepted, and something else is kept.
    pub fn garble_next_write(&self) {
        self.entries().state().mood = Mood::Garbles;
    }

    /// Well again; entries are as they were.
    pub fn mend(&self) {
        self.entries().state().mood = Mood::Fine;
    }

    /// How often the store entry of this name was written.
    pub fn writes_to(&self, entry: &str) -> usize {
        self.entries()
            .state()
            .writes
            .get(entry)
            .copied()
            .unwrap_or(0)
    }

    /// How often the store was read.
    pub fn reads(&self) -> usize {
        self.entries().state().reads
    }

    /// Names of all store entries, pieces and index included.
    pub fn entry_names(&self) -> Vec<String> {
        self.entries().state().entries.keys().cloned().collect()
    }
}

impl Default for SimulatedKeychain {
    fn default() -> Self {
        Self::new()
    }
}

impl SimulatedEntries {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn locked(&self) -> VaultError {
        VaultError::Locked {
            keychain: self.describe(),
        }
    }

    fn absent(&self) -> VaultError {
        VaultError::Absent {
            keychain: self.describe(),
            reason: "the test took it away".to_owned(),
        }
    }

    fn allow_change(
        &self,
        state: &mut State,
        doing: &'static str,
        entry: &str,
    ) -> Result<(), VaultError> {
        let refused = |reason: &str| {
            Err(VaultError::Refused {
                keychain: self.describe(),
                doing,
                entry: entry.to_owned(),
                reason: reason.to_owned(),
            })
        };
        match &mut state.mood {
            Mood::Fine | Mood::Forgetful | Mood::Garbles => Ok(()),
            Mood::Locked => Err(self.locked()),
            Mood::Absent => Err(self.absent()),
            Mood::FailsAfter(0) => refused("the test made it fail"),
            Mood::FailsAfter(left) => {
                *left -= 1;
                Ok(())
            }
        }
    }
}

#[async_trait]
impl Entries for SimulatedEntries {
    async fn read(&self, entry: &str) -> Result<Option<Secret>, VaultError> {
        let mut state = self.state();
        state.reads += 1;
        match state.mood {
            Mood::Locked => Ok(None),
            Mood::Absent => Err(self.absent()),
            _ => Ok(state.entries.get(entry).cloned()),
        }
    }

    async fn write(&self, entry: &str, text: &Secret) -> Result<(), VaultError> {
        let mut state = self.state();
        if text.len() > ENTRY_LIMIT {
            return Err(VaultError::Refused {
                keychain: self.describe(),
                doing: "write",
                entry: entry.to_owned(),
                reason: format!("an entry holds at most {ENTRY_LIMIT} bytes"),
            });
        }
        self.allow_change(&mut state, "write", entry)?;
        if state.mood == Mood::Garbles && !entry.starts_with('.') && !entry.contains('#') {
            state.mood = Mood::Fine;
            state
                .entries
                .insert(entry.to_owned(), Secret::from("something else"));
        } else if state.mood != Mood::Forgetful {
            *state.writes.entry(entry.to_owned()).or_default() += 1;
            state.entries.insert(entry.to_owned(), text.clone());
        }
        Ok(())
    }

    async fn erase(&self, entry: &str) -> Result<bool, VaultError> {
        let mut state = self.state();
        self.allow_change(&mut state, "delete", entry)?;
        Ok(state.entries.remove(entry).is_some())
    }

    fn kind(&self) -> KeychainKind {
        KeychainKind::Simulated
    }

    fn describe(&self) -> String {
        "The simulated keychain".to_owned()
    }
}
