//! Colours on a terminal that wants them; `NO_COLOR`, `TERM=dumb` and a pipe get none.

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use std::io;

/// What a text is to say by its colour; its words say the same without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tint {
    /// Nothing.
    Plain,
    /// It is as it should be.
    Good,
    /// It waits, or somebody should look.
    Wary,
    /// It failed, or goes away.
    Bad,
    /// Less than the rest.
    Faint,
    /// It stands above the rest.
    Title,
}

/// Whether standard output takes colours.
pub fn wanted() -> bool {
    AutoStream::choice(&io::stdout()) != ColorChoice::Never
}

/// The text in its colour.
pub fn painted(tint: Tint, text: &str) -> String {
    let plain = Style::new();
    let of = |colour: AnsiColor| plain.fg_color(Some(colour.into()));
    let style = match tint {
        Tint::Plain => return text.to_owned(),
        Tint::Good => of(AnsiColor::Green),
        Tint::Wary => of(AnsiColor::Yellow),
        Tint::Bad => of(AnsiColor::Red),
        Tint::Faint => plain.dimmed(),
        Tint::Title => plain.bold(),
    };
    format!("{style}{text}{style:#}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_ends_where_the_text_ends() {
        assert_eq!(painted(Tint::Plain, "x"), "x");
        let red = painted(Tint::Bad, "x");
        assert!(
            red.starts_with("\u{1b}[31m") && red.ends_with("\u{1b}[0m"),
            "{red:?}"
        );
    }
}
