//! A folder (or an inline document) to an [`Org`].

use crate::decode;
use crate::error::{Code, OrgErrors, Problem};
use crate::external::{Externals, NoExternals, set_origins};
use crate::files::{DiskFiles, FileKind, Files, Limits};
use crate::include::Expander;
use crate::node::{Data, Node};
use crate::org::Org;
use crate::read::Findings;
use crate::{prompt_files, validate};
use serde_json::Value;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

/// Loads the org folder at `root` from disk (contract 03 section 2). Gives every problem of the first step that fails.
///
/// `!external` stays unread (see [`Org::pending_externals`]); [`load_with`] brings it in.
pub fn load(root: &Path, limits: &Limits) -> Result<Org, OrgErrors> {
    load_with(&DiskFiles::new(root), &NoExternals, limits)
}

/// Like [`load`], from any [`Files`].
pub fn load_from(files: &dyn Files, limits: &Limits) -> Result<Org, OrgErrors> {
    load_with(files, &NoExternals, limits)
}

/// Like [`load_from`], with the repositories that `!external` names.
pub fn load_with(
    files: &dyn Files,
    externals: &dyn Externals,
    limits: &Limits,
) -> Result<Org, OrgErrors> {
    load_document(files, externals, limits).map(|(org, _)| org)
}

/// The expanded document that an org was read from: what a write-back compares besides the org.
#[derive(Debug, Clone)]
pub struct Document(pub(crate) Arc<Node>);

/// Like [`load_with`], with the expanded document the org was read from.
pub fn load_document(
    files: &dyn Files,
    externals: &dyn Externals,
    limits: &Limits,
) -> Result<(Org, Document), OrgErrors> {
    let Some(root_file) = ["org.yaml", "org.yml"]
        .into_iter()
        .find(|f| files.kind(f) != FileKind::Missing)
    else {
        let missing = Problem::in_file(
            "org.yaml",
            Code::OrgFileMissing,
            "the folder has no org.yaml",
        )
        .hint("choose the folder that holds org.yaml");
        return Err(OrgErrors::NotFound(vec![missing]));
    };
    let mut expander = Expander::new(files, externals, limits);
    let document = expander.root(root_file);
    if !expander.problems.is_empty() {
        return Err(OrgErrors::Expansion(expander.problems));
    }
    let Some(document) = document else {
        let unread = Problem::in_file(root_file, Code::FileUnreadable, "the file cannot be read");
        return Err(OrgErrors::Expansion(vec![unread]));
    };
    let found = Findings::new(limits.problems);
    let org = decode::org(&document, root_file, &found);
    let mut org = checked(org, &found, root_file)?;
    org.include_directives = expander.stats.directives;
    org.included_files = expander.stats.files;
    org.includes_per_depth = expander.stats.per_depth;
    org.externals = expander.origins;
    org.pending_externals = expander.pending_externals;
    expander
        .warnings
        .into_iter()
        .for_each(|warning| found.warn(warning));
    set_origins(&mut org);
    validate::structure(&org, &found);
    prompt_files::read(&mut org, files, limits, &found);
    Ok((finish(org, found)?, Document(document)))
}

/// Decodes an inline template: the same schema in JSON, without files, `.env` and directives (contract 03 section 2.8).
pub fn load_inline(template: &Value, limits: &Limits) -> Result<Org, OrgErrors> {
    let document = Node::from_json(template, "template");
    let found = Findings::new(limits.problems);
    if document.weight > limits.nodes || document.height > limits.nesting {
        let large = Problem::in_file(
            "template",
            Code::TooManyValues,
            "the template is too large or nested too deeply",
        );
        return Err(OrgErrors::Invalid(vec![large]));
    }
    refuse_directives(&document, &found);
    let org = decode::org(&document, "template", &found);
    let mut org = checked(org, &found, "template")?;
    org.from_folder = false;
    if org.name.value.trim().is_empty() {
        found.error(Problem::in_file(
            "template/name",
            Code::NameMissing,
            "the template needs a name",
        ));
    }
    validate::structure(&org, &found);
    prompt_files::without_files(&mut org, &found);
    finish(org, found)
}

fn checked(org: Option<Org>, found: &Findings, root_file: &str) -> Result<Org, OrgErrors> {
    let errors = in_order(found.errors.take());
    match org {
        Some(org) if errors.is_empty() => Ok(org),
        _ if !errors.is_empty() => Err(OrgErrors::Invalid(errors)),
        _ => Err(OrgErrors::Invalid(vec![Problem::in_file(
            root_file,
            Code::WrongType,
            "is not an org",
        )])),
    }
}

fn finish(mut org: Org, found: Findings) -> Result<Org, OrgErrors> {
    let errors = in_order(found.errors.into_inner());
    if errors.is_empty() {
        org.warnings = in_order(found.warnings.into_inner());
        Ok(org)
    } else {
        Err(OrgErrors::Invalid(errors))
    }
}

/// Problems as a person reads: files as they were met, each from top to bottom.
fn in_order(mut problems: Vec<Problem>) -> Vec<Problem> {
    let mut files: HashMap<String, usize> = HashMap::new();
    for problem in &problems {
        let next = files.len();
        files.entry(problem.file.clone()).or_insert(next);
    }
    problems.sort_by_key(|p| (files.get(&p.file).copied(), p.line, p.column));
    problems
}

/// JSON has no tags, but a client may send the text of one; nothing would expand it.
fn refuse_directives(node: &Node, found: &Findings) {
    match &node.data {
        Data::Scalar { text, .. }
            if text.starts_with("!include ") || text.starts_with("!external ") =>
        {
            found.error(
                Problem::at(
                    &node.span,
                    Code::IncludeInline,
                    "!include cannot be used in an inline template",
                )
                .text(text),
            );
        }
        Data::Scalar { .. } => {}
        Data::List(items) => items.iter().for_each(|item| refuse_directives(item, found)),
        Data::Map(entries) => entries
            .iter()
            .for_each(|e| refuse_directives(&e.value, found)),
    }
}
