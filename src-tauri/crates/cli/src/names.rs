//! What a person means by a name: an agent, a removed agent, a role of org files, an org.
//!
//! One rule for all of them. An id (or the first characters of one, as `status` prints them) names one; else a name that
//! only one has, however it is written; else a path down the tree, `My org/Writer` or `Lead/Writer`. What stays unclear
//! is answered with the paths that make it clear, what is not there with the names that are near.

use crate::{
    client::{Client, segment},
    commands::whole,
    failure::Failure,
};
use org_template::near;
use serde::Deserialize;
use std::{collections::HashMap, path::Path};
use wire::{OrgFolder, OrgRole, PluginUpdateView, RemovedWorkspace, Timestamp, Workspace};

/// Fewer characters of an id are no id.
const SHORTEST_ID: usize = 8;
/// Names that are shown to choose from.
const SHOWN: usize = 6;

/// One that can be named.
#[derive(Debug, Clone, PartialEq)]
struct Named {
    /// Its id or key.
    id: String,
    /// Where it stands: org, those above it, itself. The last one is its name.
    path: Vec<String>,
    /// What else tells it from another of the same path.
    about: String,
}

impl Named {
    fn name(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    fn whole(&self) -> String {
        self.path.join("/")
    }
}

/// What a text names.
#[derive(Debug, PartialEq)]
enum Picked {
    One(usize),
    Several(Vec<usize>),
    None,
}

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

fn pick(all: &[Named], asked: &str) -> Picked {
    let of = |fits: &dyn Fn(&Named) -> bool| -> Vec<usize> {
        let fitting = all.iter().enumerate().filter(|(_, one)| fits(one));
        fitting.map(|(at, _)| at).collect()
    };
    if asked.trim().is_empty() {
        return Picked::None;
    }
    let parts: Vec<&str> = asked.split('/').map(str::trim).collect();
    let ends = |path: &[String]| {
        path.len() >= parts.len()
            && path[path.len() - parts.len()..]
                .iter()
                .zip(&parts)
                .all(|(one, part)| same(one, part))
    };
    // From the surest to the loosest; the first that fits anything decides.
    let tries: [&dyn Fn(&Named) -> bool; 5] = [
        &|one| one.id == asked,
        &|one| same(one.name(), asked) || asked.len() >= SHORTEST_ID && one.id.starts_with(asked),
        &|one| parts.len() > 1 && one.path.len() == parts.len() && ends(&one.path),
        &|one| parts.len() > 1 && ends(&one.path),
        &|one| parts.len() > 1 && below(&one.path, &parts),
    ];
    for fits in tries {
        match of(fits)[..] {
            [] => {}
            [one] => return Picked::One(one),
            ref several => return Picked::Several(several.to_vec()),
        }
    }
    Picked::None
}

/// Whether the parts are found going down the path, the last one at its end; others may stand between.
fn below(path: &[String], parts: &[&str]) -> bool {
    let (Some((name, above)), Some((part, over))) = (path.split_last(), parts.split_last()) else {
        return false;
    };
    let mut left = above.iter();
    same(name, part) && over.iter().all(|part| left.any(|one| same(one, part)))
}

/// ` (did you mean "a" or "b"?)`, or nothing.
pub fn meant(near: &[&str]) -> String {
    let quoted: Vec<String> = near.iter().map(|name| format!("\"{name}\"")).collect();
    if quoted.is_empty() {
        String::new()
    } else {
        format!(" (did you mean {}?)", quoted.join(" or "))
    }
}

/// The words of one kind of thing.
struct Kind {
    /// `agents`.
    many: &'static str,
    /// `no agent is called`.
    none: &'static str,
    /// What shows them.
    shown_by: &'static str,
    codes: (&'static str, &'static str),
}

const AGENTS: Kind = Kind {
    many: "agents",
    none: "no agent is called",
    shown_by: "molecule-stack status",
    codes: ("not_found", "ambiguous"),
};
const UPDATES: Kind = Kind {
    many: "updates",
    none: "no update that waits is called",
    shown_by: "molecule-stack plugin updates",
    codes: ("not_found", "ambiguous"),
};
const REMOVED: Kind = Kind {
    many: "removed agents",
    none: "no removed agent is called",
    shown_by: "molecule-stack bring-back",
    codes: ("not_found", "ambiguous"),
};
const ORGS: Kind = Kind {
    many: "orgs",
    none: "no org is registered as",
    shown_by: "molecule-stack org list",
    codes: ("org_not_registered", "ambiguous"),
};
const TOKENS: Kind = Kind {
    many: "tokens",
    none: "no token is called",
    shown_by: "molecule-stack token list",
    codes: ("not_found", "ambiguous"),
};
const ROLES: Kind = Kind {
    many: "roles",
    none: "the files have no role",
    shown_by: "molecule-stack org roles ORG",
    codes: ("role_not_found", "role_ambiguous"),
};

/// The one that is meant, or a failure that says what would make it clear.
fn one(kind: &Kind, all: &[Named], asked: &str) -> Result<usize, Failure> {
    match pick(all, asked) {
        Picked::One(at) => Ok(at),
        Picked::None => {
            let near = near(asked, all.iter().map(Named::name));
            Err(Failure::failed(
                kind.codes.0,
                format!(
                    "{} \"{asked}\"{}; `{}` lists them",
                    kind.none,
                    meant(&near),
                    kind.shown_by
                ),
            ))
        }
        Picked::Several(found) => {
            Err(
                Failure::failed(kind.codes.1, unclear(kind, all, &found, asked)).with(
                    "candidates",
                    found
                        .iter()
                        .map(|at| all[*at].id.clone())
                        .collect::<Vec<_>>(),
                ),
            )
        }
    }
}

fn unclear(kind: &Kind, all: &[Named], found: &[usize], asked: &str) -> String {
    let mut text = format!("several {} are called \"{asked}\"; say which:", kind.many);
    let named: Vec<&Named> = found.iter().filter_map(|at| all.get(*at)).collect();
    for one in named.iter().take(SHOWN) {
        // A path that two share does not tell them apart; the id always does.
        let twins = named.iter().filter(|other| other.whole() == one.whole());
        let way = if one.path.len() > 1 && twins.count() == 1 {
            format!("\"{}\"", one.whole())
        } else {
            one.id.clone()
        };
        text += &format!("\n  {way}  ({})", one.about);
    }
    if named.len() > SHOWN {
        text += &format!("\n  and {} more", named.len() - SHOWN);
    }
    text
}

/// Where each of these agents stands: its org, those above it, itself.
pub fn places(all: &[Workspace], orgs: &[OrgFolder]) -> HashMap<String, Vec<String>> {
    let by_id: HashMap<&str, &Workspace> = all.iter().map(|one| (one.id.as_str(), one)).collect();
    let place = |one: &Workspace| {
        let mut path = vec![one.name.clone()];
        let mut org = one.org_id.as_deref();
        let mut at = one;
        while let Some(above) = at.parent_id.as_deref().and_then(|id| by_id.get(id)) {
            path.push(above.name.clone());
            org = above.org_id.as_deref().or(org);
            at = above;
            // The store refuses a circle; one could not keep this going.
            if path.len() > all.len() {
                break;
            }
        }
        let org = org.and_then(|id| orgs.iter().find(|org| org.org_id == id));
        path.extend(org.map(|org| org.name.clone()));
        path.reverse();
        path
    };
    all.iter().map(|one| (one.id.clone(), place(one))).collect()
}

impl Client {
    /// The agent that is meant: an id, the beginning of one, a name that only one has, or a path to it.
    ///
    /// # Errors
    /// Nobody is called so, or several are.
    pub async fn workspace(&self, asked: &str) -> Result<Workspace, Failure> {
        let mut all: Vec<Workspace> = self.get("/workspaces").await?;
        let orgs: Vec<OrgFolder> = self.get("/org/folders").await?;
        let mut places = places(&all, &orgs);
        let named: Vec<Named> = all
            .iter()
            .map(|one| Named {
                id: one.id.clone(),
                path: places.remove(&one.id).unwrap_or_default(),
                about: format!(
                    "{}, made {}",
                    one.status,
                    one.created_at
                        .0
                        .with_timezone(&chrono::Local)
                        .format("%Y-%m-%d %H:%M:%S")
                ),
            })
            .collect();
        Ok(all.swap_remove(self::one(&AGENTS, &named, asked)?))
    }

