//! What files call for that somebody wrote straight into an agent's `/configs`: the same table, told and not done.

use crate::{
    classify::{self, Agent, ChangeKind, Verdict, stronger},
    config::Config,
    look::CONFIG,
    reaction::Family,
};

/// The strongest reaction that these changes of an agent's files call for. `config`: its `config.yaml` before (`None`
/// when there was none) and after, where it is among the changed files.
pub fn weigh(
    runtime: &str,
    changes: &[(String, ChangeKind)],
    config: Option<(Option<&[u8]>, &[u8])>,
) -> Verdict {
    let after = config.and_then(|(_, after)| Config::parse(after).ok());
    let agent = Agent {
        family: Family::of(runtime),
        config: after.as_ref(),
    };
    let files = changes
        .iter()
        .filter(|(path, _)| path != CONFIG)
        .map(|(path, kind)| classify::file(path, *kind, agent));
    let of_config = config.map(|(before, _)| match &after {
        Some(after) => {
            let before = before.and_then(|before| Config::parse(before).ok());
            classify::config(before.as_ref(), after)
        }
        None => classify::unreadable(),
    });
    files
        .chain(of_config)
        .reduce(stronger)
        .unwrap_or_else(classify::unchanged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reaction;

    #[test]
    fn the_strongest_of_several_changes_is_told() {
        let written = |path: &str| (path.to_owned(), ChangeKind::Modified);
        let of = |paths: &[&str], config| {
            let changes: Vec<_> = paths.iter().map(|path| written(path)).collect();
            weigh("langgraph", &changes, config).reaction
        };
        assert_eq!(of(&["notes.txt"], None), Reaction::None);
        assert_eq!(
            of(&["notes.txt", "plugins/p/hooks/run.sh"], None),
            Reaction::Restart
        );
        let (before, after): (&[u8], &[u8]) = (b"name: a\ntier: 1\n", b"name: a\ntier: 2\n");
        assert_eq!(
            of(&[CONFIG], Some((Some(before), after))),
            Reaction::Restart
        );
        assert_eq!(of(&[CONFIG], Some((Some(before), before))), Reaction::None);
    }

    #[test]
    fn a_config_that_is_no_yaml_is_told() {
        let changes = [(CONFIG.to_owned(), ChangeKind::Modified)];
        let verdict = weigh("langgraph", &changes, Some((None, b"name: [")));
        assert_eq!(verdict.reaction, Reaction::None);
        assert!(
            verdict.reason.contains("cannot be read"),
            "{}",
            verdict.reason
        );
    }
}
