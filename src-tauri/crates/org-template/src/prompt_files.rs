//! Prompt files and role folders: looked at once while loading, so that everything later is pure.

use crate::error::{Code, Problem, shorten};
use crate::files::{FileError, FileKind, Files, Leaving, Limits};
use crate::org::{Org, PromptText};
use crate::parse::text_of;
use crate::paths::inside_root;
use crate::read::Findings;
use crate::span::Spanned;
use std::path::Path;

/// Where a prompt reference of a workspace looks: below its folder, or the org's when it has none
/// (contract 03 section 2.2). `None` when the reference leaves that folder.
pub(crate) fn workspace_prompt(files_dir: Option<&str>, reference: &str) -> Option<String> {
    let base = files_dir.unwrap_or("");
    let inner = inside_root("", reference).filter(|path| !path.is_empty())?;
    Some(if base.is_empty() {
        inner
    } else {
        format!("{base}/{inner}")
    })
}

/// The clean `files_dir` of a workspace, when it is usable.
pub(crate) fn folder(files_dir: Option<&Spanned<String>>) -> Option<String> {
    let path = files_dir?.value.trim();
    inside_root("", path)
}

/// Reads every referenced prompt file and looks at every folder.
pub(crate) fn read(org: &mut Org, files: &dyn Files, limits: &Limits, found: &Findings) {
    let mut wanted: Vec<String> = Vec::new();
    let given = |text: &Option<Spanned<String>>| {
        text.as_ref()
            .map(|t| t.value.clone())
            .filter(|t| !t.is_empty())
    };
    for reference in [
        &org.defaults.initial_prompt_file,
        &org.defaults.idle_prompt_file,
    ] {
        wanted.extend(given(reference).and_then(|r| workspace_prompt(None, &r)));
    }
    let mut folders = std::mem::take(&mut org.folders);
    for workspace in org.walk(false) {
        let folder = match workspace
            .files_dir
            .as_ref()
            .filter(|f| !f.value.trim().is_empty())
        {
            Some(files_dir) => match folder(Some(files_dir)) {
                Some(path) => {
                    let strange = files.leaves(&path).filter(|leaving| !leaving.is_role);
                    let known = folders
                        .entry(path.clone())
                        .or_insert_with(|| strange.is_none() && files.kind(&path) == FileKind::Dir);
                    match strange {
                        Some(leaving) => link_out(files_dir, &leaving, found),
                        None if !*known => {
                            let message = format!(
                                "the folder {path} does not exist; the role starts without files"
                            );
                            found.warn(
                                Problem::at(&files_dir.span, Code::Ignored, message)
                                    .text(&files_dir.value),
                            );
                        }
                        None => {}
                    }
                    Some(path)
                }
                None => {
                    climbing(files_dir, files, found);
                    None
                }
            },
            None => None,
        };
        let schedules = workspace.schedules.iter().map(|s| &s.prompt_file);
        let own = [&workspace.initial_prompt_file, &workspace.idle_prompt_file];
        for reference in own.into_iter().chain(schedules) {
            let below = folder.clone().or_else(|| workspace.prompts_below());
            wanted.extend(given(reference).and_then(|r| workspace_prompt(below.as_deref(), &r)));
        }
    }
    org.folders = folders;
    let mut left = limits.total_bytes;
    for path in wanted {
        if org.prompt_files.contains_key(&path) {
            continue;
        }
        let text = one(&path, files, limits.file_bytes.min(left));
        if let PromptText::Read { bytes, .. } = &text {
            left = left.saturating_sub(*bytes as u64);
        }
        org.prompt_files.insert(path, text);
    }
}

/// Nothing outside the folder is ever read. A folder that really exists out there was meant, so it is refused loudly;
/// one that does not is like any other missing folder (contract 03 fixtures D.29, D.30).
fn climbing(files_dir: &Spanned<String>, files: &dyn Files, found: &Findings) {
    let message = format!("files_dir {} leaves the org folder", files_dir.value);
    let problem = Problem::at(&files_dir.span, Code::OutsideRoot, message).text(&files_dir.value);
    if files.reaches(&files_dir.value) {
        found.error(problem.hint("move the files into the org folder, or link them there"));
    } else {
        found.warn(problem.hint("ignored; the role starts without files"));
    }
}

/// Whoever wrote the files must not choose folders of this computer by a link, which `files_dir` itself may not name.
fn link_out(files_dir: &Spanned<String>, leaving: &Leaving, found: &Findings) {
    let message = format!(
        "{} is a link to {}, outside the org folder: ignored; the role starts without files",
        leaving.link,
        shorten(&leaving.target.to_string_lossy(), 120)
    );
    found.warn(
        Problem::at(&files_dir.span, Code::OutsideRoot, message)
            .text(&files_dir.value)
            .hint(
                "copy the files into the org folder; a link is followed to a role's folder, one that holds workspace.yaml \
                 or system-prompt.md",
            ),
    );
}

/// Whether a prompt lies outside the org's folder where nothing of an org lies: what stands there is no prompt.
fn strange(path: &str, files: &dyn Files) -> bool {
    let is_text = |target: &Path| {
        let end = target.extension();
        end.is_some_and(|end| end.eq_ignore_ascii_case("md") || end.eq_ignore_ascii_case("txt"))
    };
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    files.leaves(path).is_some_and(|leaving| {
        let joined = files.leaves(folder).is_some_and(|above| above.is_role);
        !(joined || leaving.is_itself && is_text(&leaving.target))
    })
}

fn one(path: &str, files: &dyn Files, limit: u64) -> PromptText {
    if strange(path, files) {
        return PromptText::Unusable(
            "it lies behind a link that leads out of the org folder".into(),
        );
    }
    let bytes = match files.read(path, limit) {
        Ok(bytes) => bytes,
        Err(FileError::Missing) => return PromptText::Unusable("it does not exist".into()),
        Err(FileError::TooLarge) => return PromptText::Unusable("it is too large".into()),
        Err(FileError::Unreadable(why)) => return PromptText::Unusable(why),
    };
    match text_of(path, &bytes) {
        // Carriage returns gave empty answers (contract 03 no. 35).
        Ok(text) => PromptText::Read {
            text: match text.contains('\r') {
                true => text.replace("\r\n", "\n").replace('\r', "\n"),
                false => text.to_owned(),
            },
            bytes: bytes.len(),
        },
        Err(_) => PromptText::Unusable("it is not UTF-8 text".into()),
    }
}

/// An inline template has no files: every reference counts as unreadable.
pub(crate) fn without_files(org: &mut Org, found: &Findings) {
    for workspace in org.walk(false) {
        if let Some(files_dir) = workspace.files_dir.as_ref().filter(|f| !f.value.is_empty()) {
            let message = "files_dir is ignored: an inline template has no files";
            found.warn(Problem::at(&files_dir.span, Code::Ignored, message).text(&files_dir.value));
        }
    }
    org.folders.clear();
}
