//! Host folders of workspaces (contract 03 section 2.5 and no. 15).

use crate::effective::{Merge, given};
use crate::env_file::expand;
use crate::error::{Code, Problem, shorten};
use crate::org::Workspace;
use std::path::Path;

impl Merge<'_> {
    pub(crate) fn mount(
        &mut self,
        w: &Workspace,
        files_dir: Option<&str>,
        persona: Option<&str>,
    ) -> (Option<String>, String) {
        let access = given(&w.workspace_access);
        let place = given(&w.workspace_dir)
            .or(access)
            .map_or(&w.span, |t| &t.span)
            .clone();
        let mut dir = None;
        if let Some(text) = given(&w.workspace_dir) {
            let expanded = expand(&text.value, |name| self.env.get(files_dir, persona, name));
            if expanded.value.is_empty() && !expanded.missing.is_empty() {
                let message = format!(
                    "workspace_dir is empty: {} has no value",
                    expanded.missing.join(", ")
                );
                self.warn(&text.span, Code::Ignored, message);
            } else if !expanded.missing.is_empty() {
                let message = format!(
                    "workspace_dir needs {}, which has no value",
                    expanded.missing.join(", ")
                );
                self.errors.push(
                    Problem::at(&text.span, Code::BadValue, message)
                        .text(&text.value)
                        .hint("set it in the .env of the org or as a global secret"),
                );
            }
            dir = Some(expanded.value).filter(|d| !d.is_empty());
        }
        if let Some(message) = dir.as_deref().and_then(bad_host_dir) {
            self.errors.push(
                Problem::at(
                    &place,
                    Code::BadValue,
                    format!("workspace {}: {message}", shorten(&w.name.value, 60)),
                )
                .text(dir.as_deref().unwrap_or("")),
            );
        }
        let access = match (access.map(|a| a.value.as_str()), &dir) {
            (Some(word @ ("read_only" | "read_write")), None) => {
                let name = shorten(&w.name.value, 60);
                let message = format!(
                    "workspace {name}: workspace_access=\"{word}\" requires workspace_dir to be set"
                );
                self.errors
                    .push(Problem::at(&place, Code::BadValue, message).text(word));
                word
            }
            (Some(word), _) => word,
            (None, Some(_)) => "read_write",
            (None, None) => "none",
        };
        (dir, access.to_owned())
    }
}

/// Why a host directory cannot be mounted, in the contract's words; `None` when it can.
fn bad_host_dir(dir: &str) -> Option<String> {
    // Asked of the system that runs the engine: a drive letter means nothing elsewhere.
    if !Path::new(dir).is_absolute() {
        return Some("workspace_dir must be an absolute path".into());
    }
    if dir.split(['/', '\\']).any(|part| part == "..") {
        return Some("workspace_dir must not contain '..'".into());
    }
    const SYSTEM: [&str; 9] = [
        "/etc", "/var", "/proc", "/sys", "/dev", "/boot", "/sbin", "/bin", "/lib",
    ];
    let clean = format!(
        "/{}",
        dir.split('/')
            .filter(|p| !p.is_empty() && *p != ".")
            .collect::<Vec<_>>()
            .join("/")
    );
    let below = |system: &&&str| clean == **system || clean.starts_with(&format!("{system}/"));
    let found = SYSTEM.iter().chain(&["/usr"]).find(below);
    if clean == "/" {
        return Some("workspace_dir must not be a system path (/)".into());
    }
    found.map(|system| format!("workspace_dir must not be a system path ({system})"))
}
