//! A key from a passphrase: Argon2id, with its costs and salt written beside what it seals.

use crate::{MasterKey, Secret, VaultError, entropy};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Fewest characters of a new passphrase.
pub const SHORTEST_PASSPHRASE: usize = 8;

/// Most memory that a file may ask for, so that a forged one cannot exhaust the computer.
const MOST_MEMORY_KIB: u32 = 1024 * 1024;
const MOST_PASSES: u32 = 64;

/// How much work one guess of a passphrase costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over that memory.
    pub passes: u32,
}

impl Cost {
    /// What new files get: 64 MiB and three passes, about a third of a second on a laptop.
    pub const STANDARD: Self = Self {
        memory_kib: 64 * 1024,
        passes: 3,
    };
}

/// How the key is made; no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Recipe {
    cost: Cost,
    salt: String,
}

impl Recipe {
    /// With a new salt.
    pub fn new(cost: Cost) -> Result<Self, VaultError> {
        let mut salt = [0_u8; 16];
        entropy::fill(&mut salt)?;
        Ok(Self {
            cost,
            salt: BASE64.encode(salt),
        })
    }

    /// Makes the key; takes as long as the cost says, so never on the runtime's own threads.
    ///
    /// # Errors
    /// What is wrong with the recipe.
    pub fn key(&self, passphrase: &Secret) -> Result<MasterKey, &'static str> {
        const UNFIT: &str = "its key derivation settings are out of range";
        if self.cost.memory_kib > MOST_MEMORY_KIB || self.cost.passes > MOST_PASSES {
            return Err("it asks for more work than this program would ever set");
        }
        let salt = BASE64
            .decode(&self.salt)
            .map_err(|_| "its salt is not base64")?;
        let params =
            Params::new(self.cost.memory_kib, self.cost.passes, 1, Some(32)).map_err(|_| UNFIT)?;
        let mut key = Zeroizing::new([0_u8; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.expose(), &salt, &mut *key)
            .map_err(|_| UNFIT)?;
        Ok(MasterKey::from_bytes(*key))
    }
}

/// Whether a new passphrase is worth deriving a key from.
///
/// # Errors
/// [`VaultError::WeakPassphrase`].
pub(crate) fn check(passphrase: &Secret) -> Result<(), VaultError> {
    let letters = passphrase
        .expose_str()
        .map_or(passphrase.len(), |text| text.chars().count());
    if letters < SHORTEST_PASSPHRASE {
        return Err(VaultError::WeakPassphrase {
            least: SHORTEST_PASSPHRASE,
        });
    }
    Ok(())
}
