//! `doctor`: everything a start needs, and a masked bundle of it for a report.

use super::{Context, context::folder_of};
use crate::{
    args::Doctor,
    client::Client,
    colour::Tint,
    failure::{FAILED, Failure},
    output,
};
use platform::PlatformOptions;
use serde_json::{Value, json};
use std::{
    collections::VecDeque,
    fs::File,
    io::{self, BufRead, BufReader, Write},
    path::{Path, PathBuf},
};
use vault::{Secret, redact::KnownSecrets};

/// Lines of the newest logs that go into a bundle.
const LINES: usize = 2000;

/// Runs it.
pub async fn run(context: &Context, doctor: Doctor) -> Result<(), Failure> {
    let client = Client::find(&context.data_dir).await?;
    let checks = match &client {
        Some(client) => client.get("/stack/doctor").await?,
        None => {
            let found = platform::doctor::examine(&PlatformOptions::new(&context.data_dir)).await;
            serde_json::to_value(found)
                .map_err(|error| Failure::failed("json", error.to_string()))?
        }
    };
    let list: Vec<Value> = checks.as_array().cloned().unwrap_or_default();
    let bad = list.iter().any(|check| text(check, "verdict") == "bad");
    if let Some(file) = &doctor.bundle {
        bundle(context, client.as_ref(), &checks, file).await?;
    }
    if context.json {
        let mut body = json!({"good": !bad, "running": client.is_some(), "checks": checks});
        if let Some(file) = &doctor.bundle {
            body["bundle"] = json!(file);
        }
        output::document(&body)?;
    } else {
        let names = list.iter().map(|check| text(check, "name").len());
        // What stands before the finding: verdict, name, two gaps.
        let before = "limited".len() + names.max().unwrap_or(0) + 4;
        let left = output::width().saturating_sub(before).clamp(30, 90);
        let rows: Vec<Vec<String>> = list
            .iter()
            .flat_map(|check| {
                let verdict = match text(check, "verdict") {
                    "good" => "good",
                    "limited" => "limited",
                    _ => "BAD",
                };
                // Long findings go on below themselves.
                let (mut verdict, mut name) = (verdict, text(check, "name"));
                output::wrapped(text(check, "text"), left)
                    .into_iter()
                    .map(move |line| {
                        vec![
                            std::mem::take(&mut verdict).to_owned(),
                            std::mem::take(&mut name).to_owned(),
                            line,
                        ]
                    })
            })
            .collect();
        output::tinted(&["", "WHAT", "FOUND"], &rows, |column, cell| {
            match (column, cell) {
                (0, "good") => Tint::Good,
                (0, "limited") => Tint::Wary,
                (0, "BAD") => Tint::Bad,
                _ => Tint::Plain,
            }
        })?;
        if let Some(file) = &doctor.bundle {
            output::say(format!(
                "{} is written. Secrets are masked; look through it before you send it to anyone.",
                file.display()
            ))?;
        }
    }
    if bad {
        Err(Failure::said(FAILED))
    } else {
        Ok(())
    }
}

fn text<'c>(check: &'c Value, key: &str) -> &'c str {
    check.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// A tar of findings, state, settings and logs. Everything in it goes through the redaction once more, whatever wrote it.
async fn bundle(
    context: &Context,
    client: Option<&Client>,
    checks: &Value,
    target: &Path,
) -> Result<(), Failure> {
    let mask = Mask::new(client);
    let mut files = vec![("doctor.json", mask.json(checks))];
    if let Some(client) = client {
        files.push((
            "stack.json",
            mask.json(&client.get::<Value>("/stack").await?),
        ));
        files.push((
            "settings.json",
            mask.json(&client.get::<Value>("/settings").await?),
        ));
    }
    let lines = last_lines(&context.data_dir.join("logs"))?;
    let masked: Vec<String> = lines.iter().map(|line| mask.text(line)).collect();
    files.push(("log.jsonl", masked.join("\n")));
    let failed = |error: io::Error| Failure::failed("io", format!("{}: {error}", target.display()));
    pack(target, &files).map_err(failed)
}

