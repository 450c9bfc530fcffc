//! How a message is to be met: the mode of the environment or a command in the message.

use std::time::Duration;

/// The modes by their words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Echo,
    Slow,
    Stream,
    Tokens,
    Fail,
    Crash,
    CrashAtStart,
    Hang,
    Wedge,
    Quiet,
    Chat,
}

/// What to do with one message.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Order {
    Echo,
    Slow(Duration),
    Stream(usize),
    Tokens {
        input: u64,
        output: u64,
    },
    Fail(String),
    Crash,
    Hang,
    Wedge(String),
    Heal,
    Quiet,
    Loud,
    /// Peer and text, still in one piece: only the list of peers tells where the name ends.
    Delegate(String),
    Chat,
}

impl Mode {
    pub const WORDS: &'static str =
        "one of echo, slow, stream, tokens, fail, crash, crash-at-start, hang, wedge, quiet, chat";

    pub fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "echo" => Self::Echo,
            "slow" => Self::Slow,
            "stream" => Self::Stream,
            "tokens" => Self::Tokens,
            "fail" => Self::Fail,
            "crash" => Self::Crash,
            "crash-at-start" => Self::CrashAtStart,
            "hang" => Self::Hang,
            "wedge" => Self::Wedge,
            "quiet" => Self::Quiet,
            "chat" => Self::Chat,
            _ => return None,
        })
    }

    /// What the mode makes of a message without a command. A wedged or quiet agent still answers.
    fn order(self, delay: Duration) -> Order {
        match self {
            Self::Echo | Self::Wedge | Self::Quiet | Self::CrashAtStart => Order::Echo,
            Self::Slow => Order::Slow(delay),
            Self::Stream => Order::Stream(PIECES),
            Self::Tokens => Order::Tokens {
                input: 100,
                output: 20,
            },
            Self::Fail => Order::Fail(String::new()),
            Self::Crash => Order::Crash,
            Self::Hang => Order::Hang,
            Self::Chat => Order::Chat,
        }
    }
}

const PIECES: usize = 5;
/// A typing error must not make an agent sleep or stream for days.
const MOST_PIECES: usize = 10_000;

/// Finds the first command of `text`. Gives the order and the message without the command.
pub(crate) fn parse(text: &str, mode: Mode, delay: Duration) -> (Order, String) {
    let mut lines: Vec<&str> = text.lines().collect();
    for index in 0..lines.len() {
        if let Some((order, rest)) = command(lines[index].trim(), delay) {
            match rest {
                Some(rest) => lines[index] = rest,
                None => drop(lines.remove(index)),
            }
            return (order, lines.join("\n").trim().to_owned());
        }
    }
    (mode.order(delay), text.trim().to_owned())
}

/// The order of one line, and what of the line belongs to the message.
fn command(line: &str, delay: Duration) -> Option<(Order, Option<&str>)> {
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    let message = (!rest.is_empty()).then_some(rest);
    Some(match word {
        "/echo" => (Order::Echo, message),
        "/slow" => {
            let (seconds, rest) = number(rest);
            let asked = seconds.and_then(|seconds: f64| Duration::try_from_secs_f64(seconds).ok());
            (Order::Slow(asked.unwrap_or(delay)), rest)
        }
        "/stream" => {
            let (pieces, rest) = number(rest);
            (
                Order::Stream(pieces.unwrap_or(PIECES).clamp(1, MOST_PIECES)),
                rest,
            )
        }
        "/tokens" => {
            let (input, rest) = number(rest);
            let (output, rest) = number(rest.unwrap_or_default());
            (
                Order::Tokens {
                    input: input.unwrap_or(100),
                    output: output.unwrap_or(20),
                },
                rest,
            )
        }
        "/fail" => (Order::Fail(rest.to_owned()), None),
        "/crash" => (Order::Crash, None),
        "/hang" => (Order::Hang, None),
        "/wedge" => (Order::Wedge(rest.to_owned()), None),
        "/heal" => (Order::Heal, None),
        "/quiet" => (Order::Quiet, None),
        "/loud" => (Order::Loud, None),
        "/delegate" => (Order::Delegate(rest.to_owned()), None),
        "/chat" => (Order::Chat, message),
        _ => return None,
    })
}

/// A leading number and what follows it.
fn number<T: std::str::FromStr>(text: &str) -> (Option<T>, Option<&str>) {
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    match word.parse() {
        Ok(number) => (
            Some(number),
            Some(rest.trim()).filter(|rest| !rest.is_empty()),
        ),
        Err(_) => (None, Some(text).filter(|text| !text.is_empty())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DELAY: Duration = Duration::from_secs(7);

    fn parsed(text: &str) -> (Order, String) {
        parse(text, Mode::Echo, DELAY)
    }

    #[test]
    fn commands_are_taken_out_of_the_message() {
        assert_eq!(
            parsed("/slow 3"),
            (Order::Slow(Duration::from_secs(3)), String::new())
        );
        assert_eq!(
            parsed("hi\n/slow 0.5 you\nthere"),
            (
                Order::Slow(Duration::from_millis(500)),
                "hi\nyou\nthere".into()
            )
        );
        assert_eq!(
            parsed("/slow please"),
            (Order::Slow(DELAY), "please".into())
        );
        assert_eq!(parsed("/stream 3 a b"), (Order::Stream(3), "a b".into()));
        assert_eq!(
            parsed("/tokens 12 3 x"),
            (
                Order::Tokens {
                    input: 12,
                    output: 3
                },
                "x".into()
            )
        );
        assert_eq!(
            parsed("/delegate Backend Engineer do it").0,
            Order::Delegate("Backend Engineer do it".into())
        );
    }

    #[test]
    fn other_text_is_left_alone() {
        assert_eq!(
            parsed("/etc/passwd is a file"),
            (Order::Echo, "/etc/passwd is a file".into())
        );
        assert_eq!(parsed("/slower"), (Order::Echo, "/slower".into()));
    }

    #[test]
    fn absurd_numbers_are_bounded() {
        assert_eq!(parsed("/stream 99999999").0, Order::Stream(MOST_PIECES));
        assert_eq!(parsed("/slow -1").0, Order::Slow(DELAY));
        assert_eq!(parsed("/slow inf").0, Order::Slow(DELAY));
    }

    #[test]
    fn the_mode_decides_without_a_command_and_a_command_wins() {
        assert_eq!(parse("x", Mode::Slow, DELAY).0, Order::Slow(DELAY));
        assert_eq!(
            parse("/echo x", Mode::Fail, DELAY),
            (Order::Echo, "x".into())
        );
    }
}
