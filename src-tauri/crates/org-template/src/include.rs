//! `!include`: replaces tagged scalars by the parsed content of the named files (contract 03 section 2.3).

use crate::error::{Code, Problem};
use crate::external::{ExternalAsk, ExternalTree, Externals, Origin, within};
use crate::files::{FileError, Files, Limits};
use crate::node::{Data, Entry, Node};
use crate::parse::parse;
use crate::paths::{inside_root, parent};
use crate::span::Span;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// What expansion met, for the org's statistics.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct IncludeStats {
    pub directives: usize,
    pub files: usize,
    pub per_depth: Vec<usize>,
}

/// Reads files within the total budgets and expands directives.
pub(crate) struct Expander<'a> {
    files: &'a dyn Files,
    pub(crate) externals: &'a dyn Externals,
    pub(crate) limits: &'a Limits,
    parsed: HashMap<String, Option<Arc<Node>>>,
    bytes: u64,
    visited: u64,
    /// Files on the way down, for cycles.
    pub(crate) trail: Vec<String>,
    /// `!include` directives on the way down.
    includes: usize,
    /// Folders of the repositories on the way down: what an include must stay in is the last.
    pub(crate) confines: Vec<String>,
    /// One answer a repository and ref, so that a load sees one commit of it.
    pub(crate) externals_asked: BTreeMap<ExternalAsk, Result<Option<ExternalTree>, String>>,
    /// Every repository that was read, by its folder.
    pub origins: BTreeMap<String, Origin>,
    /// Directives whose repository is not here.
    pub pending_externals: usize,
    pub stats: IncludeStats,
    pub problems: Vec<Problem>,
    pub warnings: Vec<Problem>,
}

