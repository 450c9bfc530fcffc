//! Watches on folders: which ones are armed, and armed again when they come, go or are replaced.
//!
//! The operating system tells; nobody looks by the clock. Where it watches single folders (Linux), each folder gets its
//! own watch, so that caches and version control cost none; elsewhere a root is watched as a whole. The folder above a
//! root is watched too: a root that is deleted, renamed or replaced is seen from there.

use crate::{ReloadSettings, WatchProblem, Watched, ignore, walk};
use notify::{ErrorKind, Event, RecommendedWatcher, RecursiveMode, Watcher, WatcherKind};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

/// What of the watcher's notices matters; asked on its thread, so that noise wakes nobody.
#[derive(Debug, Default)]
pub(crate) struct Interest {
    /// Real paths of roots.
    roots: Vec<PathBuf>,
    /// Paths of roots, as given and real: anything on the way to them matters.
    doors: Vec<PathBuf>,
}

impl Interest {
    pub fn wants(&self, path: &Path) -> bool {
        let inside = |root: &PathBuf| {
            walk::relative(root, path).is_some_and(|path| path.is_empty() || !ignore::path(&path))
        };
        self.roots.iter().any(inside) || self.doors.iter().any(|door| door.starts_with(path))
    }
}

/// A root as it is on disk now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Root {
    pub watched: Watched,
    /// Where it leads; `None` while it is missing.
    pub real: Option<PathBuf>,
    /// Links inside: one change may be a change of several paths.
    pub links: bool,
}

type Handler = Arc<dyn Fn(Result<Event, notify::Error>) + Send + Sync>;

/// All watches.
pub(crate) struct Watch {
    watcher: Option<RecommendedWatcher>,
    handler: Handler,
    armed: BTreeMap<PathBuf, RecursiveMode>,
    interest: Arc<RwLock<Interest>>,
    folders: usize,
    watched: Vec<Watched>,
}

/// How things are after [`Watch::apply`].
#[derive(Debug, Clone, Default)]
pub(crate) struct Applied {
    pub roots: Vec<Root>,
    pub folders: usize,
    pub problem: Option<WatchProblem>,
}

impl Watch {
    pub fn new(
        settings: &ReloadSettings,
        interest: Arc<RwLock<Interest>>,
        handler: Handler,
    ) -> Self {
        Self {
            watcher: None,
            handler,
            armed: BTreeMap::new(),
            interest,
            folders: settings.folders,
            watched: Vec::new(),
        }
    }

    /// Brings the watches in line with the disk. `watched` replaces the list of roots; watches at and below
    /// `structural` are taken for void, because something there came or went. Blocks on the disk.
    pub fn apply(
        &mut self,
        watched: Option<Vec<Watched>>,
        structural: &BTreeSet<PathBuf>,
    ) -> Applied {
        if let Some(watched) = watched {
            self.watched = watched;
        }
        for path in structural {
            self.forget(path);
        }
        let mut problem = self.ready();
        let per_folder = <RecommendedWatcher as Watcher>::kind() == WatcherKind::Inotify;
        let mut wanted = BTreeMap::new();
        let mut roots = Vec::new();
        let mut interest = Interest::default();
        for one in &self.watched {
            let real = one.path.canonicalize().ok().filter(|real| real.is_dir());
            let mut links = false;
            interest.doors.push(one.path.clone());
            if let Some(real) = &real {
                let tree = walk::tree(real, "");
                links = tree.links;
                interest.doors.push(real.clone());
                interest.roots.push(real.clone());
                if per_folder {
                    wanted.extend(
                        tree.folders
                            .into_iter()
                            .map(|folder| (folder, RecursiveMode::NonRecursive)),
                    );
                } else {
                    wanted.insert(real.clone(), RecursiveMode::Recursive);
                }
            }
            roots.push(Root {
                watched: one.clone(),
                real,
                links,
            });
        }
        for door in &interest.doors {
            // The nearest folder above that exists; for a missing root that may be far up.
            if let Some(above) = door.ancestors().skip(1).find(|above| above.is_dir()) {
                wanted
                    .entry(above.to_owned())
                    .or_insert(RecursiveMode::NonRecursive);
            }
        }
        // First: what arrives while the watches are being set must not be thrown away.
        *self
            .interest
            .write()
            .unwrap_or_else(PoisonError::into_inner) = interest;
        problem = self.arm(&wanted).or(problem);
        Applied {
            roots,
            folders: self.armed.len(),
            problem,
        }
    }

    fn ready(&mut self) -> Option<WatchProblem> {
        if self.watcher.is_some() {
            return None;
        }
        let handler = Arc::clone(&self.handler);
        match notify::recommended_watcher(move |event| handler(event)) {
            Ok(watcher) => {
                self.watcher = Some(watcher);
                None
            }
            Err(error) => Some(no_watcher(&error)),
        }
    }