    /// The registered org that is meant: by what the platform calls it, by the name in its files, or by its folder.
    ///
    /// # Errors
    /// There is none, or several are called so.
    pub async fn org(&self, asked: &str) -> Result<OrgFolder, Failure> {
        let mut all: Vec<OrgFolder> = self.get("/org/folders").await?;
        let named: Vec<Named> = all
            .iter()
            .map(|one| Named {
                id: one.dir.clone(),
                path: vec![one.name.clone()],
                about: one.path.clone(),
            })
            .collect();
        let failure = match self::one(&ORGS, &named, asked) {
            Ok(at) => return Ok(all.swap_remove(at)),
            Err(failure) => failure,
        };
        let path = whole(Path::new(asked))?;
        let real = Path::new(&path).canonicalize().ok();
        let is_folder = |org: &OrgFolder| {
            org.path == path
                || real
                    .as_deref()
                    .is_some_and(|real| real == Path::new(&org.path))
        };
        all.into_iter().find(is_folder).ok_or(failure)
    }

    /// The roles of an org as its files say them.
    ///
    /// # Errors
    /// What the API says about the files.
    pub async fn roles(&self, dir: &str) -> Result<Vec<OrgRole>, Failure> {
        self.get(&format!("/org/folders/{}/roles", segment(dir)))
            .await
    }
}

/// The role of org files that is meant: by its key, by a name that only one has, or by a path to it.
///
/// # Errors
/// There is none, or several are called so.
pub fn role<'r>(all: &'r [OrgRole], asked: &str) -> Result<&'r OrgRole, Failure> {
    let named: Vec<Named> = all
        .iter()
        .map(|one| {
            let mut path = vec![one.name.clone()];
            let mut above = one.parent.as_deref();
            while let Some(role) = above.and_then(|key| all.iter().find(|role| role.key == key)) {
                path.push(role.name.clone());
                above = role.parent.as_deref();
                if path.len() > all.len() {
                    break;
                }
            }
            path.reverse();
            let about = match (&one.file, one.line) {
                (Some(file), Some(line)) => format!("{file}:{line}, {}", one.key),
                _ => one.key.clone(),
            };
            Named {
                id: one.key.clone(),
                path,
                about,
            }
        })
        .collect();
    Ok(&all[self::one(&ROLES, &named, asked)?])
}

