//! Paths as people type them.

use std::path::PathBuf;

/// The path a person means: `~` and `~/…` are their home folder, as in a shell. Everything else stays as it is; `~name`
/// too, because another person's folder is no place to guess at.
pub(crate) fn typed(text: &str) -> PathBuf {
    typed_at(text, std::env::home_dir())
}

fn typed_at(text: &str, home: Option<PathBuf>) -> PathBuf {
    let text = text.trim();
    let below = match text.strip_prefix('~') {
        Some("") => Some(""),
        Some(rest) => rest.strip_prefix(std::path::is_separator),
        None => None,
    };
    match (below, home) {
        (Some(""), Some(home)) => home,
        (Some(below), Some(home)) => home.join(below),
        _ => PathBuf::from(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tilde_is_the_home_folder_and_nothing_else_is_changed() {
        let home = || Some(PathBuf::from("/home/ada"));
        for (text, path) in [
            ("~", "/home/ada"),
            ("~/orgs/harbour", "/home/ada/orgs/harbour"),
            (" ~/orgs ", "/home/ada/orgs"),
            ("~bob/orgs", "~bob/orgs"),
            ("/srv/~/orgs", "/srv/~/orgs"),
            ("orgs", "orgs"),
        ] {
            assert_eq!(typed_at(text, home()), PathBuf::from(path), "{text}");
        }
        assert_eq!(typed_at("~/orgs", None), PathBuf::from("~/orgs"));
    }
}
