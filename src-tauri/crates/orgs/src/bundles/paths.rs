//! Which paths a bundle may carry.

/// What tools make again by themselves, and markers that belong to one agent.
const OWN: [&str; 7] = [
    "__pycache__",
    "node_modules",
    ".DS_Store",
    ".external-cache",
    ".initial_prompt_done",
    ".staging",
    ".previous",
];
/// Names of files that are nothing but credentials.
const CREDENTIALS: [&str; 12] = [
    ".auth_token",
    ".agent_snapshot.json",
    ".git-credentials",
    ".netrc",
    ".npmrc",
    ".pypirc",
    ".credentials.json",
    "credentials",
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
];
const KEY_ENDINGS: [&str; 6] = [".pem", ".key", ".p12", ".pfx", ".jks", ".keystore"];

/// Nobody misses it in a bundle.
pub(super) fn is_own(path: &str) -> bool {
    path.split('/')
        .any(|part| OWN.contains(&part) || part == ".git")
}

/// It holds credentials and nothing else, so it never leaves and never comes in.
pub(super) fn is_secret(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let lower = name.to_ascii_lowercase();
    name.starts_with(".env")
        || CREDENTIALS.contains(&lower.as_str())
        || KEY_ENDINGS.iter().any(|ending| lower.ends_with(ending))
}

/// The path in its plain form, if it stays inside (contract 03 section 1.5).
///
/// # Errors
/// What is wrong with it.
pub(super) fn relative(path: &str) -> Result<String, &'static str> {
    if path.len() > 1024 || path.chars().any(char::is_control) {
        return Err("it is too long or holds control characters");
    }
    if path.starts_with('/') || path.contains('\\') || path.get(1..2) == Some(":") {
        return Err("it has to be relative");
    }
    if path.contains("..") {
        return Err("it must not hold two dots in a row");
    }
    let parts: Vec<&str> = path
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
        .collect();
    if parts.is_empty() || path.ends_with('/') {
        return Err("it names no file");
    }
    Ok(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        for bad in [
            "", ".", "./", "../x", "a..b", "a/../b", "/x", "C:x", "a\\b", "a\0b", "a/", "../../x",
        ] {
            assert!(relative(bad).is_err(), "{bad:?}");
        }
        assert_eq!(relative("./a//b/./c.md").unwrap(), "a/b/c.md");
        assert_eq!(relative(".claude/x").unwrap(), ".claude/x");
    }

    #[test]
    fn credentials_are_known_by_their_names() {
        for path in [
            ".env",
            "a/.env.local",
            ".auth_token",
            "keys/server.PEM",
            ".ssh/id_ed25519",
            "x/.netrc",
        ] {
            assert!(is_secret(path), "{path}");
        }
        for path in [
            "environment.md",
            "keys.md",
            "skills/env/SKILL.md",
            "config.yaml",
        ] {
            assert!(!is_secret(path), "{path}");
        }
    }
}
