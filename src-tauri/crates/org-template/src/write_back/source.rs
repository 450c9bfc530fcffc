//! Which place of the files gives a role its value.

use super::Work;
use super::doc::Kind;
use super::error::Stop;
use super::sites::{At, Entry};
use crate::node::integer;
use crate::org::PromptText;
use crate::prompt_files::workspace_prompt;

/// What kind of value a field has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FieldKind {
    Text,
    Int,
    Flag,
    Canvas,
    Prompt,
    Plugins,
    Schedules,
    Routing,
    Channels,
}

impl FieldKind {
    /// The kind of a field that can be written; `None` for others.
    pub fn of(field: &str) -> Option<Self> {
        Some(match field {
            "name" | "role" | "runtime" | "model" | "template" | "files_dir" | "persona"
            | "system_prompt" | "workspace_dir" | "workspace_access" | "url" => Self::Text,
            "tier" | "max_concurrent_tasks" | "idle_interval_seconds" => Self::Int,
            "external" => Self::Flag,
            "canvas" => Self::Canvas,
            "initial_prompt" | "idle_prompt" => Self::Prompt,
            "plugins" => Self::Plugins,
            "schedules" => Self::Schedules,
            "category_routing" => Self::Routing,
            "channels" => Self::Channels,
            _ => return None,
        })
    }
}

/// Whether a change can set this field of a role.
pub fn is_editable(field: &str) -> bool {
    FieldKind::of(field).is_some()
}

/// Whether `defaults` give this field to roles that do not say it.
pub(super) fn inherited(field: &str) -> bool {
    matches!(
        field,
        "runtime" | "tier" | "model" | "initial_prompt" | "idle_prompt" | "idle_interval_seconds"
    )
}

/// Where a value is read from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Source {
    /// A value of a YAML file, aliases and directives followed.
    Value(At),
    /// A prompt file.
    File(String),
    /// Nobody says it.
    Absent,
}

/// By which way a role comes to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Own,
    Merged,
    Defaults,
}

/// A source and the way to it.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub source: Source,
    pub entry: Option<Entry>,
    pub level: Level,
}

impl Work<'_> {
    /// The place that gives a role a field.
    pub(super) fn found(&mut self, site: usize, field: &str) -> Result<Found, Stop> {
        let map = self.sites.list[site].map;
        let mut maps = vec![map];
        if inherited(field) {
            maps.extend(self.sites.defaults);
        }
        for at in maps {
            if let Some((source, entry)) = self.given(site, at, field, at == map)? {
                let level = match () {
                    () if at != map => Level::Defaults,
                    () if entry.map == map => Level::Own,
                    () => Level::Merged,
                };
                return Ok(Found {
                    source,
                    entry: Some(entry),
                    level,
                });
            }
        }
        Ok(Found {
            source: Source::Absent,
            entry: None,
            level: Level::Own,
        })
    }

    /// What a mapping says about a field, unless that counts as nothing.
    fn given(
        &mut self,
        site: usize,
        map: At,
        field: &str,
        own: bool,
    ) -> Result<Option<(Source, Entry)>, Stop> {
        if let Some(entry) = self.sites.get(map, field)
            && !self.sites.docs[entry.value.doc].is_null(entry.value.value)
        {
            let at = self.sites.follow(entry.value, &mut Vec::new())?;
            let says = match (self.sites.kind(at), FieldKind::of(field)) {
                (Kind::Scalar { text, .. }, Some(FieldKind::Int)) => {
                    integer(text).is_none_or(|n| n != 0)
                }
                (Kind::Scalar { text, .. }, _) => {
                    !text.is_empty() && !self.sites.doc(at).is_null(at.value)
                }
                _ => true,
            };
            if says {
                return Ok(Some((Source::Value(at), entry)));
            }
        }
        if FieldKind::of(field) != Some(FieldKind::Prompt) {
            return Ok(None);
        }
        let Some(entry) = self.sites.get(map, &format!("{field}_file")) else {
            return Ok(None);
        };
        let at = self.sites.follow(entry.value, &mut Vec::new())?;
        let folder = self.role_of[site].and_then(|r| self.effective.roles[r].files_dir.as_deref());
        let path = self.sites.text(at).filter(|t| !t.is_empty());
        let path = path.and_then(|p| workspace_prompt(folder.filter(|_| own), p));
        let read = path.filter(|p| {
            matches!(self.org.prompt_files.get(p), Some(PromptText::Read { text, .. }) if !text.trim().is_empty())
        });
        Ok(read.map(|path| (Source::File(path), entry)))
    }

    /// Aliases of a value.
    pub(super) fn aliases(&self, at: At) -> Vec<At> {
        let values = &self.sites.docs[at.doc].values;
        let of = |value: &usize| matches!(values[*value].kind, Kind::Alias(target) if target == at.value);
        (0..values.len())
            .filter(of)
            .map(|value| At { doc: at.doc, value })
            .collect()
    }

    /// How often prompts of the org are read from a file.
    pub(super) fn uses_of(&self, path: &str) -> usize {
        let mut uses = 0;
        let mut count = |folder: Option<&str>, reference: &crate::org::Text| {
            let wanted = reference.as_ref().filter(|t| !t.value.is_empty());
            uses += usize::from(
                wanted
                    .and_then(|r| workspace_prompt(folder, &r.value))
                    .as_deref()
                    == Some(path),
            );
        };
        let defaults = &self.org.defaults;
        count(None, &defaults.initial_prompt_file);
        count(None, &defaults.idle_prompt_file);
        for workspace in self.org.walk(false) {
            let folder = crate::prompt_files::folder(workspace.files_dir.as_ref());
            count(folder.as_deref(), &workspace.initial_prompt_file);
            count(folder.as_deref(), &workspace.idle_prompt_file);
            workspace
                .schedules
                .iter()
                .for_each(|s| count(folder.as_deref(), &s.prompt_file));
        }
        uses
    }
}
