//! Five-field cron: checked, and how often it fires (contract 03 section 2.1).
//!
//! What the plan needs: validity and firings a day, by arithmetic instead of walking through time, so that a big org
//! costs nothing. When a schedule is due next is in `cron_next`.

use chrono_tz::Tz;
use std::fmt;

/// A checked expression: minute, hour, day of month, month, day of week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cron {
    pub(crate) minutes: u64,
    pub(crate) hours: u64,
    pub(crate) days: u64,
    pub(crate) months: u64,
    pub(crate) weekdays: u64,
    pub(crate) any_day: bool,
    pub(crate) any_weekday: bool,
    /// Zone that the expression names itself; it goes before the schedule's own.
    pub(crate) zone: Option<Tz>,
}

/// Why an expression is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronError(String);

impl fmt::Display for CronError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CronError {}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

impl Cron {
    /// Checks an expression (contract 02 section 10.2). No seconds, no `@` words; weekdays are 0 to 6. `TZ=` or
    /// `CRON_TZ=` in front names the zone.
    pub fn parse(text: &str) -> Result<Self, CronError> {
        let mut fields: Vec<&str> = text.split_whitespace().collect();
        let named = fields.first().and_then(|first| {
            first
                .strip_prefix("CRON_")
                .unwrap_or(first)
                .strip_prefix("TZ=")
        });
        let zone = match named {
            None => None,
            Some(name) => {
                fields.remove(0);
                let zone = name.parse::<Tz>().map_err(|_| {
                    CronError(format!(
                        "the timezone \"{}\" is not known",
                        crate::error::shorten(name, 60)
                    ))
                })?;
                Some(zone)
            }
        };
        let [minute, hour, day, month, weekday] = fields.as_slice() else {
            return Err(CronError(format!(
                "needs five fields, has {}",
                fields.len()
            )));
        };
        Ok(Self {
            minutes: field(minute, "minute", 0, 59, &[], 0)?,
            hours: field(hour, "hour", 0, 23, &[], 0)?,
            days: field(day, "day of month", 1, 31, &[], 0)?,
            months: field(month, "month", 1, 12, &MONTHS, 1)?,
            weekdays: field(weekday, "day of week", 0, 6, &WEEKDAYS, 0)?,
            any_day: matches!(*day, "*" | "?"),
            any_weekday: matches!(*weekday, "*" | "?"),
            zone,
        })
    }

    /// Whether there is any date it fires on; `0 0 31 2 *` has none (contract 02 no. 78).
    pub fn comes(&self) -> bool {
        const LONGEST: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        // With both day fields restricted a weekday is enough, and every weekday comes.
        let by_weekday = !self.any_day && !self.any_weekday;
        (1u32..).zip(LONGEST).any(|(month, days)| {
            self.months & (1 << month) != 0
                && (by_weekday || (1..=days).any(|day| self.days & (1 << day) != 0))
        })
    }

    /// Firings a day, averaged over the years.
    pub fn per_day(&self) -> f64 {
        let ones = |set: u64| f64::from(set.count_ones());
        let exact = ones(self.minutes) * ones(self.hours) * self.days_share();
        // Adding up shares of a year leaves dust in the last digits, which people would see.
        (exact * 1e9).round() / 1e9
    }

    /// The share of days on which it fires. With both day fields restricted, either is enough.
    fn days_share(&self) -> f64 {
        const LENGTHS: [f64; 12] = [
            31.0, 28.25, 31.0, 30.0, 31.0, 30.0, 31.0, 31.0, 30.0, 31.0, 30.0, 31.0,
        ];
        let year: f64 = LENGTHS.iter().sum();
        let (mut in_months, mut by_day) = (0.0, 0.0);
        for (month, length) in (1u32..).zip(LENGTHS) {
            if self.months & (1 << month) == 0 {
                continue;
            }
            in_months += length / year;
            for day in (1..=31u32).filter(|d| self.days & (1 << d) != 0) {
                by_day += (length - f64::from(day) + 1.0).clamp(0.0, 1.0) / year;
            }
        }
        let weekday = f64::from(self.weekdays.count_ones()) / 7.0;
        match (self.any_day, self.any_weekday) {
            (false, false) => by_day + (in_months - by_day) * weekday,
            _ => by_day * weekday,
        }
    }
}

fn field(
    text: &str,
    what: &str,
    low: u32,
    high: u32,
    names: &[&str],
    first: u32,
) -> Result<u64, CronError> {
    let bad = |why: String| {
        CronError(format!(
            "the {what} \"{}\" {why}",
            crate::error::shorten(text, 40)
        ))
    };
    let number = |word: &str| -> Result<u32, CronError> {
        let lower = word.to_ascii_lowercase();
        if let Some(at) = names.iter().position(|n| *n == lower) {
            return Ok(first + u32::try_from(at).unwrap_or(0));
        }
        let digits =
            !word.is_empty() && word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit());
        let value = if digits { word.parse().ok() } else { None };
        value
            .filter(|v| (low..=high).contains(v))
            .ok_or_else(|| bad(format!("is not between {low} and {high}")))
    };
    let mut set = 0u64;
    for part in text.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => {
                let digits =
                    !step.is_empty() && step.len() <= 2 && step.bytes().all(|b| b.is_ascii_digit());
                let step = if digits {
                    step.parse::<u32>().ok()
                } else {
                    None
                };
                (
                    range,
                    Some(
                        step.filter(|s| *s > 0)
                            .ok_or_else(|| bad("has a bad step".into()))?,
                    ),
                )
            }
            None => (part, None),
        };
        let (from, to) = match range {
            "*" | "?" => (low, high),
            _ => match range.split_once('-') {
                Some((from, to)) => (number(from)?, number(to)?),
                None => {
                    let one = number(range)?;
                    (one, if step.is_some() { high } else { one })
                }
            },
        };
        if from > to {
            return Err(bad("has a range that ends before it begins".into()));
        }
        for value in (from..=to).step_by(step.unwrap_or(1) as usize) {
            set |= 1 << value;
        }
    }
    Ok(set)
}