    fn forget(&mut self, path: &Path) {
        let void: Vec<PathBuf> = self
            .armed
            .range(path.to_owned()..)
            .map(|(armed, _)| armed)
            .take_while(|armed| armed.starts_with(path))
            .cloned()
            .collect();
        for path in void {
            self.disarm(&path);
        }
    }

    fn disarm(&mut self, path: &Path) {
        self.armed.remove(path);
        if let Some(watcher) = &mut self.watcher {
            // It may be gone with its folder already.
            let _ = watcher.unwatch(path);
        }
    }

    fn arm(&mut self, wanted: &BTreeMap<PathBuf, RecursiveMode>) -> Option<WatchProblem> {
        let void: Vec<PathBuf> = self
            .armed
            .iter()
            .filter(|(path, mode)| wanted.get(*path) != Some(mode))
            .map(|(path, _)| path.clone())
            .collect();
        for path in void {
            self.disarm(&path);
        }
        let watcher = self.watcher.as_mut()?;
        let mut problem = None;
        for (path, mode) in wanted {
            if self.armed.contains_key(path) {
                continue;
            }
            if self.armed.len() >= self.folders {
                return Some(too_many(self.folders, path));
            }
            match watcher.watch(path, *mode) {
                Ok(()) => {
                    self.armed.insert(path.clone(), *mode);
                }
                Err(error) => match error.kind {
                    // It went while we looked; that is an event of the folder above.
                    ErrorKind::PathNotFound => {}
                    ErrorKind::MaxFilesWatch => return Some(watch_limit(path)),
                    _ => problem = Some(unreadable(path, &error)),
                },
            }
        }
        problem
    }
}

/// What a complaint of the watcher means for people.
pub(crate) fn complaint(error: &notify::Error) -> Option<WatchProblem> {
    let path = error.paths.first().cloned().unwrap_or_default();
    match error.kind {
        ErrorKind::MaxFilesWatch => Some(watch_limit(&path)),
        _ => None,
    }
}

fn watch_limit(path: &Path) -> WatchProblem {
    let limit =
        std::fs::read_to_string("/proc/sys/fs/inotify/max_user_watches").unwrap_or_default();
    let limit = match limit.trim() {
        "" => String::new(),
        limit => format!(" ({limit})"),
    };
    WatchProblem {
        code: "watch_limit",
        text: format!(
            "The system's limit of watched folders{limit} is reached at {}, so changes there and in some other folders are \
             not noticed by themselves. Raise it with `sudo sysctl fs.inotify.max_user_watches=524288` and choose Rescan; \
             until then, Rescan after a change finds it",
            path.display()
        ),
    }
}

fn no_watcher(error: &notify::Error) -> WatchProblem {
    // 24 = EMFILE: the number of watchers one user may have.
    let instances = matches!(&error.kind, ErrorKind::Io(error) if error.raw_os_error() == Some(24));
    let remedy = if instances {
        "Raise it with `sudo sysctl fs.inotify.max_user_instances=512`, or close some programs that watch files, and choose Rescan"
    } else {
        "Choose Rescan after a change to have it found"
    };
    WatchProblem {
        code: "no_watcher",
        text: format!(
            "Files cannot be watched, so no change is noticed by itself ({error}). {remedy}"
        ),
    }
}

fn too_many(limit: usize, path: &Path) -> WatchProblem {
    WatchProblem {
        code: "too_many_folders",
        text: format!(
            "There are more than {limit} folders to watch; {} and those after it are not watched. Move what agents do not \
             need out of the org folder; until then, Rescan after a change finds it",
            path.display()
        ),
    }
}

fn unreadable(path: &Path, error: &notify::Error) -> WatchProblem {
    WatchProblem {
        code: "unreadable_folder",
        text: format!(
            "{} cannot be watched ({error}). Make it readable for you, then choose Rescan",
            path.display()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reached_limit_says_which_setting_to_raise() {
        let error = notify::Error::new(ErrorKind::MaxFilesWatch).add_path("/org/pm".into());
        let problem = complaint(&error).unwrap();
        assert_eq!(problem.code, "watch_limit");
        assert!(
            problem.text.contains("sysctl fs.inotify.max_user_watches")
                && problem.text.contains("/org/pm")
        );
        let error = notify::Error::io(std::io::Error::from_raw_os_error(24));
        assert!(no_watcher(&error).text.contains("max_user_instances"));
    }

    #[test]
    fn noise_beside_and_inside_a_root_wakes_nobody() {
        let interest = Interest {
            roots: vec!["/a/org".into()],
            doors: vec!["/a/org".into()],
        };
        for wanted in ["/a/org", "/a", "/a/org/pm/SKILL.md"] {
            assert!(interest.wants(Path::new(wanted)), "{wanted}");
        }
        for noise in [
            "/a/other",
            "/a/org/.git/index",
            "/a/org/x/node_modules/y",
            "/a/organ",
        ] {
            assert!(!interest.wants(Path::new(noise)), "{noise}");
        }
    }
}
