//! Orgs whose files are wrong.

use crate::org;
use product_tests::dump;
use serde_json::{Value, json};
use std::{fs, path::PathBuf};
use testkit::{Served, ServedOptions, eventually};

/// Nine levels of nine aliases each: 2.3 GB of text if anybody expanded them.
fn bomb() -> String {
    let mut text = "a0: &a0 \"0123456789\"\n".to_owned();
    for level in 1..=9 {
        let list = vec![format!("*a{}", level - 1); 9].join(", ");
        text.push_str(&format!("a{level}: &a{level} [{list}]\n"));
    }
    format!("name: Bomb\n{text}workspaces:\n  - name: Head\n")
}

struct Case {
    name: &'static str,
    folder: PathBuf,
    /// Words the answer must hold.
    says: &'static [&'static str],
    /// File that it must name; with a line, if it is about one.
    file: Option<&'static str>,
    line: bool,
}

fn cases(served: &Served) -> Vec<Case> {
    let long = "🦀".repeat(2000);
    vec![
        Case {
            name: "a folder without org.yaml",
            folder: org(served, "empty", |folder| {
                fs::remove_file(folder.join("org.yaml")).unwrap()
            }),
            says: &["org.yaml"],
            file: None,
            line: false,
        },
        Case {
            name: "a folder that is not there",
            folder: served.folder().join("nowhere"),
            says: &["nowhere"],
            file: None,
            line: false,
        },
        Case {
            name: "broken YAML",
            folder: org(served, "broken", |folder| {
                fs::write(
                    folder.join("teams/team-2.yaml"),
                    "name: Lead 2\nchildren:\n  - name: [Member\n",
                )
                .unwrap();
            }),
            says: &[],
            file: Some("teams/team-2.yaml"),
            line: true,
        },
        Case {
            name: "a cycle of includes",
            folder: org(served, "cycle", |folder| {
                fs::write(
                    folder.join("teams/team-1.yaml"),
                    "name: Lead 1\nchildren:\n  - !include team-2.yaml\n",
                )
                .unwrap();
                fs::write(
                    folder.join("teams/team-2.yaml"),
                    "name: Lead 2\nchildren:\n  - !include team-1.yaml\n",
                )
                .unwrap();
            }),
            says: &["include"],
            file: Some("teams/team-"),
            line: true,
        },
        Case {
            name: "an include that climbs out",
            folder: org(served, "climbing", |folder| {
                fs::write(
                    folder.join("teams/team-1.yaml"),
                    "name: Lead 1\nchildren:\n  - !include ../../../../etc/passwd\n",
                )
                .unwrap();
            }),
            says: &["leaves the org folder"],
            file: Some("teams/team-1.yaml"),
            line: true,
        },
        Case {
            name: "files of a role outside the org",
            folder: org(served, "files-outside", |folder| {
                fs::write(
                    folder.join("teams/team-1.yaml"),
                    "name: Lead 1\nfiles_dir: ../../../etc\n",
                )
                .unwrap();
            }),
            says: &["leaves the org folder"],
            file: Some("teams/team-1.yaml"),
            line: true,
        },
        Case {
            name: "gigabytes of aliases",
            folder: org(served, "bomb", |folder| {
                fs::write(folder.join("org.yaml"), bomb()).unwrap()
            }),
            says: &["alias"],
            file: Some("org.yaml"),
            line: true,
        },
        Case {
            name: "a binary file with a YAML name",
            folder: org(served, "binary", |folder| {
                fs::write(
                    folder.join("teams/team-1.yaml"),
                    [0x7f, b'E', b'L', b'F', 0, 0xff, 0xfe, 0, 1, 2],
                )
                .unwrap();
            }),
            says: &["text"],
            file: Some("teams/team-1.yaml"),
            line: false,
        },
        Case {
            name: "a name of 2,000 signs",
            folder: org(served, "long-name", |folder| {
                fs::write(
                    folder.join("teams/team-1.yaml"),
                    format!("name: \"{long}\"\n"),
                )
                .unwrap();
            }),
            says: &["name"],
            file: Some("teams/team-1.yaml"),
            line: true,
        },
    ]
}

