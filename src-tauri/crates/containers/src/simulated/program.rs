//! The few programs a simulated container knows: enough for the conformance suite and for containers that should end
//! in a certain way. Everything else runs until it is asked to end.

/// One thing a program does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Print(Vec<u8>),
    PrintError(Vec<u8>),
    /// Prints a file of the container; a missing one ends the program with 1.
    Cat(String),
    /// From now on TERM ends the program with this code.
    EndAtTerm(i64),
    /// Waits until something ends it.
    Wait,
    /// Prints what comes in at standard input, until that ends.
    Echo,
    /// Moves a file or folder; a folder at the target ends the program with 1.
    Move(String, String),
    /// Removes a file or folder with all in it; missing ones are fine.
    Remove(String),
    /// Takes memory until the kernel ends it.
    EatMemory,
    Exit(i64),
}

/// What a command does; `None` if there is no such program here.
pub(super) fn parse(command: &[String]) -> Option<Vec<Step>> {
    let (program, arguments) = command.split_first()?;
    let name = program.rsplit('/').next().unwrap_or(program);
    let joined = arguments.join(" ");
    Some(match name {
        "busybox" => return parse(arguments),
        "true" => vec![],
        "false" => vec![Step::Exit(1)],
        "echo" => vec![Step::Print(format!("{joined}\n").into_bytes())],
        "cat" if arguments.is_empty() => vec![Step::Echo],
        "cat" => arguments.iter().cloned().map(Step::Cat).collect(),
        "mv" => match paths(arguments).as_slice() {
            [from, to] => vec![Step::Move(from.clone(), to.clone())],
            _ => vec![Step::Exit(1)],
        },
        "rm" => paths(arguments).into_iter().map(Step::Remove).collect(),
        "stand-in" if arguments.first().is_some_and(|flag| flag == "--remove") => {
            paths(arguments).into_iter().map(Step::Remove).collect()
        }
        "tail" if joined == "/dev/zero" => vec![Step::EatMemory],
        "sleep" => vec![Step::Wait],
        "sh" if arguments.first().is_some_and(|flag| flag == "-c") => arguments
            .get(1)?
            .split(';')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map_while(statement)
            .collect(),
        _ => return None,
    })
}

/// Arguments that are no options.
fn paths(arguments: &[String]) -> Vec<String> {
    arguments
        .iter()
        .filter(|argument| !argument.starts_with('-'))
        .cloned()
        .collect()
}

fn statement(text: &str) -> Option<Step> {
    let words: Vec<&str> = text.split_whitespace().collect();
    Some(match words.as_slice() {
        ["echo", rest @ .., ">&2"] => {
            Step::PrintError(format!("{}\n", rest.join(" ")).into_bytes())
        }
        ["echo", rest @ ..] => Step::Print(format!("{}\n", rest.join(" ")).into_bytes()),
        ["exit", code] => Step::Exit(code.parse().ok()?),
        ["exec", "tail", "/dev/zero"] | ["tail", "/dev/zero"] => Step::EatMemory,
        ["cat", path] => Step::Cat((*path).to_owned()),
        ["trap", code, "TERM"] if code.starts_with("'exit") => return None,
        ["trap", "'exit", code, "TERM"] => {
            Step::EndAtTerm(code.trim_end_matches('\'').parse().ok()?)
        }
        ["while", ..] | ["sleep", ..] => Step::Wait,
        ["do", ..] | ["done"] => return None,
        _ => Step::Exit(127),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sh(script: &str) -> Option<Vec<Step>> {
        parse(&["/bin/sh".to_owned(), "-c".to_owned(), script.to_owned()])
    }

    #[test]
    fn scripts_of_the_suite_are_understood() {
        assert_eq!(
            sh("echo out; echo err >&2; exit 3").unwrap(),
            [
                Step::Print(b"out\n".to_vec()),
                Step::PrintError(b"err\n".to_vec()),
                Step::Exit(3)
            ]
        );
        assert_eq!(
            sh("trap 'exit 9' TERM; while true; do sleep 0.1; done").unwrap(),
            [Step::EndAtTerm(9), Step::Wait]
        );
        assert_eq!(parse(&["no-such-program".to_owned()]), None);
    }
}
