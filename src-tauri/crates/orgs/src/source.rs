//! From the name in a request to a folder (or an inline document) that has been read.

use crate::{Orgs, OrgsError, externals::Look, request::Wanted, sample};
use org_template::{
    Code, DiskFiles, Document, Env, Files, Limits, MemoryFiles, Org, OrgErrors, Problem,
    inside_root, load_document, load_env, load_inline,
};
use serde_json::Value;
use std::path::{Path, PathBuf};
use store::rows::orgs::{self, OrgRow};

/// Where an org comes from.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// A folder.
    Folder {
        /// Name clients give.
        dir: String,
        /// Absolute, links resolved.
        path: PathBuf,
        /// Its row, once it is registered.
        row: Option<OrgRow>,
    },
    /// A document in the request.
    Inline(Value),
}

impl Source {
    /// The row, when there is one.
    pub fn row(&self) -> Option<&OrgRow> {
        match self {
            Self::Folder { row, .. } => row.as_ref(),
            Self::Inline(_) => None,
        }
    }

    /// Name for audit rows; empty for inline documents.
    pub fn dir(&self) -> &str {
        match self {
            Self::Folder { dir, .. } => dir,
            Self::Inline(_) => "",
        }
    }

    /// The folder.
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Folder { path, .. } => Some(path),
            Self::Inline(_) => None,
        }
    }

    /// What two imports must not do at once.
    pub fn lock_key(&self) -> String {
        match self {
            Self::Folder { path, .. } => path.to_string_lossy().into_owned(),
            Self::Inline(template) => format!("template:{}", template_name(template)),
        }
    }
}

fn template_name(template: &Value) -> &str {
    template
        .get("name")
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// A source that was read: every file access of an import but role folders happens here.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub source: Source,
    /// The org and, of a folder, the document it was read from.
    pub org: Org,
    pub document: Option<Document>,
    /// `.env` layers of the folder; personas and globals are added later.
    pub env: Env,
    pub env_warnings: Vec<Problem>,
}

impl Orgs {
    /// Finds what a request names (contract 03 section 2.8).
    pub(crate) async fn locate(&self, wanted: &Wanted) -> Result<Source, OrgsError> {
        if wanted.dir.is_empty() {
            return match &wanted.template {
                Some(template) if !template_name(template).trim().is_empty() => {
                    Ok(Source::Inline(template.clone()))
                }
                _ => Err(OrgsError::NothingGiven),
            };
        }
        let clean = inside_root("", &wanted.dir).filter(|dir| !dir.is_empty());
        let Some(dir) = clean else {
            return Err(OrgsError::InvalidDirectory);
        };
        if let Some(row) = orgs::by_dir(self.store.read(), &dir).await? {
            return Ok(Source::Folder {
                dir,
                path: PathBuf::from(&row.path),
                row: Some(row),
            });
        }
        let path = self.roots.orgs.join(&dir);
        let path = if path.is_dir() {
            path
        } else if let Some(path) = sample::unpack(&self.roots.samples(), &dir)? {
            path
        } else {
            return Err(OrgsError::NotFound { dir });
        };
        let Ok(path) = path.canonicalize() else {
            return Err(OrgsError::NotFound { dir });
        };
        // The folder may be registered under another name.
        let row = orgs::by_path(self.store.read(), &plain(&path)).await?;
        let dir = row.as_ref().map_or(dir, |row| row.dir.clone());
        Ok(Source::Folder { dir, path, row })
    }
}

/// A path as rows keep it: text, without the verbatim prefix that Windows adds.
pub(crate) fn plain(path: &Path) -> String {
    let text = path.to_string_lossy();
    text.strip_prefix(r"\\?\").unwrap_or(&text).to_owned()
}

/// Reads a source, with the repositories its folder names; blocks.
pub(crate) fn read(source: Source, orgs: &Orgs, look: Look) -> Result<Loaded, OrgsError> {
    match source.path().map(DiskFiles::new) {
        Some(files) => read_from(source, orgs, &files, look),
        None => read_from(source, orgs, &MemoryFiles::new(), look),
    }
}

/// Reads a source whose folder is seen through `files`; blocks.
pub(crate) fn read_from(
    source: Source,
    orgs: &Orgs,
    files: &dyn Files,
    look: Look,
) -> Result<Loaded, OrgsError> {
    let limits = Limits::default();
    let (org, document, env, env_warnings) = match &source {
        Source::Folder { dir, path, .. } => {
            let externals = orgs.repositories(path, look);
            let (org, document) =
                load_document(files, &externals, &limits).map_err(|errors| refused(errors, dir))?;
            let (env, warnings) = load_env(&org, files, &limits);
            (org, Some(document), env, warnings)
        }
        Source::Inline(template) => {
            let org = load_inline(template, &limits).map_err(inline_refused)?;
            (org, None, Env::default(), Vec::new())
        }
    };
    Ok(Loaded {
        source,
        org,
        document,
        env,
        env_warnings,
    })
}

pub(crate) fn refused(errors: OrgErrors, dir: &str) -> OrgsError {
    match errors {
        OrgErrors::NotFound(_) => OrgsError::NotFound {
            dir: dir.to_owned(),
        },
        OrgErrors::Expansion(problems) => OrgsError::Expansion { problems },
        OrgErrors::Invalid(problems) => OrgsError::InvalidTemplate { problems },
    }
}

/// An inline template is part of the body: what does not decode is an invalid body.
fn inline_refused(errors: OrgErrors) -> OrgsError {
    match errors {
        OrgErrors::Invalid(problems) => {
            let any = |code: Code| problems.iter().any(|p| p.code == code);
            if any(Code::IncludeInline) {
                OrgsError::Expansion { problems }
            } else if any(Code::WrongType) {
                OrgsError::InvalidBody {
                    detail: String::new(),
                    problems,
                }
            } else {
                OrgsError::InvalidTemplate { problems }
            }
        }
        other => refused(other, ""),
    }
}