/// File and line are in the answer for programs, and in the sentence for people.
fn check(case: &Case, answer: &Value) -> Result<(), String> {
    let whole = answer.to_string();
    let lower = whole.to_lowercase();
    let missing: Vec<&&str> = case
        .says
        .iter()
        .filter(|word| !lower.contains(&word.to_lowercase()))
        .collect();
    if !missing.is_empty() {
        return Err(format!("does not say {missing:?}: {whole}"));
    }
    if answer["error"].as_str().unwrap_or_default().is_empty()
        || answer["code"].as_str().unwrap_or_default().is_empty()
    {
        return Err(format!("no error or no code: {whole}"));
    }
    if let Some(file) = case.file {
        let named = answer["file"].as_str().unwrap_or_default();
        if !named.contains(file) {
            return Err(format!(
                "names the file \"{named}\" instead of {file}: {whole}"
            ));
        }
        if case.line && answer["line"].as_u64().is_none_or(|line| line == 0) {
            return Err(format!("names no line: {whole}"));
        }
    }
    if whole.len() > 20_000 {
        return Err(format!("an answer of {} bytes", whole.len()));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_orgs_are_refused_with_their_place() {
    let served = Served::start(ServedOptions::default()).await;
    let good = org(&served, "good", |_| ());
    served.import(&good, json!({})).await;
    // Progress of the first import has been told when all are there.
    served.online(7, product_tests::minutes(1)).await;
    let before = eventually("a quiet event log", product_tests::seconds(20), || async {
        let first = dump(&served).await;
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        (dump(&served).await == first).then_some(first)
    })
    .await;
    let mut wrong = Vec::new();
    for case in cases(&served) {
        // Through the API: registered (or refused there), planned, imported.
        let (status, registered) = served
            .post("/org/folders", json!({"path": case.folder}))
            .await;
        if status == 200 {
            for dry_run in [true, false] {
                let body = json!({"dir": registered["dir"], "mode": "sync", "dry_run": dry_run});
                let (status, answer) = served.post("/org/import", body).await;
                if !(400..500).contains(&status) {
                    wrong.push(format!(
                        "{}: dry_run {dry_run}: status {status}: {answer}",
                        case.name
                    ));
                } else if let Err(why) = check(&case, &answer) {
                    wrong.push(format!("{}: dry_run {dry_run}: {why}", case.name));
                }
            }
        } else if let Err(why) = check(&case, &registered) {
            wrong.push(format!("{}: registration: {status}: {why}", case.name));
        }
        // Through the command line: for programs and for people.
        let folder = case.folder.to_str().unwrap();
        let output = served.command(&["--json", "import", folder]).await;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        match serde_json::from_str::<Value>(&text) {
            Ok(answer) if output.status.code() == Some(1) => {
                if let Err(why) = check(&case, &answer) {
                    wrong.push(format!("{}: command line: {why}", case.name));
                }
            }
            _ => wrong.push(format!(
                "{}: command line: {:?} {text}",
                case.name, output.status
            )),
        }
        let output = served.command(&["import", folder]).await;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        println!(
            "{}:\n    {}",
            case.name,
            said.trim().chars().take(300).collect::<String>()
        );
        if let Some(file) = case.file
            && !said.contains(file)
        {
            wrong.push(format!("{}: for people: {said}", case.name));
        }
        if said.contains("panicked") || output.status.code() != Some(1) {
            wrong.push(format!(
                "{}: for people: {:?} {said}",
                case.name, output.status
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert_eq!(dump(&served).await, before, "something was changed");
    assert!(!served.output().contains("panicked"), "{}", served.output());
}
