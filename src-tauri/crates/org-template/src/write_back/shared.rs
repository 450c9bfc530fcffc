//! Whom a change concerns: the one role, or all that share what is changed. Nobody's choice is guessed.

use super::doc::Kind;
use super::error::{Refusal, Stop};
use super::sites::At;
use super::source::{FieldKind, Found, Level, Source};
use super::{Change, Parent, Scope, Shared, Targets, Work};
use serde_json::Value;

/// Who shares a place, and how.
struct Sharing {
    sites: Vec<usize>,
    how: Shared,
    at: At,
    /// Whether the role can get a place of its own.
    apart: bool,
    /// Whether a change for all makes sense.
    all: bool,
}

impl Work<'_> {
    /// What a change touches, or the question whom it is for.
    pub(super) fn look(&mut self, change: &Change, choice: Option<Scope>) -> Result<Targets, Stop> {
        match change {
            Change::Set { key, field, value } => self.look_set(key, field, value, choice),
            Change::Remove { key } => {
                let site = self.site(key)?;
                let (list, index) = (self.sites.list[site].list, self.sites.list[site].index);
                let sites = self.others(site, |s| s.list == list && s.index == index);
                let level = self.level(site, list.doc);
                self.decide(site, sites, list, level, true, choice)
            }
            Change::Move { key, parent } => {
                let site = self.site(key)?;
                let (list, index) = (self.sites.list[site].list, self.sites.list[site].index);
                let from = self.others(site, |s| s.list == list && s.index == index);
                let level = self.level(site, list.doc);
                let mut targets = self.decide(site, from, list, level, false, choice)?;
                if let Parent::Role(parent) = parent {
                    let below = self.look_parent(parent, false, choice)?;
                    targets.apart.extend(below.apart);
                }
                Ok(targets)
            }
            Change::Add {
                parent: Parent::Role(parent),
                ..
            } => self.look_parent(parent, true, choice),
            Change::Add { .. } => Ok(Targets::default()),
        }
    }

    /// The parent of something that is added, and those that would get it too.
    fn look_parent(
        &mut self,
        key: &str,
        all: bool,
        choice: Option<Scope>,
    ) -> Result<Targets, Stop> {
        let parent = self.site(key)?;
        let map = self.sites.list[parent].map;
        let sites = self.others(parent, |s| s.map == map);
        let level = self.sites.list[parent].trail.len().checked_sub(1);
        self.decide(parent, sites, map, level, all, choice)
    }

    fn others(&self, site: usize, same: impl Fn(&super::sites::Site) -> bool) -> Vec<usize> {
        (0..self.sites.list.len())
            .filter(|s| *s != site && same(&self.sites.list[*s]))
            .collect()
    }

    /// How deep in the files on the way to a site a file is; `None` for the root file.
    fn level(&self, site: usize, doc: usize) -> Option<usize> {
        self.sites.list[site]
            .trail
            .iter()
            .position(|(_, entered)| *entered == doc)
    }

    fn decide(
        &self,
        site: usize,
        sites: Vec<usize>,
        at: At,
        level: Option<usize>,
        all: bool,
        choice: Option<Scope>,
    ) -> Result<Targets, Stop> {
        if sites.is_empty() {
            return Ok(Targets {
                sites: vec![site],
                ..Targets::default()
            });
        }
        let apart = level.filter(|level| {
            self.sites
                .first_shared(site)
                .is_some_and(|first| first <= *level)
        });
        let how = if apart.is_some() {
            Shared::File
        } else {
            Shared::Anchor
        };
        let sharing = Sharing {
            sites,
            how,
            at,
            apart: apart.is_some(),
            all,
        };
        let mut targets = self.choose(site, sharing, choice)?;
        if targets.scope == Some(Scope::OnlyThis) {
            targets.apart.extend(apart.map(|level| (site, level)));
        }
        Ok(targets)
    }

    fn choose(
        &self,
        site: usize,
        sharing: Sharing,
        choice: Option<Scope>,
    ) -> Result<Targets, Stop> {
        let mut options = Vec::new();
        if sharing.all {
            options.push(Scope::All);
        }
        if sharing.apart {
            options.push(Scope::OnlyThis);
        }
        match choice {
            Some(scope) if options.contains(&scope) => {
                let mut sites = vec![site];
                if scope == Scope::All {
                    sites.extend(sharing.sites);
                }
                Ok(Targets { sites, apart: Vec::new(), scope: Some(scope) })
            }
            _ if options.is_empty() => Err(self
                .unsuited(sharing.at, "several roles share it in a way that cannot be taken apart here; change the file by hand")
                .into()),
            Some(Scope::OnlyThis) => Err(self
                .unsuited(sharing.at, "it cannot be changed for one of the roles alone that share it; choose all")
                .into()),
            Some(Scope::All) => Err(self
                .unsuited(sharing.at, "it cannot be done for all roles that share it at once; choose only this")
                .into()),
            None => {
                let with = sharing.sites.iter().map(|s| self.sites.list[*s].name.clone()).collect();
                Err(Stop::Ask(options, with, sharing.how, sharing.at))
            }
        }
    }

    fn look_set(
        &mut self,
        key: &str,
        field: &str,
        value: &Value,
        choice: Option<Scope>,
    ) -> Result<Targets, Stop> {
        let site = self.site(key)?;
        if self.says(site, field, value) {
            return Ok(Targets::default());
        }
        let Some(kind) = FieldKind::of(field) else {
            let why = format!("{field} cannot be written from here; change it in the file");
            return Err(Refusal::because(why).into());
        };
        let found = self.found(site, field)?;
        let map = self.sites.list[site].map;
        let same_map = self.sites.same_map(map).len() > 1;
        let mut sites = Vec::new();
        for other in (0..self.sites.list.len()).filter(|s| *s != site) {
            let shares = match &found.source {
                Source::Absent => self.sites.list[other].map == map,
                source => self.found(other, field)?.source == *source,
            };
            if shares {
                sites.push(other);
            }
        }
        let from_defaults = kind == FieldKind::Plugins && self.drops_default(site, value);
        if from_defaults {
            sites = (0..self.sites.list.len()).filter(|s| *s != site).collect();
        }
        let elsewhere = self.elsewhere(&found);
        if sites.is_empty() && !elsewhere {
            return Ok(Targets {
                sites: vec![site],
                ..Targets::default()
            });
        }
        let level = self.sites.list[site].trail.len().checked_sub(1);
        let file = self.sites.first_shared(site).is_some() && level.is_some();
        let how = match (&found.source, found.level) {
            _ if from_defaults => Shared::Defaults,
            (_, Level::Defaults) => Shared::Defaults,
            _ if same_map && file => Shared::File,
            (Source::File(_), _) => Shared::PromptFile,
            _ => Shared::Anchor,
        };
        let at = match &found.source {
            Source::Value(at) => *at,
            _ => found.entry.map_or(map, |e| e.value),
        };
        let unset =
            nothing(value) && matches!(kind, FieldKind::Text | FieldKind::Int | FieldKind::Prompt);
        let inherited = found.level != Level::Own;
        let apart = (!same_map || file) && !(unset && inherited);
        let mut targets = self.choose(
            site,
            Sharing {
                sites,
                how,
                at,
                apart,
                all: true,
            },
            choice,
        )?;
        if targets.scope == Some(Scope::OnlyThis) && same_map {
            targets.apart.extend(level.map(|level| (site, level)));
        }
        Ok(targets)
    }

    /// Whether a value is also used by something that is no role's same field.
    fn elsewhere(&self, found: &Found) -> bool {
        match &found.source {
            Source::Value(at) => {
                let raw = found.entry.map(|e| e.value);
                let through = raw.is_some_and(|raw| matches!(self.sites.kind(raw), Kind::Alias(_)));
                through || !self.aliases(*at).is_empty()
            }
            Source::File(path) => self.uses_of(path) > 1,
            Source::Absent => false,
        }
    }
}

/// All ways of saying nothing.
pub(super) fn nothing(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(str::is_empty)
}
