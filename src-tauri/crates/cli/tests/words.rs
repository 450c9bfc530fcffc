//! The command line itself: usage, help, completions, pipes.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it expects by unwrapping"
)]

mod common;

use common::Home;
use std::process::Stdio;

#[test]
fn a_wrong_command_line_is_exit_2() {
    let home = Home::new();
    for wrong in [
        &["fly"][..],
        &["serve", "--port", "many"],
        &[],
        &["up"],
        &["import", "x", "--grant-tier", "9"],
    ] {
        let done = home.run(wrong);
        assert_eq!(done.code, 2, "{wrong:?}: {}", done.err);
        assert!(done.out.is_empty() && !done.err.is_empty());
    }
    let json = home.run(&["--json", "fly"]);
    assert_eq!(
        (json.code, json.json()["code"].as_str()),
        (2, Some("usage"))
    );
    let start = home.run(&["--json", "token", "fly"]);
    assert_eq!(start.code, 2);
}

#[test]
fn a_number_out_of_range_is_answered_with_the_range() {
    let home = Home::new();
    for wrong in [
        &["settings", "--memory", "-5"][..],
        &["settings", "--sleep-after", "-5"],
        &["settings", "--keep-changes", "-5"],
        &["agent", "new", "x", "--tier", "-5"],
        &["agent", "set", "x", "--max-tasks", "-5"],
        &["import", "x", "--grant-tier", "-5"],
        &["files", "ls", "x", "--depth", "-5"],
        &["logs", "x", "--lines", "-5"],
        &["events", "--limit", "-5"],
        &["serve", "--port", "-5"],
    ] {
        let done = home.run(wrong);
        assert_eq!(done.code, 2, "{wrong:?}");
        assert!(
            done.err.contains("-5 is not in "),
            "{wrong:?}: {}",
            done.err
        );
    }
    // The usage names what is missing, not what the environment gave.
    let up = home.run(&["up"]);
    assert!(up.err.contains("molecule-stack up <ORG>"), "{}", up.err);
}

#[test]
fn help_and_version_are_answers() {
    let home = Home::new();
    for words in [
        &["--help"][..],
        &["--version"],
        &["up", "--help"],
        &["secrets", "set", "--help"],
    ] {
        assert!(!home.run(words).text().is_empty(), "{words:?}");
    }
    let help = home.run(&["--help"]);
    for verb in [
        "serve", "up", "down", "status", "import", "events", "logs", "doctor", "token", "backup",
        "restore", "purge",
    ] {
        assert!(help.out.contains(verb), "{verb} is missing in {}", help.out);
    }
    assert!(help.out.contains("Exit codes: 0 done, 1 failed"));
}

/// The verbs below `path` that do something, as the help lists them.
fn leaves(home: &Home, path: &[String]) -> Vec<Vec<String>> {
    let words: Vec<&str> = path.iter().map(String::as_str).collect();
    let help = home.run(&[&words[..], &["--help"]].concat());
    // At the top they stand in groups, each below its title.
    let (from, to) = if path.is_empty() {
        ("Usage: molecule-stack [OPTIONS] <COMMAND>", "Options:")
    } else {
        ("Commands:", "")
    };
    let mut verbs = help
        .text()
        .lines()
        .skip_while(|line| *line != from)
        .skip(1)
        .take_while(|line| *line != to)
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        // What goes on in the next line is indented further.
        .filter(|verb| !verb.is_empty() && *verb != "help")
        .peekable();
    if verbs.peek().is_none() {
        return vec![path.to_vec()];
    }
    verbs
        .flat_map(|verb| leaves(home, &[path, &[verb.to_owned()]].concat()))
        .collect()
}

/// The shortest command line that a verb understands, from its usage.
fn shortest(home: &Home, path: &[String]) -> Vec<String> {
    let words: Vec<&str> = path.iter().map(String::as_str).collect();
    let help = home.run(&[&words[..], &["--help"]].concat());
    let usage = help
        .text()
        .lines()
        .find_map(|line| line.strip_prefix("Usage: molecule-stack "))
        .unwrap();
    // Of several ways to name a thing, `<ID|--tier <TIER>>`, the first will do.
    let one = match usage.split_once('|') {
        Some((before, _)) => format!("{before}>"),
        None => usage.to_owned(),
    };
    let required = one
        .split(' ')
        .skip(path.len())
        .filter(|word| word.starts_with('<') || word.starts_with("--"))
        .map(|word| match word.trim_end_matches("...") {
            "<TIER>" => "canary",
            "<FILE>" => "some-file",
            word if word.starts_with('<') => "something",
            word => word,
        });
    path.iter()
        .map(String::as_str)
        .chain(required)
        .map(str::to_owned)
        .collect()
}