/// The removed agent that is meant: by its id, or by a name that only one of them has.
///
/// # Errors
/// There is none, or several are called so.
pub fn removed<'r>(
    all: &'r [RemovedWorkspace],
    asked: &str,
) -> Result<&'r RemovedWorkspace, Failure> {
    let named: Vec<Named> = all
        .iter()
        .map(|one| Named {
            id: one.id.clone(),
            path: vec![one.name.clone()],
            about: format!(
                "can come back until {}",
                one.restorable_until.0.format("%Y-%m-%d")
            ),
        })
        .collect();
    Ok(&all[self::one(&REMOVED, &named, asked)?])
}

/// The update that waits which is meant by an id, or by the agent and the plugin: `Writer/notes`.
///
/// # Errors
/// None, or several.
pub fn update<'u>(
    all: &'u [PluginUpdateView],
    asked: &str,
) -> Result<&'u PluginUpdateView, Failure> {
    let named: Vec<Named> = all
        .iter()
        .map(|one| Named {
            id: one.id.clone(),
            path: vec![one.workspace_name.clone(), one.plugin_name.clone()],
            about: format!("{} for {}", one.target_ref, one.workspace_name),
        })
        .collect();
    Ok(&all[self::one(&UPDATES, &named, asked)?])
}

/// A token as the lists of both kinds show it.
#[derive(Debug, Deserialize)]
pub struct TokenEntry {
    /// Its id.
    pub id: String,
    /// What it begins with.
    pub prefix: String,
    /// What its maker called it.
    pub name: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was used last.
    pub last_used_at: Option<Timestamp>,
}

