//! `!external`: a subtree from another repository (contract 03 section 2.4). Fetching is the caller's: this crate
//! hands out what is asked for and reads what comes back below the org folder.

use crate::error::{Code, Problem};
use crate::include::Expander;
use crate::node::{Data, Entry, Node};
use crate::org::{Org, Workspace};
use crate::paths::inside_root;
use crate::read::{Fields, Findings};
use crate::span::{Span, Spanned};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Which repository at which ref one directive names.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExternalAsk {
    /// Host, when the directive gives one (`url`).
    pub host: Option<String>,
    /// `owner/name`, as written.
    pub repo: String,
    /// Branch, tag or commit, as written.
    pub reference: String,
}

/// A repository at a commit, to be read below the org folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalTree {
    /// `host/owner/name`.
    pub repo: String,
    /// Full hash.
    pub commit: String,
    /// Folder of its files below the org folder, clean, with forward slashes.
    pub folder: String,
    /// What a person should know: an old commit used without a network, links left out.
    pub notes: Vec<String>,
}

/// Brings repositories below the org folder.
pub trait Externals {
    /// The tree of a repository at a ref; `None` when it is not here and may not be fetched now (listings).
    ///
    /// # Errors
    /// Why it cannot be had, for people; without a token and without paths of this computer.
    fn tree(&self, ask: &ExternalAsk) -> Result<Option<ExternalTree>, String>;
}

/// Has nothing and fetches nothing: every `!external` stays unread.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoExternals;

impl Externals for NoExternals {
    fn tree(&self, _: &ExternalAsk) -> Result<Option<ExternalTree>, String> {
        Ok(None)
    }
}

/// Where a workspace comes from, when that is another repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// `host/owner/name`.
    pub repo: String,
    /// Branch, tag or commit, as the directive says.
    pub reference: String,
    /// The commit that was read; full hash.
    pub commit: String,
    /// Folder of that commit below the org folder. Its content is the commit's: never edit it.
    pub folder: String,
}

impl Expander<'_> {
    pub(crate) fn external(&mut self, node: &Arc<Node>, level: usize) -> Arc<Node> {
        match self.fetched(node, level) {
            Ok(Some(node)) => node,
            Ok(None) => Arc::new(Node::null(node.span.clone())),
            Err(problem) => {
                self.report(*problem);
                Arc::new(Node::null(node.span.clone()))
            }
        }
    }

    fn fetched(&mut self, node: &Node, level: usize) -> Result<Option<Arc<Node>>, Box<Problem>> {
        let Some(Directive { ask, path }) = self.directive(node) else {
            return Ok(None);
        };
        let shown = format!("{} at {}: {path}", ask.repo, ask.reference);
        let fail = |code, message: String, hint: &str| {
            Box::new(
                Problem::at(&node.span, code, message)
                    .text(&shown)
                    .hint(hint),
            )
        };
        let deepest = self.limits.external_depth;
        if self.confines.len() >= deepest {
            return Err(fail(
                Code::ExternalDepth,
                format!("more than {deepest} levels of !external"),
                "name this repository from one nearer to the root",
            ));
        }
        let asked = self.externals_asked.get(&ask).cloned();
        let answer = asked.unwrap_or_else(|| self.externals.tree(&ask));
        self.externals_asked.insert(ask.clone(), answer.clone());
        let tree = match answer {
            Ok(Some(tree)) => tree,
            Ok(None) => {
                self.pending_externals += 1;
                return Ok(Some(placeholder(node, &shown)));
            }
            Err(reason) => return Err(fail(Code::External, reason, "")),
        };
        let file = format!("{}/{path}", tree.folder);
        if self.trail.contains(&file) {
            return Err(fail(
                Code::IncludeCycle,
                format!("{shown} brings in itself"),
                "remove one of these directives",
            ));
        }
        let origin = Origin {
            repo: tree.repo,
            reference: ask.reference,
            commit: tree.commit,
            folder: tree.folder.clone(),
        };
        if self.origins.insert(tree.folder.clone(), origin).is_none() {
            let notes = tree.notes.into_iter();
            self.warnings.extend(
                notes.map(|note| Problem::at(&node.span, Code::External, note).text(&shown)),
            );
        }
        let Some(content) = self.file(&file, &node.span) else {
            return Ok(None);
        };
        self.trail.push(file);
        self.confines.push(tree.folder.clone());
        let content = self.expand(&content, level);
        self.confines.pop();
        self.trail.pop();
        Ok(Some(self.below(&content, &tree.folder)))
    }

    /// Reads the mapping of a directive; reports what is wrong with it.
    fn directive(&mut self, node: &Node) -> Option<Directive> {
        let found = Findings::new(self.limits.problems);
        let read = Fields::of(node, "!external", &found).and_then(|fields| {
            let needed = |key: &'static str| {
                let value = fields
                    .text(key)
                    .filter(|value| !value.value.trim().is_empty());
                if value.is_none() {
                    let message = format!("!external needs {key}");
                    let hint = "write repo: owner/name, ref: main and path: role/workspace.yaml";
                    found.error(Problem::at(&node.span, Code::External, message).hint(hint));
                }
                value
            };
            let (repo, reference, path) = (needed("repo"), needed("ref"), needed("path"));
            let host = fields.text("url").map(|url| url.value);
            fields.warn_unknown(&[]);
            let (repo, reference, path) = (repo?, reference?, path?);
            let ask = ExternalAsk {
                host: host.filter(|host| !host.trim().is_empty()),
                repo: repo.value,
                reference: reference.value,
            };
            Some(Directive {
                path: file_path(&path, &found)?,
                ask,
            })
        });
        self.warnings.append(&mut found.warnings.into_inner());
        found
            .errors
            .into_inner()
            .into_iter()
            .for_each(|problem| self.report(problem));
        read
    }

    /// Puts the folder of a commit before every `files_dir` that its own files say. Values of deeper repositories have
    /// theirs already.
    fn below(&mut self, node: &Arc<Node>, folder: &str) -> Arc<Node> {
        let data = match &node.data {
            Data::Scalar { .. } => return node.clone(),
            Data::List(items) => {
                Data::List(items.iter().map(|item| self.below(item, folder)).collect())
            }
            Data::Map(entries) => Data::Map(
                entries
                    .iter()
                    .map(|entry| Entry {
                        key: entry.key.clone(),
                        value: if entry.key.value == "files_dir" {
                            self.files_dir(&entry.value, folder)
                        } else {
                            self.below(&entry.value, folder)
                        },
                    })
                    .collect(),
            ),
        };
        Arc::new(Node::new(node.span.clone(), node.tag.clone(), data))
    }

    fn files_dir(&mut self, node: &Arc<Node>, folder: &str) -> Arc<Node> {
        let Data::Scalar { text, .. } = &node.data else {
            return node.clone();
        };
        let own = within(&node.span.file, folder);
        if node.is_null() || text.trim().is_empty() || !own || within(text, folder) {
            return node.clone();
        }
        let Some(path) = inside_root("", text.trim()) else {
            let message = format!("files_dir {text} leaves its repository");
            self.report(Problem::at(&node.span, Code::OutsideRoot, message).text(text));
            return node.clone();
        };
        let path = if path.is_empty() {
            folder.to_owned()
        } else {
            format!("{folder}/{path}")
        };
        let data = Data::Scalar {
            text: path,
            plain: false,
        };
        Arc::new(Node::new(node.span.clone(), None, data))
    }
}

