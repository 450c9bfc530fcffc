//! When a schedule is due, and why one can never be.

use org_template::{Cron, is_timezone};
use wire::Timestamp;

/// A time that cannot be kept. The text is the contract's `error` (contract 02 section 10.1, nos. 78 and 81).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleProblem {
    /// Without these two there is no schedule.
    #[error("cron_expr and prompt are required")]
    Incomplete,
    /// The zone is not known.
    #[error("invalid timezone: {0}")]
    Timezone(String),
    /// The expression is none; what is wrong with it.
    #[error("invalid request body")]
    Cron(String),
    /// A date that does not come (`0 0 31 2 *`).
    #[error("cron_expr never matches")]
    Never,
}

impl ScheduleProblem {
    /// What exactly is wrong, where the text does not say it.
    pub fn detail(&self) -> Option<String> {
        match self {
            Self::Cron(why) => Some(format!(
                "cron_expr {why}; the five fields are minute, hour, day of month, month, day of week"
            )),
            Self::Never => Some("no date matches day of month and month together".to_owned()),
            _ => None,
        }
    }
}

/// An expression and its zone as they are kept: a zone that stands in front of the expression wins.
pub(super) fn checked(
    expression: &str,
    zone: &str,
    now: &str,
) -> Result<(String, String, String), ScheduleProblem> {
    let text = expression.trim();
    let prefix = ["CRON_TZ=", "TZ="]
        .iter()
        .find_map(|word| text.strip_prefix(word));
    let (zone, expression) = match prefix {
        Some(rest) => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        None => (zone, text),
    };
    let zone = if zone.is_empty() { "UTC" } else { zone };
    if !is_timezone(zone) {
        return Err(ScheduleProblem::Timezone(zone.chars().take(60).collect()));
    }
    let expression = expression.trim();
    if let Err(error) = Cron::parse(expression) {
        return Err(ScheduleProblem::Cron(error.to_string()));
    }
    let next = next_run(expression, zone, now).ok_or(ScheduleProblem::Never)?;
    Ok((expression.to_owned(), zone.to_owned(), next))
}

/// When it is due after `now` (RFC 3339), as it is stored; none when it never is.
pub(super) fn next_run(expression: &str, zone: &str, now: &str) -> Option<String> {
    let now = Timestamp::parse(now).ok()?.0;
    org_template::next_run(expression, zone, now).map(|at| Timestamp(at).to_storage())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-03-01T00:00:00Z";

    #[test]
    fn a_zone_in_front_of_the_expression_wins() {
        let kept = checked("CRON_TZ=Europe/Berlin 0 9 * * *", "UTC", NOW).unwrap();
        assert_eq!(
            (kept.0.as_str(), kept.1.as_str(), kept.2.as_str()),
            ("0 9 * * *", "Europe/Berlin", "2026-03-01T08:00:00.000000Z")
        );
        assert_eq!(checked(" 0 9 * * * ", "", NOW).unwrap().1, "UTC");
    }

    #[test]
    fn what_never_comes_or_is_no_time_is_refused() {
        assert_eq!(checked("0 0 31 2 *", "", NOW), Err(ScheduleProblem::Never));
        let zone = ScheduleProblem::Timezone("Moon/Base".to_owned());
        assert_eq!(checked("0 9 * * *", "Moon/Base", NOW), Err(zone));
        for words in ["", "TZ=UTC", "every monday", "0 0 9 * * 1", "61 * * * *"] {
            let problem = checked(words, "UTC", NOW).unwrap_err();
            assert!(matches!(problem, ScheduleProblem::Cron(_)), "{words}");
            assert!(problem.detail().is_some());
        }
    }
}