/// Whatever verb fails: the exit code says so, people read why on standard error and nothing on standard output, and
/// programs read one object.
#[test]
fn every_verb_fails_alike() {
    let home = Home::new();
    let all = leaves(&home, &[]);
    assert!(all.len() > 80, "{} verbs were found", all.len());
    let mut wrong = Vec::new();
    for path in all {
        let line = shortest(&home, &path);
        let words: Vec<&str> = line.iter().map(String::as_str).collect();
        // These need no platform, or make one.
        if matches!(
            words[0],
            "serve" | "up" | "doctor" | "purge" | "completions"
        ) {
            continue;
        }
        let people = home.run(&words);
        if people.code == 0 || people.code == 2 || !people.out.is_empty() || people.err.is_empty() {
            wrong.push(format!(
                "{words:?}: exit {}, {:?}, {:?}",
                people.code, people.out, people.err
            ));
        }
        let program = home.run(&[&["--json"], &words[..]].concat());
        let said: serde_json::Value = serde_json::from_str(&program.out).unwrap_or_default();
        if program.code != people.code || !said["error"].is_string() || !said["code"].is_string() {
            wrong.push(format!(
                "--json {words:?}: exit {}, {:?}, {:?}",
                program.code, program.out, program.err
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_verb_that_needs_a_platform_says_that_none_runs() {
    let home = Home::new();
    for verb in [
        &["down"][..],
        &["status"],
        &["import", "sample"],
        &["events"],
        &["logs", "x"],
        &["token"],
        &["token", "new"],
        &["open"],
        &["org", "list"],
        &["secrets", "list"],
        &["settings"],
        &["send", "x", "hello"],
        &["start", "--all"],
        &["stop", "x"],
        &["restart", "--all"],
        &["remove", "x"],
        &["bring-back"],
    ] {
        let people = home.run(verb);
        assert_eq!(people.code, 1, "{verb:?}");
        assert!(
            people.err.contains("molecule-stack serve"),
            "{verb:?} says what to do: {}",
            people.err
        );
        let mut words = vec!["--json"];
        words.extend(verb);
        assert_eq!(home.run(&words).json()["code"], "not_running", "{verb:?}");
    }
    assert!(
        !home.data().join("molecule.sqlite").exists(),
        "asking makes no database"
    );
}

#[test]
fn completions_know_the_verbs_of_every_shell() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish"] {
        let script = home.run(&["completions", shell]);
        for word in ["import-personas", "purge", "events", "open-dev-mode"] {
            assert!(script.text().contains(word), "{shell}: {word}");
        }
        // The shell itself reads it, where there is one.
        let mut check = std::process::Command::new(shell);
        if let Ok(mut child) = check
            .arg("-n")
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
        {
            std::io::Write::write_all(&mut child.stdin.take().unwrap(), script.out.as_bytes())
                .unwrap();
            let done = child.wait_with_output().unwrap();
            assert!(
                done.status.success(),
                "{shell}: {}",
                String::from_utf8_lossy(&done.stderr)
            );
        }
    }
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let home = Home::new();
    let mut child = home
        .command(&["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let done = child.wait_with_output().unwrap();
    assert_eq!(
        (done.status.code(), done.stderr.len()),
        (Some(0), 0),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

/// Every example is understood: it fails only because no platform runs.
#[test]
fn the_examples_of_the_help_are_commands() {
    let home = Home::new();
    let mut seen = 0;
    for verb in [
        &["import"][..],
        &["events"],
        &["logs"],
        &["token"],
        &["settings"],
        &["send"],
        &["restart"],
        &["agent", "new"],
        &["agent", "set"],
        &["org", "set"],
        &["plugin", "install"],
    ] {
        let help = home.run(&[verb, &["--help"]].concat());
        let examples = help.text().split("Examples:\n").nth(1).unwrap_or_default();
        for line in examples.lines() {
            let Some(words) = line.trim().strip_prefix("molecule-stack ") else {
                continue;
            };
            // The shell takes the words apart, as it does for whoever copies the line; what follows a pipe is not ours.
            let words = words.split(" | ").next().unwrap_or_default();
            let mut shell = home.command(&[]);
            let program = shell.get_program().to_owned();
            let envs: Vec<_> = shell
                .get_envs()
                .filter_map(|(key, value)| Some((key.to_owned(), value?.to_owned())))
                .collect();
            shell = std::process::Command::new("sh");
            let done: common::Done = shell
                .arg("-c")
                .arg(format!("\"$0\" {words}"))
                .arg(program)
                .env_clear()
                .envs(envs)
                .current_dir(home.path())
                .stdin(Stdio::null())
                .output()
                .unwrap()
                .into();
            let said = done.out + &done.err;
            assert_eq!(done.code, 1, "{line}: {said}");
            assert!(said.contains("no platform runs"), "{line}: {said}");
            seen += 1;
        }
    }
    assert!(seen >= 20, "only {seen} examples were found");
}