struct Directive {
    ask: ExternalAsk,
    path: String,
}

/// Whether a clean path is a folder or lies in it.
pub(crate) fn within(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Relative, never climbing, and never git's own files.
fn file_path(path: &Spanned<String>, found: &Findings) -> Option<String> {
    let climbs = path.value.split(['/', '\\']).any(|part| part == "..");
    let clean = inside_root("", path.value.trim()).filter(|clean| {
        !climbs
            && !clean.is_empty()
            && !clean
                .split('/')
                .any(|part| part.eq_ignore_ascii_case(".git"))
    });
    if clean.is_none() {
        let message = format!("the path {} is no file of a repository", path.value);
        let hint = "write a path relative to the root of the repository, without ..";
        found.error(
            Problem::at(&path.span, Code::OutsideRoot, message)
                .text(&path.value)
                .hint(hint),
        );
    }
    clean
}

/// Stands for a workspace nobody has seen yet.
fn placeholder(node: &Node, name: &str) -> Arc<Node> {
    let scalar = Data::Scalar {
        text: name.to_owned(),
        plain: false,
    };
    let entry = Entry {
        key: Spanned::new("name".to_owned(), node.span.clone()),
        value: Arc::new(Node::new(node.span.clone(), None, scalar)),
    };
    Arc::new(Node::new(node.span.clone(), None, Data::Map(vec![entry])))
}

/// Tells every workspace where it comes from, by the file it stands in.
pub(crate) fn set_origins(org: &mut Org) {
    let origins = std::mem::take(&mut org.externals);
    let origin = |span: &Span| {
        origins
            .values()
            .find(|origin| within(&span.file, &origin.folder))
            .cloned()
    };
    fn visit(list: &mut [Workspace], origin: &dyn Fn(&Span) -> Option<Origin>) {
        for workspace in list {
            workspace.origin = origin(&workspace.span);
            visit(&mut workspace.children, origin);
        }
    }
    if !origins.is_empty() {
        visit(&mut org.workspaces, &origin);
    }
    org.externals = origins;
}
