//! Random bytes from the operating system, for keys, nonces and tokens.

use crate::VaultError;
use rand::TryRng;
use rand::rngs::SysRng;

/// Fills `bytes` from the operating system's generator.
///
/// # Errors
/// [`VaultError::Randomness`] when the system refuses; a weaker source is never used instead.
pub(crate) fn fill(bytes: &mut [u8]) -> Result<(), VaultError> {
    SysRng
        .try_fill_bytes(bytes)
        .map_err(|error| VaultError::Randomness {
            reason: error.to_string(),
        })
}
