//! What an installed plugin follows: `none`, `tag:<tag>`, `tag:latest`, `sha:<commit>` (contract 03 section 8.4).

use crate::{PluginError, source::is_reference};

/// A tracked ref.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Track {
    /// Nothing: it stays what it is.
    None,
    /// The highest version tag of its source.
    Latest,
    /// The commit a tag points to.
    Tag(String),
    /// A commit, which never moves.
    Commit(String),
}

impl Track {
    /// Reads a tracked ref. Bare words are refused, because nobody could say whether `main` is a tag or a branch.
    ///
    /// # Errors
    /// [`PluginError::InvalidTrack`].
    pub fn parse(text: &str) -> Result<Self, PluginError> {
        match text.split_once(':') {
            _ if text == "none" => Ok(Self::None),
            Some(("tag", "latest")) => Ok(Self::Latest),
            Some(("tag", tag)) if is_reference(tag) => Ok(Self::Tag(tag.to_owned())),
            Some(("sha", commit)) if is_reference(commit) => Ok(Self::Commit(commit.to_owned())),
            _ => Err(PluginError::InvalidTrack),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d45_10_track_forms() {
        assert_eq!(Track::parse("none").unwrap(), Track::None);
        assert_eq!(Track::parse("tag:latest").unwrap(), Track::Latest);
        assert_eq!(
            Track::parse("tag:v1.0.0").unwrap(),
            Track::Tag("v1.0.0".into())
        );
        assert_eq!(
            Track::parse("sha:abc").unwrap(),
            Track::Commit("abc".into())
        );
        for bad in [
            "latest", "main", "tag:", "sha:", "v1.0.0", "", "tag:-x", "tag:a b", "branch:x",
        ] {
            assert!(Track::parse(bad).is_err(), "{bad}");
        }
    }
}
