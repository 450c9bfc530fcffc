//! When a schedule is due next (contract 02 section 10.2).

use crate::cron::Cron;
use chrono::{DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveDateTime, TimeZone, Utc};
use chrono_tz::Tz;

/// Every date combination there is occurs within 28 years; years without a leap day at a century's turn add 12.
const LOOK_AHEAD_DAYS: u32 = 366 * 40;

/// Whether a time zone of this IANA name is known.
pub fn is_timezone(name: &str) -> bool {
    name.parse::<Tz>().is_ok()
}

/// When an expression in a zone is due next, strictly after `after`; `None` for a date that never comes, and for an
/// expression or a zone that is none.
pub fn next_run(expression: &str, zone: &str, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
    Cron::parse(expression)
        .ok()?
        .next_after(after, zone.parse().ok()?)
}

impl Cron {
    /// The first match strictly after `after`, by the clock on the wall in `zone`, or in the zone that the expression
    /// names itself. A wall time that does not exist is
    /// skipped that day; one that occurs twice fires twice. `None` for a date that never comes (`0 0 31 2 *`).
    pub fn next_after(&self, after: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
        let zone = self.zone.unwrap_or(zone);
        // Where clocks are set back the same wall time comes again, so the day before may still hold a match.
        let mut day = after.with_timezone(&zone).date_naive().pred_opt()?;
        for _ in 0..LOOK_AHEAD_DAYS {
            if self.on(day) {
                let found = self
                    .wall_times(day)
                    .flat_map(|wall| instants(wall, zone))
                    .filter(|at| *at > after)
                    .min();
                if found.is_some() {
                    return found;
                }
            }
            day = day.checked_add_days(Days::new(1))?;
        }
        None
    }

    /// Whether it fires on a date. With both day fields restricted, either is enough.
    fn on(&self, day: NaiveDate) -> bool {
        let has = |set: u64, value: u32| set & (1 << value) != 0;
        let by_day = has(self.days, day.day());
        let by_weekday = has(self.weekdays, day.weekday().num_days_from_sunday());
        has(self.months, day.month())
            && match (self.any_day, self.any_weekday) {
                (false, false) => by_day || by_weekday,
                _ => by_day && by_weekday,
            }
    }

    fn wall_times(&self, day: NaiveDate) -> impl Iterator<Item = NaiveDateTime> {
        let set = |bits: u64, below: u32| (0..below).filter(move |value| bits & (1 << value) != 0);
        let (hours, minutes) = (self.hours, self.minutes);
        set(hours, 24)
            .flat_map(move |hour| set(minutes, 60).map(move |minute| (hour, minute)))
            .filter_map(move |(hour, minute)| day.and_hms_opt(hour, minute, 0))
    }
}

fn instants(wall: NaiveDateTime, zone: Tz) -> Vec<DateTime<Utc>> {
    match zone.from_local_datetime(&wall) {
        LocalResult::None => Vec::new(),
        LocalResult::Single(at) => vec![at.to_utc()],
        LocalResult::Ambiguous(first, second) => vec![first.to_utc(), second.to_utc()],
    }
}
