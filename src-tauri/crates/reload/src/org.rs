//! One change of one org: its files differ, so a plan is made and shown; it is applied only when the person chose so.

use crate::{
    ReloadError,
    classify::is_org_file,
    content,
    inside::Inside,
    lanes::{self, Owner, Work},
    notice::{self, Notice, Remember, org_setting},
    reaction::Outcome,
    reactions::OrgReaction,
    walk,
    workspace::everything,
};
use std::{collections::BTreeMap, path::Path, sync::Arc};
use store::rows;

/// Larger files are compared by their digest all the same, they are only not held in memory.
const FILE_BYTES: u64 = 4 * 1024 * 1024;

/// Follows what changed in an org's folder.
///
/// # Errors
/// When the database or the disk does not answer; the caller tries again.
pub(crate) async fn follow(
    inside: &Arc<Inside>,
    org_id: &str,
    work: &Work,
) -> Result<(), ReloadError> {
    let roots = inside.roots();
    let Some(root) = roots
        .iter()
        .find(|root| root.watched.org_id.as_deref() == Some(org_id))
    else {
        return Ok(());
    };
    let Some(real) = root.real.clone() else {
        return Ok(());
    };
    let reads = root.watched.reads.clone();
    let folder = real.clone();
    let files = tokio::task::spawn_blocking(move || files(&folder, &reads))
        .await
        .map_err(|_| ReloadError::Stopped)?;
    let now = together(&files);
    let remember = || Remember {
        org: Some((org_id.to_owned(), now.clone())),
        ..Remember::default()
    };

    let before = match inside.org_files(org_id) {
        Some(before) => before,
        None => {
            let known: Option<String> =
                rows::settings::get(inside.store.read(), &org_setting(org_id))
                    .await
                    .map_err(ReloadError::from)?;
            // Where nobody knows an older state, what is there may have been saved since the import read it: the plan
            // compares with what was imported.
            if known.is_some_and(|known| known == now) {
                inside.set_org_files(org_id, files);
                return notice::write(&inside.store, None, remember(), None).await;
            }
            BTreeMap::new()
        }
    };
    let unknown = before.is_empty() && inside.org_files(org_id).is_none();
    let mut follow = Vec::new();
    let mut next = files.clone();
    for path in differing(&before, &files) {
        let digest = files.get(&path).map_or("", String::as_str);
        let owner = Owner::Org(org_id.to_owned());
        if unknown
            || !work.loud
            || inside
                .may_follow(&owner, &path, &real.join(&path), digest)
                .await?
        {
            follow.push(path);
        } else if let Some(old) = before.get(&path) {
            next.insert(path, old.clone());
        } else {
            next.remove(&path);
        }
    }
    if follow.is_empty() {
        return Ok(());
    }
    let (outcome, reason, named) = match inside.reactions.org_changed(org_id).await {
        Ok(OrgReaction::Unchanged) => {
            inside.set_org_files(org_id, next);
            return notice::write(&inside.store, None, remember(), None).await;
        }
        Ok(OrgReaction::PlanShown(change)) => (Outcome::Plan, change.text, change.files),
        Ok(OrgReaction::Applied(change)) => (Outcome::Applied, change.text, change.files),
        Ok(OrgReaction::Refused(text)) => (Outcome::Refused, text, Vec::new()),
        Err(error) => {
            let again = lanes::again(inside, &Owner::Org(org_id.to_owned()), work.clone());
            if work.tries > 0 && again {
                return Ok(());
            }
            let follow = if unknown { Vec::new() } else { follow };
            let notice = told(
                inside,
                org_id,
                work,
                follow,
                Outcome::Failed,
                format!("the plan could not be made: {error}"),
            );
            return notice::write(&inside.store, None, Remember::default(), Some(notice)).await;
        }
    };
    if unknown {
        // Digests are kept for all files together, so which of them changed only the plan knows.
        follow = named;
    }
    inside.set_org_files(org_id, next);
    if outcome == Outcome::Applied {
        for row in rows::workspaces::of_org(inside.store.read(), org_id).await? {
            lanes::push(
                inside,
                Owner::Workspace(row.id),
                everything(work.first, true, false),
            );
        }
    }
    let notice = told(inside, org_id, work, follow, outcome, reason);
    notice::write(&inside.store, None, remember(), Some(notice)).await
}

fn told(
    inside: &Inside,
    org_id: &str,
    work: &Work,
    paths: Vec<String>,
    outcome: Outcome,
    reason: String,
) -> Notice {
    Notice {
        source: "org_files",
        workspace_id: None,
        org_id: Some(org_id.to_owned()),
        workspace_ids: Vec::new(),
        paths,
        outcome,
        reason,
        took: inside.clock.awake().saturating_sub(work.first),
    }
}

/// Digests of the files that an import reads, by path. A file that cannot be read has none, so that it becoming
/// readable is a change.
fn files(root: &Path, reads: &[String]) -> BTreeMap<String, String> {
    walk::tree(root, "")
        .files
        .into_iter()
        .filter(|found| is_org_file(&found.path, reads))
        .filter_map(|found| {
            let digest = content::read(&found.target, &found.path, FILE_BYTES)
                .ok()?
                .digest()?;
            Some((found.path, digest))
        })
        .collect()
}

fn differing(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<String> {
    let changed = after
        .iter()
        .filter(|(path, digest)| before.get(*path) != Some(digest))
        .map(|(path, _)| path);
    let gone = before.keys().filter(|path| !after.contains_key(*path));
    changed.chain(gone).cloned().collect()
}

/// One digest of all files; says nothing about any one of them, which matters for `.env`.
fn together(files: &BTreeMap<String, String>) -> String {
    let text: String = files
        .iter()
        .map(|(path, digest)| format!("{digest} {path}\n"))
        .collect();
    content::digest(text.as_bytes())
}

/// Whether the paths of a burst concern the import of an org.
pub(crate) fn concerns(real: &Path, path: &str, reads: &[String], structural: bool) -> bool {
    // A folder that came or went may hold anything; so may one that is gone.
    is_org_file(path, reads) || structural && !real.join(path).is_file() && !looks_like_a_file(path)
}

/// A saved file is often renamed or deleted on the way, which must not look like a vanished folder.
fn looks_like_a_file(path: &str) -> bool {
    Path::new(path).extension().is_some()
}
