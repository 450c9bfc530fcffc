//! Checks that look at more than one value, before anything is imported (contract 03 section 12, no. 4).

use crate::error::{Code, Problem, shorten};
use crate::org::{Org, PluginEntry, Workspace};
use crate::paths::{inside_root, is_absolute};
use crate::read::Findings;
use crate::span::Span;
use std::collections::HashMap;

/// Names, duplicates, access words, plugin names, persona slugs.
pub(crate) fn structure(org: &Org, found: &Findings) {
    plugins(&org.defaults.plugins, found);
    siblings(&org.workspaces, "at the top", found);
    for workspace in org.walk(false) {
        one(workspace, found);
        siblings(
            &workspace.children,
            &format!("under {}", shorten(&workspace.name.value, 60)),
            found,
        );
    }
}

/// Two siblings of one name would be taken for each other at the next import (no. 7).
fn siblings(list: &[Workspace], place: &str, found: &Findings) {
    let mut seen: HashMap<&str, &Span> = HashMap::with_capacity(list.len());
    for workspace in list {
        let name = workspace.name.value.as_str();
        if name.trim().is_empty() {
            continue;
        }
        if let Some(first) = seen.insert(name, &workspace.name.span) {
            found.error(
                Problem::at(
                    &workspace.name.span,
                    Code::DuplicateName,
                    format!(
                        "the name \"{}\" is used twice {place}; first in {}:{}:{}",
                        shorten(name, 60),
                        first.file,
                        first.line,
                        first.column
                    ),
                )
                .text(name)
                .hint("give one of them another name"),
            );
        }
    }
}

/// Characters of a name at most. Names of an org are free text, longer than those that are typed by hand; what no card
/// and no list can show any more is a mistake in the file.
const LONGEST_NAME: usize = 1000;

fn one(workspace: &Workspace, found: &Findings) {
    if workspace.name.value.trim().is_empty() {
        found.error(
            Problem::at(
                &workspace.name.span,
                Code::NameMissing,
                "a workspace has no name",
            )
            .hint("every workspace needs a name; an included file may be empty"),
        );
    }
    let letters = workspace.name.value.chars().count();
    if letters > LONGEST_NAME {
        found.error(
            Problem::at(
                &workspace.name.span,
                Code::BadValue,
                format!("a name of {letters} characters is too long"),
            )
            .text(&workspace.name.value)
            .hint(format!("a name has at most {LONGEST_NAME} characters")),
        );
    }
    if let Some(access) = &workspace.workspace_access
        && !matches!(
            access.value.as_str(),
            "" | "none" | "read_only" | "read_write"
        )
    {
        let message = format!(
            "workspace_access=\"{}\" — must be 'none', 'read_only', or 'read_write'",
            shorten(&access.value, 60)
        );
        found.error(Problem::at(&access.span, Code::BadValue, message).text(&access.value));
    }
    if let Some(template) = workspace.template.as_ref().filter(|t| !t.value.is_empty())
        && inside_root("", &template.value).is_none()
    {
        let message = format!(
            "the template {} is no folder of the workspace templates; ignored",
            template.value
        );
        found.warn(Problem::at(&template.span, Code::Ignored, message).text(&template.value));
    }
    if let Some(persona) = &workspace.persona
        && crate::env_file::persona_slug(&persona.value).is_none()
    {
        let message = format!("\"{}\" is no persona slug", shorten(&persona.value, 60));
        let problem = Problem::at(&persona.span, Code::BadValue, message).text(&persona.value);
        found.error(problem.hint("use letters, digits, - and _"));
    }
    plugins(&workspace.plugins, found);
    twice(
        workspace
            .schedules
            .iter()
            .filter_map(|s| s.name.as_ref().map(|n| (n.value.as_str(), &s.span))),
        "schedule",
        found,
    );
    twice(
        workspace
            .channels
            .iter()
            .map(|c| (c.kind.as_str(), &c.span)),
        "channel",
        found,
    );
}

fn twice<'a>(items: impl Iterator<Item = (&'a str, &'a Span)>, what: &str, found: &Findings) {
    let mut seen: HashMap<&str, u32> = HashMap::new();
    for (name, span) in items.filter(|(name, _)| !name.is_empty()) {
        if let Some(line) = seen.insert(name, span.line) {
            found.error(
                Problem::at(
                    span,
                    Code::DuplicateName,
                    format!(
                        "a second {what} \"{}\"; the first is in line {line}",
                        shorten(name, 60)
                    ),
                )
                .text(name),
            );
        }
    }
}

/// A plugin is named by a plain word or by a source (`github://owner/name#ref`); paths are refused (no. 10, 31).
fn plugins(list: &[PluginEntry], found: &Findings) {
    for entry in list.iter().filter(|e| !e.name.is_empty() && !e.opt_out) {
        if !is_plugin(&entry.name) {
            found.error(
                Problem::at(
                    &entry.span,
                    Code::BadValue,
                    format!("\"{}\" is no plugin name", shorten(&entry.name, 60)),
                )
                .text(&entry.name)
                .hint("use letters, digits, dot, - and _, or a source such as github://owner/name#ref"),
            );
        }
    }
}

fn is_plugin(name: &str) -> bool {
    if let Some((scheme, rest)) = name.split_once("://") {
        return matches!(scheme, "github" | "local" | "gitea" | "https")
            && !rest.is_empty()
            && !rest.contains("..")
            && !rest.chars().any(|c| c.is_whitespace() || c.is_control());
    }
    let mut bytes = name.bytes();
    name.len() <= 128
        && !name.contains("..")
        && !is_absolute(name)
        && bytes.next().is_some_and(|b| b.is_ascii_alphanumeric())
        && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}
