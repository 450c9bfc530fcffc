//! Keeps builds and installations apart in one keychain.

/// What kind of build is running; each has its own entries, so that trying a build never touches real secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuildKind {
    /// What people install.
    Release,
    /// Built from a checkout.
    Development,
    /// A test run.
    Test,
}

impl BuildKind {
    /// The kind this code was compiled as: optimised builds are releases.
    pub fn current() -> Self {
        if cfg!(debug_assertions) {
            Self::Development
        } else {
            Self::Release
        }
    }
}

/// Which entries of a shared keychain are ours: the build kind names the service, the installation the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace {
    build: BuildKind,
    installation: String,
}

impl Namespace {
    /// Entries of `installation` (the id of a data folder) for this kind of build.
    pub fn new(build: BuildKind, installation: impl Into<String>) -> Self {
        Self {
            build,
            installation: installation.into(),
        }
    }

    /// Service name in the system's keychain, as its own window shows it.
    pub fn service(&self) -> &'static str {
        match self.build {
            BuildKind::Release => "Molecule Desktop",
            BuildKind::Development => "Molecule Desktop (dev)",
            BuildKind::Test => "Molecule Desktop (test)",
        }
    }

    /// Account name of an entry.
    pub fn account(&self, entry: &str) -> String {
        format!("{}/{entry}", self.installation)
    }
}
