//! When schedules are due (contract 02 section 10.2).

use chrono::{DateTime, Utc};
use org_template::Cron;

fn next(expression: &str, zone: &str, after: &str) -> Option<String> {
    let after: DateTime<Utc> = after.parse().unwrap();
    let at = Cron::parse(expression)
        .unwrap()
        .next_after(after, zone.parse().unwrap())?;
    Some(at.format("%Y-%m-%dT%H:%MZ").to_string())
}

fn due(expression: &str, after: &str) -> String {
    next(expression, "UTC", after).unwrap()
}

#[test]
fn the_next_match_is_strictly_after_now() {
    assert_eq!(
        due("*/15 * * * *", "2026-11-29T10:00:00Z"),
        "2026-11-29T10:15Z"
    );
    assert_eq!(
        due("*/15 * * * *", "2026-11-29T10:14:59Z"),
        "2026-11-29T10:15Z"
    );
    assert_eq!(
        due("0 9 * * 1-5", "2026-11-27T09:00:00Z"),
        "2026-11-30T09:00Z",
        "over the weekend"
    );
    assert_eq!(
        due("59 23 31 12 *", "2026-12-31T23:59:00Z"),
        "2027-12-31T23:59Z"
    );
    assert_eq!(
        due("0 0 29 2 *", "2097-01-01T00:00:00Z"),
        "2104-02-29T00:00Z",
        "2100 has no leap day"
    );
    assert_eq!(next("0 0 31 2 *", "UTC", "2026-01-01T00:00:00Z"), None);
}

#[test]
fn two_restricted_day_fields_need_one_match_and_a_plain_star_needs_both() {
    assert_eq!(
        due("0 0 13 * 5", "2026-11-29T00:00:00Z"),
        "2026-12-04T00:00Z",
        "a Friday"
    );
    assert_eq!(
        due("0 0 13 * *", "2026-11-29T00:00:00Z"),
        "2026-12-13T00:00Z"
    );
    // With a step the star is a restriction: odd days, or Mondays.
    assert_eq!(
        due("0 0 */2 * 1", "2026-11-29T00:00:00Z"),
        "2026-11-30T00:00Z"
    );
}

#[test]
fn wall_clocks_that_are_set_skip_or_repeat() {
    let berlin = |after| next("30 2 * * *", "Europe/Berlin", after).unwrap();
    assert_eq!(
        berlin("2026-03-28T12:00:00Z"),
        "2026-03-30T00:30Z",
        "02:30 does not exist on the 29th"
    );
    assert_eq!(berlin("2026-10-24T12:00:00Z"), "2026-10-25T00:30Z");
    assert_eq!(
        berlin("2026-10-25T00:30:00Z"),
        "2026-10-25T01:30Z",
        "the same wall time again"
    );
    assert_eq!(
        next("0 0 * * *", "Asia/Tokyo", "2026-11-29T14:59:00Z").unwrap(),
        "2026-11-29T15:00Z"
    );
}

#[test]
fn a_zone_in_front_goes_before_the_schedules_own() {
    for expression in ["TZ=Asia/Tokyo 0 0 * * *", "CRON_TZ=Asia/Tokyo 0 0 * * *"] {
        assert_eq!(
            next(expression, "Europe/Berlin", "2026-11-29T14:59:00Z").unwrap(),
            "2026-11-29T15:00Z"
        );
    }
}

#[test]
fn a_date_that_never_comes_is_known() {
    let comes = |text: &str| Cron::parse(text).unwrap().comes();
    for never in ["0 0 31 2 *", "0 0 30,31 2 *", "0 0 31 2,4,6 ?"] {
        assert!(!comes(never), "{never}");
    }
    for once in ["0 0 29 2 *", "0 0 31 2 1", "0 0 31 2,3 *", "* * * * *"] {
        assert!(comes(once), "{once}");
        assert!(
            next(once, "UTC", "2026-01-01T00:00:00Z").is_some(),
            "{once}"
        );
    }
}
