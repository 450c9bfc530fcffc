//! `setup.sh` of a plugin (contract 03 section 7.4 and no. 92). Runtimes run it inside the agent, with all its secrets and
//! for as long as it likes. Here it runs apart from the agent, before that starts: in a container of its own that sees the
//! config volume and nothing else, without secrets and network, for two minutes at most. In the agent's folder a script
//! that does nothing takes its place, so that no runtime runs it again.

use crate::{
    Delivery, PluginError, Receipt, Support, Tree, Volume, VolumeError,
    delivery::{FOLDER, Package, add},
    tree::{File, finish, sha256},
};
use async_trait::async_trait;
use containers::archive::Archive;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::time::Duration;
use store::{
    NewEvent, StoreError, WorkspaceRow,
    rows::{self, plugins::PluginRow},
};
use wire::kind;

/// Its path in a plugin.
pub(crate) const SCRIPT: &str = "setup.sh";
/// How long it may take (contract 03 section 7.4).
pub const SETUP_LIMIT: Duration = Duration::from_secs(120);
/// Bytes of its output that are kept, the last ones.
const LOG: usize = 16 * 1024;

/// What a run of `setup.sh` came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetupState {
    /// It runs before the next start of the agent.
    #[default]
    Due,
    /// It ended with 0.
    Done,
    /// It ended with another code.
    Failed,
    /// It did not end in time and was ended.
    TimedOut,
    /// The agent's image holds no shell to run it.
    NoShell,
}

impl SetupState {
    /// The word on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::TimedOut => "timed_out",
            Self::NoShell => "no_shell",
        }
    }
}

/// What became of a plugin's `setup.sh`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Setup {
    /// The version it is about; see [`key`].
    pub key: String,
    /// What came of it.
    pub state: SetupState,
    /// Its exit code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i64>,
    /// When it ended, as the store writes times.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// The last of what it printed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub log: String,
}

impl Setup {
    /// For a version: what is known of it, or that it is due.
    pub(crate) fn of(key: &str, old: Option<&Self>) -> Self {
        match old {
            Some(old) if old.key == key => old.clone(),
            _ => Self {
                key: key.to_owned(),
                ..Self::default()
            },
        }
    }

    /// A sentence for people.
    pub fn text(&self) -> String {
        match self.state {
            SetupState::Due => "setup.sh runs before the next start of the agent".to_owned(),
            SetupState::Done => "setup.sh ran".to_owned(),
            SetupState::Failed => format!(
                "setup.sh ended with {}; it runs again before the next start. It runs without network and without the agent's secrets, and only what it writes below /configs stays",
                self.exit_code.unwrap_or_default()
            ),
            SetupState::TimedOut => format!(
                "setup.sh did not end within {} seconds and was ended; it runs again before the next start",
                SETUP_LIMIT.as_secs()
            ),
            SetupState::NoShell => "setup.sh did not run: the image of this agent holds no shell. Use an image with bash, or prepare in the image what the script would do".to_owned(),
        }
    }
}

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// Its exit code; `None` if it was ended because its time was over.
    pub exit_code: Option<i64>,
    /// What it printed, secrets masked.
    pub log: String,
}

/// Runs scripts apart from agents. The reconciler implements it over the engine.
#[async_trait]
pub trait Scripts: Send + Sync {
    /// Runs `setup.sh` of the folder below `/configs`, in that folder, within [`SETUP_LIMIT`].
    ///
    /// # Errors
    /// [`VolumeError::NoTools`] if the image has no shell.
    async fn run(&self, folder: &str) -> Result<Ran, VolumeError>;
}

/// Names the version of a tree that a script runs for: texts of skills do not count, since they call for no restart either.
pub(crate) fn key(tree: &Tree) -> Option<String> {
    tree.files.contains_key(SCRIPT).then(|| {
        let mut hash = Sha256::new();
        for (path, digest) in tree.digests() {
            if path != "SKILL.md" && !path.ends_with("/SKILL.md") {
                hash.update(path);
                hash.update([0]);
                hash.update(digest);
            }
        }
        crate::tree::hex(&hash.finalize())
    })
}

/// Why the script of a plugin does not run where its runtime does not take plugins of this layout.
pub(crate) fn not_run(support: Support) -> String {
    match support {
        Support::None => "setup.sh does not run: the plugin is made for other runtimes",
        _ => "setup.sh does not run: this runtime gets the plugin's files and does nothing more with them",
    }
    .to_owned()
}

/// Takes the script out of a tree and leaves one in its place that does nothing. Another script gives another one in its
/// place, so that the change still counts as one.
pub(crate) fn take(tree: &mut Tree) -> Option<File> {
    let script = tree.files.get_mut(SCRIPT)?;
    let digest = sha256(&script.content);
    let text = format!(
        "#!/bin/sh\n# The plugin's own setup.sh ran before the agent started, without its secrets and without network.\n# sha256 {digest}\nexit 0\n"
    );
    let place = File {
        content: text.into_bytes(),
        mode: script.mode,
    };
    Some(std::mem::replace(script, place))
}