/// The token that is meant: by its id, by its name, by what it begins with.
///
/// # Errors
/// There is none, or several are called so.
pub fn token<'t>(all: &'t [TokenEntry], asked: &str) -> Result<&'t TokenEntry, Failure> {
    let mut begins = all.iter().filter(|one| one.prefix == asked);
    if let (Some(one), None) = (begins.next(), begins.next()) {
        return Ok(one);
    }
    let named: Vec<Named> = all
        .iter()
        .map(|one| Named {
            id: one.id.clone(),
            path: vec![one.name.clone().unwrap_or_default()],
            about: format!(
                "begins with {}, made {}",
                one.prefix,
                one.created_at.0.format("%Y-%m-%d %H:%M")
            ),
        })
        .collect();
    Ok(&all[self::one(&TOKENS, &named, asked)?])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(id: &str, path: &str) -> Named {
        Named {
            id: id.to_owned(),
            path: path.split('/').map(str::to_owned).collect(),
            about: "online".to_owned(),
        }
    }

    fn all() -> Vec<Named> {
        vec![
            named("aaaaaaaa-1", "My org/Lead"),
            named("aaaaaaaa-2", "My org/Lead/Writer"),
            named("bbbbbbbb-3", "Sample/Studio lead/Writer"),
            named("cccccccc-4", "My org/Lead/Desk/Sub/Reader"),
        ]
    }

    #[test]
    fn a_name_a_path_or_the_beginning_of_an_id_names_one() {
        for (asked, at) in [
            ("lead", 0),
            ("aaaaaaaa-2", 1),
            ("bbbbbbbb", 2),
            ("Lead/Writer", 1),
            ("my org/writer", 1),
            ("Sample/Writer", 2),
            ("Sample/Studio lead/Writer", 2),
            ("My org/Reader", 3),
            ("lead/desk/reader", 3),
        ] {
            assert_eq!(pick(&all(), asked), Picked::One(at), "{asked}");
        }
        assert_eq!(pick(&all(), "writer"), Picked::Several(vec![1, 2]));
        assert_eq!(pick(&all(), "aaaaaaaa"), Picked::Several(vec![0, 1]));
        for nobody in ["", "/", "Writer/Lead", "Sample/Lead", "My org/", "aaaaaaa"] {
            assert_eq!(pick(&all(), nobody), Picked::None, "{nobody}");
        }
    }

    #[test]
    fn the_whole_path_wins_over_one_that_only_goes_through_it() {
        let all = vec![named("a", "Lead/Writer"), named("b", "Lead/Desk/Writer")];
        assert_eq!(pick(&all, "Lead/Writer"), Picked::One(0));
        assert_eq!(pick(&all, "Desk/Writer"), Picked::One(1));
    }

    #[test]
    fn a_name_with_a_slash_is_still_a_name() {
        let all = vec![
            named("a", "x"),
            Named {
                path: vec!["QA/Ops".into()],
                ..named("b", "")
            },
        ];
        assert_eq!(pick(&all, "qa/ops"), Picked::One(1));
    }

    #[test]
    fn what_is_unclear_is_answered_with_what_makes_it_clear() {
        let failure = one(&AGENTS, &all(), "Writer").unwrap_err();
        assert_eq!(failure.code, "ambiguous");
        for path in ["\"My org/Lead/Writer\"", "\"Sample/Studio lead/Writer\""] {
            assert!(failure.error.contains(path), "{}", failure.error);
        }
        let twins = vec![named("id-1", "Lead/Twin"), named("id-2", "Lead/Twin")];
        let failure = one(&AGENTS, &twins, "Lead/Twin").unwrap_err();
        assert!(
            failure.error.contains("id-1") && failure.error.contains("id-2"),
            "a shared path tells nobody apart: {}",
            failure.error
        );
    }

    #[test]
    fn what_is_not_there_is_answered_with_what_is_near() {
        let failure = one(&AGENTS, &all(), "Wrtier").unwrap_err();
        assert_eq!(failure.code, "not_found");
        assert!(failure.error.contains("\"Writer\"?"), "{}", failure.error);
    }
}
