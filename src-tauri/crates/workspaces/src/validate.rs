//! What names, roles and directories may hold (contract 01 sections 3.2 and 3.4, contract 04 section 4.7).

use crate::WorkspaceError;
use std::path::{Component, Path};

const BANNED: &[char] = &['{', '}', '[', ']', '|', '>', '*', '&', '!'];
const SYSTEM: &[&str] = &[
    "/etc", "/var", "/proc", "/sys", "/dev", "/boot", "/sbin", "/bin", "/lib", "/usr",
];

/// A display name: 1 to 255 bytes, one line, no YAML signs.
///
/// # Errors
/// With the contract's text.
pub fn check_name(name: &str) -> Result<(), WorkspaceError> {
    if name.contains(['\n', '\r']) {
        return Err(WorkspaceError::Invalid(
            "name must not contain newline characters",
        ));
    }
    if name.trim().is_empty() {
        return Err(WorkspaceError::Invalid("name must not be empty"));
    }
    if name.len() > 255 {
        return Err(WorkspaceError::Invalid(
            "name must be at most 255 characters",
        ));
    }
    if name.contains(BANNED) {
        return Err(WorkspaceError::Invalid("name contains invalid characters"));
    }
    Ok(())
}

/// A role: at most 1000 bytes, one line, no YAML signs.
///
/// # Errors
/// With the contract's text.
pub fn check_role(role: &str) -> Result<(), WorkspaceError> {
    if role.contains(['\n', '\r']) {
        return Err(WorkspaceError::Invalid(
            "role must not contain newline characters",
        ));
    }
    if role.len() > 1000 {
        return Err(WorkspaceError::Invalid(
            "role must be at most 1000 characters",
        ));
    }
    if role.contains(BANNED) {
        return Err(WorkspaceError::Invalid("role contains invalid characters"));
    }
    Ok(())
}

/// A field that holds one short word, with its two refusals.
#[derive(Debug, Clone, Copy)]
pub struct Word {
    lines: &'static str,
    long: &'static str,
}

macro_rules! word {
    ($name:ident, $field:literal) => {
        #[doc = concat!("The field `", $field, "`.")]
        pub const $name: Word = Word {
            lines: concat!($field, " must not contain newline characters"),
            long: concat!($field, " must be at most 100 characters"),
        };
    };
}
word!(RUNTIME, "runtime");
word!(MODEL, "model");
word!(PROVIDER, "provider");

/// A runtime, model or provider: one line, at most 100 bytes.
///
/// # Errors
/// With the contract's text for the field.
pub fn check_word(field: Word, word: &str) -> Result<(), WorkspaceError> {
    if word.contains(['\n', '\r']) {
        return Err(WorkspaceError::Invalid(field.lines));
    }
    if word.len() > 100 {
        return Err(WorkspaceError::Invalid(field.long));
    }
    Ok(())
}

/// A workspace id in a body, in the one form it has everywhere: hyphens, small letters.
///
/// # Errors
/// When it is none; one text wherever an id is read (contract 01 section 7).
pub fn check_id(text: &str) -> Result<String, WorkspaceError> {
    let canonical = uuid::Uuid::try_parse(text)
        .ok()
        .map(|id| id.hyphenated().to_string());
    canonical
        .filter(|id| id.eq_ignore_ascii_case(text))
        .ok_or(WorkspaceError::BadId)
}

/// A host directory for `/workspace`: absolute, no `..`, not a system path.
///
/// # Errors
/// With the contract's text.
pub fn check_dir(dir: &str) -> Result<(), WorkspaceError> {
    const REFUSED: WorkspaceError = WorkspaceError::Invalid("invalid workspace directory");
    let path = Path::new(dir);
    if !path.is_absolute() || path.components().any(|part| part == Component::ParentDir) {
        return Err(REFUSED);
    }
    if SYSTEM.iter().any(|system| path.starts_with(system)) {
        return Err(REFUSED);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_of_the_system_and_climbing_ones_are_refused() {
        for bad in [
            "relative",
            "/etc",
            "/etc/molecule",
            "/home/../etc",
            "/usr/local",
        ] {
            assert!(check_dir(bad).is_err(), "{bad}");
        }
        for good in ["/home/me/project", "/etcetera", "/srv/x"] {
            assert!(check_dir(good).is_ok(), "{good}");
        }
    }

    #[test]
    fn names_keep_the_contract_limits() {
        assert!(check_name(&"n".repeat(255)).is_ok());
        assert!(check_name(&"n".repeat(256)).is_err());
        assert!(
            check_name("App & Docs").is_err(),
            "banned on create, though an org import may bring it"
        );
        assert!(check_name("two\nlines").is_err());
        assert!(check_name("Zoë 🦊").is_ok());
    }
}