impl Delivery {
    /// How many scripts may have to run before an agent starts.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn setups_ahead(&self, workspace_id: &str) -> Result<u32, StoreError> {
        let rows = rows::plugins::of_workspace(self.store.read(), workspace_id).await?;
        let open = |row: &&PluginRow| row.is_pending() || is_open(&Receipt::parse(&row.receipt));
        Ok(u32::try_from(rows.iter().filter(open).count()).unwrap_or(u32::MAX))
    }

    /// Runs every script that is due, after [`Delivery::at_start`] and before the container starts. A script that fails
    /// keeps no agent from starting; its row says what happened.
    ///
    /// # Errors
    /// When store, volume or engine do not answer.
    pub async fn set_up(
        &self,
        volume: &dyn Volume,
        workspace: &WorkspaceRow,
        scripts: &dyn Scripts,
    ) -> Result<(), PluginError> {
        let _alone = self.lock(&workspace.id).await;
        for row in rows::plugins::of_workspace(self.store.read(), &workspace.id).await? {
            let mut receipt = Receipt::parse(&row.receipt);
            if row.is_pending() || !is_open(&receipt) {
                continue;
            }
            let (Some(key), Some(setup)) = (&row.content, &mut receipt.setup) else {
                continue;
            };
            let tree = match self.shelf.get(key).await {
                Ok(tree) => tree,
                Err(error) => {
                    tracing::error!(workspace = %workspace.id, plugin = %row.plugin_name, %error, "setup.sh of a plugin was not run");
                    continue;
                }
            };
            let package = Package::of(&row.plugin_name, tree, &workspace.runtime);
            let (Some(script), Some(place)) = (&package.script, package.tree.files.get(SCRIPT))
            else {
                continue;
            };
            let folder = format!("{FOLDER}/{}", row.plugin_name);
            let path = format!("{folder}/{SCRIPT}");
            put(volume, &path, script)
                .await
                .map_err(PluginError::Deliver)?;
            tracing::info!(workspace = %workspace.id, plugin = %row.plugin_name, "setup.sh of a plugin runs");
            let ran = scripts.run(&folder).await;
            put(volume, &path, place)
                .await
                .map_err(PluginError::Deliver)?;
            (setup.state, setup.exit_code, setup.log) = match ran {
                Ok(Ran {
                    exit_code: Some(0),
                    log,
                }) => (SetupState::Done, Some(0), log),
                Ok(Ran {
                    exit_code: Some(code),
                    log,
                }) => (SetupState::Failed, Some(code), log),
                Ok(Ran {
                    exit_code: None,
                    log,
                }) => (SetupState::TimedOut, None, log),
                Err(VolumeError::NoTools) => (SetupState::NoShell, None, String::new()),
                Err(error) => return Err(PluginError::Deliver(error)),
            };
            setup.log = last(&setup.log, LOG);
            if setup.state != SetupState::Done {
                tracing::warn!(workspace = %workspace.id, plugin = %row.plugin_name, "{}", setup.text());
            }
            self.note_setup(&row, receipt).await?;
        }
        Ok(())
    }

    /// Writes what came of a script, with its event.
    async fn note_setup(&self, row: &PluginRow, mut receipt: Receipt) -> Result<(), StoreError> {
        let (id, name) = (row.workspace_id.clone(), row.plugin_name.clone());
        self.store
            .write(move |write| {
                Box::pin(async move {
                    let mut state = SetupState::Due;
                    if let Some(setup) = &mut receipt.setup {
                        setup.at = Some(write.stamp());
                        state = setup.state;
                    }
                    rows::plugins::set_receipt(write.conn(), &id, &name, &receipt.text()).await?;
                    let told = json!({
                        "changed": ["plugins"], "needs_restart": false, "reasons": [],
                        "plugins": {"plugin_name": name, "setup": state.as_str()},
                    });
                    write
                        .event(NewEvent::about(&id, kind::WORKSPACE_UPDATED, told))
                        .await
                        .map(drop)
                })
            })
            .await
    }
}

fn is_open(receipt: &Receipt) -> bool {
    receipt
        .setup
        .as_ref()
        .is_some_and(|setup| setup.state != SetupState::Done)
}

async fn put(volume: &dyn Volume, path: &str, file: &File) -> Result<(), VolumeError> {
    let mut archive = Archive::new();
    add(&mut archive, path, &file.content, file.mode)?;
    volume
        .put(finish(archive).map_err(crate::volume::of)?)
        .await
}

/// The end of a text, at most so many bytes, from the beginning of a line.
fn last(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let mut start = text.len() - most;
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let rest = &text[start..];
    format!(
        "…\n{}",
        rest.split_once('\n').map_or(rest, |(_, rest)| rest)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::tests::tree;

    #[test]
    fn a_script_that_does_nothing_takes_the_place_and_tells_one_script_from_another() {
        let mut one = tree(&[("setup.sh", "echo one"), ("a.txt", "x")]);
        let mut two = tree(&[("setup.sh", "echo two"), ("a.txt", "x")]);
        assert_eq!(take(&mut one).unwrap().content, b"echo one");
        assert_eq!(take(&mut two).unwrap().content, b"echo two");
        assert_ne!(one, two, "an update of the script alone is a change");
        let place = one.text(SCRIPT).unwrap();
        assert!(
            place.ends_with("exit 0\n") && !place.contains("echo"),
            "{place}"
        );
        assert_eq!(take(&mut tree(&[("a.txt", "x")])), None);
    }

    #[test]
    fn the_text_of_a_skill_is_no_reason_to_run_again_and_everything_else_is() {
        let files = [
            ("setup.sh", "echo"),
            ("skills/a/SKILL.md", "x"),
            ("package.json", "{}"),
        ];
        let first = key(&tree(&files));
        let mut skill = files;
        skill[1].1 = "y";
        assert_eq!(key(&tree(&skill)), first);
        let mut package = files;
        package[2].1 = "{ }";
        assert_ne!(key(&tree(&package)), first);
        assert_eq!(key(&tree(&files[1..])), None);
    }

    #[test]
    fn the_end_of_a_long_log_is_kept_from_the_beginning_of_a_line() {
        assert_eq!(last("short", 10), "short");
        assert_eq!(
            last("first line\nsecond\nthird\n", 14),
            "…\nsecond\nthird\n"
        );
        assert_eq!(last(&"é".repeat(10), 5), format!("…\n{}", "é".repeat(2)));
    }
}
