//! The first help a person sees: the verbs in groups, by what they are for.

use crate::args::Arguments;
use clap::{Command, CommandFactory};

/// Which verbs stand together, and under which word.
const GROUPS: [(&str, &[&str]); 5] = [
    (
        "Run the platform",
        &["serve", "up", "open", "status", "events", "doctor", "down"],
    ),
    (
        "Organisations",
        &["import", "org", "plugin", "schedule", "template", "bundle"],
    ),
    (
        "Agents",
        &[
            "agent",
            "send",
            "logs",
            "files",
            "start",
            "stop",
            "restart",
            "remove",
            "bring-back",
        ],
    ),
    ("Keys and settings", &["secrets", "token", "settings"]),
    (
        "The installation",
        &["backup", "restore", "purge", "completions", "help"],
    ),
];

/// The command line with its verbs in groups.
pub fn command() -> Command {
    let mut command = Arguments::command();
    // Adds `help`.
    command.build();
    let template = format!(
        "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n{}\nOptions:\n{{options}}{{after-help}}",
        groups(&command)
    );
    Arguments::command().help_template(template)
}

fn groups(command: &Command) -> String {
    let names = GROUPS.iter().flat_map(|(_, verbs)| verbs.iter());
    let width = names.map(|verb| verb.len()).max().unwrap_or_default();
    let mut text = String::new();
    for (title, verbs) in GROUPS {
        text += &format!("\n{title}:\n");
        for verb in verbs {
            let about = command.find_subcommand(verb).and_then(Command::get_about);
            let about = about.map(ToString::to_string).unwrap_or_default();
            text += &format!("  {verb:width$}  {about}\n");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_verb_stands_in_one_group() {
        let mut command = Arguments::command();
        command.build();
        let there: BTreeSet<&str> = command.get_subcommands().map(Command::get_name).collect();
        let listed: Vec<&str> = GROUPS
            .iter()
            .flat_map(|(_, verbs)| verbs.iter().copied())
            .collect();
        assert_eq!(listed.iter().copied().collect::<BTreeSet<_>>(), there);
        assert_eq!(listed.len(), there.len(), "none twice: {listed:?}");
        let text = groups(&command);
        assert!(
            !text.contains(['{', '}']),
            "nothing in it reads as a part of the template: {text}"
        );
        let long: Vec<&str> = text.lines().filter(|line| line.len() > 100).collect();
        assert!(long.is_empty(), "{long:?}");
    }
}