impl<'a> Expander<'a> {
    pub fn new(files: &'a dyn Files, externals: &'a dyn Externals, limits: &'a Limits) -> Self {
        Self {
            files,
            externals,
            limits,
            parsed: HashMap::new(),
            bytes: 0,
            visited: 0,
            trail: Vec::new(),
            includes: 0,
            confines: Vec::new(),
            externals_asked: BTreeMap::new(),
            origins: BTreeMap::new(),
            pending_externals: 0,
            stats: IncludeStats::default(),
            problems: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// The expanded document of the root file.
    pub fn root(&mut self, file: &str) -> Option<Arc<Node>> {
        let node = self.file(file, &Span::nowhere(file))?;
        self.trail.push(file.to_owned());
        let node = self.expand(&node, 1);
        self.stats.files = self.parsed.len().saturating_sub(1);
        Some(node)
    }

    pub(crate) fn report(&mut self, problem: Problem) {
        if self.problems.len() < self.limits.problems {
            self.problems.push(problem);
        }
    }

    fn full(&self) -> bool {
        self.problems.len() >= self.limits.problems || self.visited > self.limits.nodes
    }

    /// Reads and parses a file once. `from` is where it is asked for.
    pub(crate) fn file(&mut self, path: &str, from: &Span) -> Option<Arc<Node>> {
        if let Some(known) = self.parsed.get(path) {
            return known.clone();
        }
        let node = self.read(path, from);
        self.parsed.insert(path.to_owned(), node.clone());
        node
    }

    fn read(&mut self, path: &str, from: &Span) -> Option<Arc<Node>> {
        let asked = from.line > 0;
        let at = |code, message: String| {
            if asked {
                Problem::at(from, code, message).text(path)
            } else {
                Problem::in_file(path, code, message)
            }
        };
        if self.parsed.len() >= self.limits.files {
            self.report(at(
                Code::TooLarge,
                format!("the org reads more than {} files", self.limits.files),
            ));
            return None;
        }
        let bytes = match self.files.read(path, self.limits.file_bytes) {
            Ok(bytes) => bytes,
            Err(error) => {
                let problem = match error {
                    FileError::Missing => {
                        at(Code::FileMissing, format!("the file {path} does not exist"))
                            .hint("paths are relative to the file that includes")
                    }
                    FileError::TooLarge => at(
                        Code::TooLarge,
                        format!(
                            "the file {path} is larger than {} MiB",
                            self.limits.file_bytes >> 20
                        ),
                    ),
                    FileError::Unreadable(why) => at(
                        Code::FileUnreadable,
                        format!("the file {path} cannot be read: {why}"),
                    )
                    .hint("check the permissions of the file"),
                };
                self.report(problem);
                return None;
            }
        };
        self.bytes += bytes.len() as u64;
        if self.bytes > self.limits.total_bytes {
            let message = format!(
                "the files of the org are larger than {} MiB together",
                self.limits.total_bytes >> 20
            );
            self.report(at(Code::TooLarge, message));
            return None;
        }
        let kept = self.files.parsed();
        if let Some(node) = kept.and_then(|kept| kept.get(path, &bytes)) {
            return Some(node);
        }
        match parse(&Arc::from(path), &bytes, self.limits) {
            Ok(node) => {
                if let Some(kept) = kept {
                    kept.keep(path, bytes, &node);
                }
                Some(node)
            }
            Err(problems) => {
                problems.into_iter().for_each(|p| self.report(p));
                None
            }
        }
    }

    /// Copies a tree with its directives replaced. `level` is the nesting of `node` in the whole document.
    pub(crate) fn expand(&mut self, node: &Arc<Node>, level: usize) -> Arc<Node> {
        if !node.directives {
            self.count(node, node.weight);
            if level + node.height > self.limits.nesting {
                let message = format!("is nested more than {} levels deep", self.limits.nesting);
                self.report(Problem::at(&node.span, Code::TooDeep, message));
            }
            return node.clone();
        }
        self.count(node, 1);
        if self.full() {
            return Arc::new(Node::null(node.span.clone()));
        }
        match (node.tag.as_deref(), &node.data) {
            (Some("!include"), data) => self.include(node, data, level),
            (Some("!external"), _) => self.external(node, level),
            (tag, Data::List(items)) => {
                let items = items
                    .iter()
                    .map(|item| self.expand(item, level + 1))
                    .collect();
                Arc::new(Node::new(
                    node.span.clone(),
                    tag.map(str::to_owned),
                    Data::List(items),
                ))
            }
            (tag, Data::Map(entries)) => {
                let entries = entries
                    .iter()
                    .map(|e| Entry {
                        key: e.key.clone(),
                        value: self.expand(&e.value, level + 1),
                    })
                    .collect();
                Arc::new(Node::new(
                    node.span.clone(),
                    tag.map(str::to_owned),
                    Data::Map(entries),
                ))
            }
            _ => node.clone(),
        }
    }

    fn count(&mut self, node: &Node, weight: u64) {
        let before = self.visited;
        self.visited = self.visited.saturating_add(weight);
        if before <= self.limits.nodes && self.visited > self.limits.nodes {
            let message = format!(
                "the org holds more than {} values once it is expanded",
                self.limits.nodes
            );
            self.report(
                Problem::at(&node.span, Code::TooManyValues, message)
                    .hint("include less, or less often"),
            );
        }
    }

    fn include(&mut self, node: &Arc<Node>, data: &Data, level: usize) -> Arc<Node> {
        self.stats.directives += 1;
        match self.included(node, data, level) {
            Ok(Some(node)) => node,
            Ok(None) => Arc::new(Node::null(node.span.clone())),
            Err(problem) => {
                self.report(*problem);
                Arc::new(Node::null(node.span.clone()))
            }
        }
    }

    fn included(
        &mut self,
        node: &Node,
        data: &Data,
        level: usize,
    ) -> Result<Option<Arc<Node>>, Box<Problem>> {
        let fail = |code, message: String, hint: &str| {
            Box::new(
                Problem::at(&node.span, code, message)
                    .text(node.text())
                    .hint(hint),
            )
        };
        let Data::Scalar { text, .. } = data else {
            let message = format!("!include needs a file path, not {}", node.what());
            return Err(fail(
                Code::IncludePath,
                message,
                "write !include teams/team.yaml",
            ));
        };
        if text.trim().is_empty() {
            let message = "!include needs a file path".to_owned();
            return Err(fail(
                Code::IncludePath,
                message,
                "write !include teams/team.yaml",
            ));
        }
        // The folder is that of the name the file was reached by, so a linked folder keeps its own neighbours.
        let Some(path) = inside_root(parent(&node.span.file), text).filter(|p| !p.is_empty())
        else {
            let message = format!("the path {text} leaves the org folder");
            return Err(fail(
                Code::OutsideRoot,
                message,
                "only files inside the org folder can be included",
            ));
        };
        // A fetched repository sees its own files only, never those of the org that names it.
        if let Some(folder) = self.confines.last().filter(|folder| !within(&path, folder)) {
            let message = format!("the path {text} leaves the repository in {folder}");
            return Err(fail(
                Code::OutsideRoot,
                message,
                "only files of the same repository can be included",
            ));
        }
        if self.trail.contains(&path) {
            let message = format!(
                "the file {path} includes itself: {} -> {path}",
                self.trail.join(" -> ")
            );
            return Err(fail(
                Code::IncludeCycle,
                message,
                "remove one of these directives",
            ));
        }
        let depth = self.includes + 1;
        if depth > self.limits.include_depth {
            let message = format!("more than {} levels of !include", self.limits.include_depth);
            return Err(fail(
                Code::IncludeDepth,
                message,
                "include this file from one nearer to the root",
            ));
        }
        if self.stats.per_depth.len() < depth {
            self.stats.per_depth.resize(depth, 0);
        }
        self.stats.per_depth[depth - 1] += 1;
        let Some(content) = self.file(&path, &node.span) else {
            return Ok(None);
        };
        self.trail.push(path);
        self.includes += 1;
        let content = self.expand(&content, level);
        self.includes -= 1;
        self.trail.pop();
        Ok(Some(content))
    }
}
