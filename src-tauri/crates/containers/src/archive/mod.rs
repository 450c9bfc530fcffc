//! Tar archives: built the same way each time, read without trusting them.

mod named;
mod part;
mod read;
mod survey;
mod template;
mod write;

pub(crate) use named::named;
pub use part::part;
pub use read::{Entry, EntryKind, ReadLimits, file, read};
pub(crate) use survey::link_in;
pub use survey::survey;
pub use template::{Skipped, Template, TemplateLimits, as_delivered, template, write_template};
pub use write::{Archive, Owner};

use crate::EngineError;
use std::path::{Component, Path};

/// A path inside an archive: relative, no climbing, forward slashes. `None` if it is not one.
pub(crate) fn clean_path(path: &Path) -> Option<String> {
    let mut parts = Vec::new();
    for component in path.components() {
        match component {
            Component::Normal(part) => parts.push(part.to_str()?.to_owned()),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    if parts.iter().any(|part| part.contains(['\0', '\\'])) {
        None
    } else {
        Some(parts.join("/"))
    }
}

fn invalid(what: String, remedy: &str) -> EngineError {
    EngineError::Invalid {
        what,
        remedy: remedy.to_owned(),
        source: None,
    }
}

fn broken(error: &std::io::Error) -> EngineError {
    EngineError::Invalid {
        what: "The archive cannot be read to its end.".to_owned(),
        remedy: "Retry; if it stays, the files it is made from changed meanwhile or are damaged."
            .to_owned(),
        source: Some(crate::Cause(error.to_string())),
    }
}
