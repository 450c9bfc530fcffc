//! The built-in sample orgs: written to the data folder when they are first used, and the person's own from then on.

use crate::OrgsError;
use org_template::MemoryFiles;
use std::path::{Path, PathBuf};

/// `dir` of the sample whose agents all answer inside the app: five roles, no engine, no key.
pub const SAMPLE_DIR: &str = "sample";
/// `dir` of the sample whose lead asks a real model.
pub const SAMPLE_WITH_MODEL_DIR: &str = "sample-with-model";

/// Both.
pub(crate) const DIRS: [&str; 2] = [SAMPLE_DIR, SAMPLE_WITH_MODEL_DIR];
/// Folder below the data folder that holds them.
pub(crate) const BELOW_DATA: &str = "orgs";

/// Runtime to image, for [`SAMPLE_WITH_MODEL_DIR`]: the settings need these entries beside their own before it starts.
pub fn sample_runtime_images() -> [(&'static str, &'static str); 1] {
    [("stand-in", "stand-in")]
}

macro_rules! role_files {
    ($($path:literal),+ $(,)?) => {
        [$(($path, include_str!(concat!("../sample/studio/", $path)))),+]
    };
}

/// Folders of the roles; both samples have the same.
const ROLES: [(&str, &str); 10] = role_files![
    "studio-lead/system-prompt.md",
    "studio-lead/skills/plan-a-piece/SKILL.md",
    "researcher/system-prompt.md",
    "researcher/skills/find-sources/SKILL.md",
    "writer/system-prompt.md",
    "writer/skills/write-a-draft/SKILL.md",
    "designer/system-prompt.md",
    "designer/skills/sketch-a-layout/SKILL.md",
    "reviewer/system-prompt.md",
    "reviewer/skills/review-a-piece/SKILL.md",
];

const PLAIN: [(&str, &str); 1] = [("org.yaml", include_str!("../sample/studio/org.yaml"))];
const WITH_MODEL: [(&str, &str); 2] = [
    (
        "org.yaml",
        include_str!("../sample/studio-with-model/org.yaml"),
    ),
    // Kept without the dot, because source trees are cleaned of files of that name.
    (
        "studio-lead/.env",
        include_str!("../sample/studio-with-model/studio-lead/dot-env"),
    ),
];

fn all(dir: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let own: &'static [(&str, &str)] = match dir {
        SAMPLE_DIR => &PLAIN,
        SAMPLE_WITH_MODEL_DIR => &WITH_MODEL,
        _ => &[],
    };
    let roles: &'static [(&str, &str)] = if own.is_empty() { &[] } else { &ROLES };
    own.iter().chain(roles).copied()
}

/// A sample as it comes, without unpacking it.
pub(crate) fn files(dir: &str) -> MemoryFiles {
    all(dir).fold(MemoryFiles::new(), |files, (path, text)| {
        files.with(path, text)
    })
}

/// The folder of a sample below `samples`; `None` when `dir` names none. Made at first use, all or nothing; what is
/// there is never touched again.
pub(crate) fn unpack(samples: &Path, dir: &str) -> Result<Option<PathBuf>, OrgsError> {
    if !DIRS.contains(&dir) {
        return Ok(None);
    }
    let target = samples.join(dir);
    if target.is_dir() {
        return Ok(Some(target));
    }
    let half = samples.join(format!(".{dir}-{}", store::new_id()));
    let written = write(&half, dir).and_then(|()| std::fs::rename(&half, &target));
    if let Err(error) = written {
        let _ = std::fs::remove_dir_all(&half);
        // Somebody else was faster: theirs is as good.
        if !target.is_dir() {
            return Err(OrgsError::Sample {
                path: target.display().to_string(),
                reason: error.to_string(),
            });
        }
    }
    Ok(Some(target))
}

fn write(to: &Path, dir: &str) -> std::io::Result<()> {
    for (path, text) in all(dir) {
        let file = to.join(path);
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(file, text)?;
    }
    Ok(())
}
