//! Plans as people meet them: warned, asked, and nothing left behind after a no.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it expects by unwrapping"
)]

mod common;

use common::{Done, Home};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use std::{
    fs::{File, OpenOptions},
    io::Write,
    process::Stdio,
};

const ACME: &str = "name: Acme\nworkspaces:\n  - name: Lead\n    runtime: mock\n";

/// A command whose standard input is a terminal on which somebody types `answer`.
fn asked(home: &Home, arguments: &[&str], answer: &str) -> Done {
    let control = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&control).unwrap();
    unlockpt(&control).unwrap();
    let path = ptsname(&control, Vec::new()).unwrap();
    let terminal = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path.to_str().unwrap())
        .unwrap();
    let child = home
        .command(arguments)
        .stdin(Stdio::from(terminal))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut control = File::from(control);
    control.write_all(answer.as_bytes()).unwrap();
    child.wait_with_output().unwrap().into()
}

#[test]
fn a_person_is_asked_and_a_script_is_not() {
    let home = Home::new();
    let _serving = home.serve(&[]);
    let folder = home.folder("acme", &[("org.yaml", ACME)]);
    let path = folder.to_str().unwrap();
    for verb in ["import", "up"] {
        let no = asked(&home, &[verb, path], "n\n");
        assert_eq!(no.code, 1, "{}{}", no.out, no.err);
        assert!(
            no.out.contains("create  Lead"),
            "the plan comes first: {}",
            no.out
        );
        assert!(no.err.contains("[y/N]"), "{}", no.err);
        let orgs = home.run(&["--json", "org", "list"]).ok();
        assert_eq!(
            orgs["folders"].as_array().unwrap().len(),
            0,
            "a no leaves nothing"
        );
    }
    let yes = asked(&home, &["import", path], "y\n");
    assert!(yes.text().contains("Imported Acme"), "{}", yes.out);
    // Nothing to do is nothing to ask.
    let again = asked(&home, &["import", path], "");
    assert!(!again.err.contains("[y/N]"), "{}", again.err);
    again.text();
    home.folder("acme", &[("org.yaml", &ACME.replace("Lead", "Head"))]);
    asked(&home, &["import", path, "--prune", "--yes"], "").text();
    // No terminal: as scripts expect it.
    home.folder("acme", &[("org.yaml", ACME)]);
    home.run(&["import", path, "--prune"]).text();
}

#[test]
fn a_plan_warns_of_what_was_meant_otherwise() {
    let home = Home::new();
    let _serving = home.serve(&[]);
    let yaml = "name: Odd\nworkspaces:\n  - name: Odd\n    runtime: claude-cod\n    tier: 4\n    initial_prompt: Go.\n    \
                schedules:\n      - {name: noon, cron: '0 12 * * *', prompt: Eat.}\n    plugins: [nosuch]\n";
    let folder = home.folder("odd", &[("org.yaml", yaml)]);
    let dry = home.run(&["import", folder.to_str().unwrap(), "--dry-run"]);
    for words in [
        "the runtime claude-cod is not known here",
        "did you mean claude-code?",
        "did you mean cron_expr?",
        "the plugin nosuch is not on this computer",
        "data/plugins",
        "--grant-tier 3 or 4",
        "--prompts initial)",
    ] {
        assert!(dry.text().contains(words), "{words}: {}", dry.out);
    }
    assert!(
        !dry.out.contains("asks: asks") && !dry.out.contains("tick"),
        "{}",
        dry.out
    );
    // An image of its own makes any runtime a known one.
    home.run(&["settings", "--image", "claude-cod=stand-in"])
        .text();
    let dry = home.run(&["import", folder.to_str().unwrap(), "--dry-run"]);
    assert!(!dry.text().contains("not known here"), "{}", dry.out);
}
