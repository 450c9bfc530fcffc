//! Which paths may be asked for at all (contract 03 section 1.5 and section 6).

use super::FileError;

/// Where files of a workspace are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// What the agent is made from; the only root that is written.
    Configs,
    /// What it works on.
    Workspace,
    /// Homes of its users; only while it has a container.
    Home,
    /// Plugins of its image; only while it has a container.
    Plugins,
}

impl Root {
    /// All, in the order the contract names them.
    pub const ALL: [Self; 4] = [Self::Configs, Self::Workspace, Self::Home, Self::Plugins];

    /// The root of this path; `None` if there is none.
    pub fn parse(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|root| root.path() == path)
    }

    /// Its absolute path inside the container.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Configs => "/configs",
            Self::Workspace => "/workspace",
            Self::Home => "/home",
            Self::Plugins => "/plugins",
        }
    }
}

/// A path as its parts, if it passes the guard: relative, no two dots in a row, no NUL, no backslash. `./` and double
/// slashes say nothing.
///
/// # Errors
/// [`FileError::Path`].
pub fn relative(path: &str) -> Result<Vec<String>, FileError> {
    org_template::rel_parts(path).map_err(|why| FileError::Path {
        why: format!("{path:?} {why}."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fixture D.46: `a..b`, `../x` and `.` are refused, as is everything absolute; dot files and `./x` are fine.
    #[test]
    fn d46_9_paths_are_refused_and_accepted() {
        for bad in [
            "", ".", "./", "./.", "../x", "a..b", "a/../b", "/x", "//x", "\\x", "C:\\x", "a\\b",
            "a\0b",
        ] {
            assert_eq!(relative(bad).unwrap_err().code(), "invalid_path", "{bad:?}");
        }
        assert!(relative(&"x/".repeat(3000)).is_err());
        assert!(relative(&"x".repeat(256)).is_err());
        for (good, parts) in [
            ("./x", vec!["x"]),
            ("a/./b", vec!["a", "b"]),
            ("a//b/", vec!["a", "b"]),
            (".claude/it's \"x\".md", vec![".claude", "it's \"x\".md"]),
        ] {
            assert_eq!(relative(good).unwrap(), parts, "{good:?}");
        }
    }

    #[test]
    fn roots_are_exactly_four() {
        assert_eq!(Root::parse("/configs"), Some(Root::Configs));
        for bad in ["/etc", "/configs/", "configs", "", "/"] {
            assert_eq!(Root::parse(bad), None, "{bad:?}");
        }
    }
}