/// Written whole or not at all, and readable by its owner only.
fn pack(target: &Path, files: &[(&str, String)]) -> io::Result<()> {
    let mut packed = tempfile::NamedTempFile::new_in(folder_of(target)?)?;
    let mut tar = tar::Builder::new(packed.as_file_mut());
    for (name, content) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        header.set_mode(0o600);
        header.set_mtime(u64::try_from(chrono::Utc::now().timestamp()).unwrap_or(0));
        tar.append_data(&mut header, name, content.as_bytes())?;
    }
    tar.finish()?;
    drop(tar);
    packed.flush()?;
    packed.persist(target)?;
    Ok(())
}

/// The end of what was logged, oldest first, over all files of the folder.
fn last_lines(folder: &Path) -> Result<Vec<String>, Failure> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Ok(Vec::new());
    };
    let mut logs: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "log"))
        .collect();
    // Their names carry the day.
    logs.sort();
    let mut lines = VecDeque::with_capacity(LINES);
    for log in logs {
        for line in BufReader::new(File::open(log)?).split(b'\n') {
            if lines.len() == LINES {
                lines.pop_front();
            }
            lines.push_back(String::from_utf8_lossy(&line?).into_owned());
        }
    }
    Ok(lines.into())
}

/// Takes out what must not leave this computer: values this process knows, and whatever looks like a credential.
struct Mask(KnownSecrets);

impl Mask {
    fn new(client: Option<&Client>) -> Self {
        let known = KnownSecrets::new();
        let variables = ["SECRETS_ENCRYPTION_KEY", "ADMIN_TOKEN"]
            .map(|name| std::env::var(name).unwrap_or_default());
        let bearer = client
            .map(|client| client.owner.bearer.clone())
            .unwrap_or_default();
        let values: Vec<Secret> = variables
            .into_iter()
            .chain([bearer])
            .map(Secret::from)
            .collect();
        known.add(&values);
        Self(known)
    }

    fn text(&self, text: &str) -> String {
        self.0.scrub(text).into_owned()
    }

    /// String by string: a rule that takes everything to the next space would break the JSON around it.
    fn json(&self, value: &Value) -> String {
        fn walk(mask: &Mask, value: &Value) -> Value {
            match value {
                Value::String(text) => Value::String(mask.text(text)),
                Value::Array(list) => {
                    Value::Array(list.iter().map(|one| walk(mask, one)).collect())
                }
                Value::Object(map) => Value::Object(
                    map.iter()
                        .map(|(key, one)| (mask.text(key), walk(mask, one)))
                        .collect(),
                ),
                other => other.clone(),
            }
        }
        serde_json::to_string_pretty(&walk(self, value)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masked_json_stays_json() {
        let mask = Mask::new(None);
        let text =
            mask.json(&json!({"note": "X_TOKEN=abc", "n": [1, "sk-aaaaaaaaaaaaaaaaaaaaaa"]}));
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["note"], "[REDACTED:TOKEN]");
        assert!(!text.contains("aaaaaa"));
    }

    #[test]
    fn a_bundle_holds_its_files_and_is_private() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("report.tar");
        pack(
            &target,
            &[
                ("a.json", "{}".to_owned()),
                ("log.jsonl", "line".to_owned()),
            ],
        )
        .unwrap();
        let mut archive = tar::Archive::new(File::open(&target).unwrap());
        let names: Vec<String> = archive
            .entries()
            .unwrap()
            .map(|entry| entry.unwrap().path().unwrap().display().to_string())
            .collect();
        assert_eq!(names, ["a.json", "log.jsonl"]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(target.metadata().unwrap().permissions().mode() & 0o077, 0);
        }
    }
}
