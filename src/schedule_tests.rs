use chrono::{DateTime, Duration, TimeZone as _, Utc};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::{CronLine, Timetable, jitter};

fn timetable(line: &str, zone: Tz) -> Timetable {
    Timetable::new(line.parse().unwrap(), zone)
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn runs_that_the_spring_change_leaves_out_happen_at_the_change() {
    let table = timetable("30 2 * * *", chrono_tz::America::New_York);
    let next = table.next_after(at("2026-03-07T12:00:00Z")).unwrap();
    assert_eq!(next, at("2026-03-08T07:00:00Z"));
}

#[test]
fn a_time_that_comes_twice_in_autumn_happens_once() {
    let table = timetable("30 1 * * *", chrono_tz::America::New_York);
    let first = table.next_after(at("2026-11-01T00:00:00Z")).unwrap();
    assert_eq!(first, at("2026-11-01T05:30:00Z"));
    assert_eq!(table.next_after(first).unwrap(), at("2026-11-02T06:30:00Z"));
}

#[test]
fn an_interval_goes_on_through_the_autumn_change() {
    let table = timetable("*/30 * * * *", chrono_tz::Europe::Rome);
    let mut moment = at("2026-10-24T23:45:00Z");
    for expected in ["00:00", "00:30", "01:00", "01:30", "02:00"] {
        moment = table.next_after(moment).unwrap();
        assert_eq!(moment, at(&format!("2026-10-25T{expected}:00Z")));
    }
}

#[test]
fn errors_say_what_to_write() {
    let errors: Vec<String> = [
        "",
        "* * *",
        "61 * * * *",
        "* * * * 8",
        "* * * * MON-",
        "0 0 31 2 *",
        "a b c d e",
        "* * * * 5-2",
    ]
    .iter()
    .map(|line| format!("{line:?}: {}", line.parse::<CronLine>().unwrap_err()))
    .collect();
    insta::assert_snapshot!(errors.join("\n"));
}

#[test]
fn jitter_stays_inside_its_window_and_spreads() {
    let window = Duration::seconds(30);
    let spread: Vec<Duration> = (1..=100).map(|id| jitter(id, window)).collect();
    assert!(
        spread
            .iter()
            .all(|jitter| *jitter >= Duration::zero() && *jitter < window)
    );
    let early = spread.iter().filter(|jitter| **jitter < window / 2).count();
    assert!(
        (30..=70).contains(&early),
        "{early} of 100 in the first half"
    );
}

const LINES: &[&str] = &[
    "* * * * *",
    "*/5 * * * *",
    "*/7 * * * *",
    "*/30 * * * *",
    "0 * * * *",
    "15 */2 * * *",
    "30 2 * * *",
    "30 1 * * *",
    "0 3 * * *",
    "15 2 * * 0",
    "0 9 * * 1-5",
    "0 7-19 * * MON-FRI",
    "0 0 1 * *",
    "0 12 13 * 5",
    "59 23 31 12 *",
    "5,35 1,2,3 * * *",
    "0 0 29 2 *",
    "@hourly",
    "@daily",
    "@weekly",
    "0 0 * * 7",
    "20 4 1-7 * MON",
    "*/20 0-4 * * 6,0",
];

const ZONES: &[Tz] = &[
    chrono_tz::America::New_York,
    chrono_tz::Europe::Rome,
    chrono_tz::Australia::Lord_Howe,
    chrono_tz::Asia::Kolkata,
    chrono_tz::America::Sao_Paulo,
    chrono_tz::Africa::Casablanca,
    chrono_tz::UTC,
    chrono_tz::Pacific::Apia,
];

/// Changes of the clocks in the zones above.
const CHANGES: &[&str] = &[
    "2026-02-15T02:00:00Z",
    "2026-03-08T07:00:00Z",
    "2026-03-22T02:00:00Z",
    "2026-03-29T01:00:00Z",
    "2026-04-04T15:00:00Z",
    "2026-10-03T15:30:00Z",
    "2026-10-25T01:00:00Z",
    "2026-11-01T06:00:00Z",
    "2028-01-23T02:00:00Z",
];

/// Any second of four years, half of the time within a day and a half of a change.
fn starts() -> impl Strategy<Value = i64> {
    let near = (proptest::sample::select(CHANGES), -130_000_i64..130_000)
        .prop_map(|(change, distance)| at(change).timestamp() + distance);
    prop_oneof![near, 1_735_689_600_i64..1_861_920_000]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// croner knows crontab(5) and the changes of the clocks; we agree with it.
    #[test]
    fn equals_the_oracle(
        line in proptest::sample::select(LINES),
        zone in proptest::sample::select(ZONES),
        start in starts(),
    ) {
        let table = timetable(line, zone);
        let oracle: croner::Cron = line.parse().unwrap();
        let mut ours = Utc.timestamp_opt(start, 0).unwrap();
        for _ in 0..5 {
            let theirs = oracle
                .find_next_occurrence(&ours.with_timezone(&zone), false)
                .unwrap()
                .with_timezone(&Utc);
            ours = table.next_after(ours).unwrap();
            prop_assert_eq!(ours, theirs, "{} in {}", line, zone);
        }
    }

    #[test]
    fn any_text_is_a_line_or_an_error(text in "\\PC{0,40}") {
        if let Ok(line) = text.parse::<CronLine>() {
            let table = Timetable::new(line, chrono_tz::Europe::Rome);
            let now = Utc.timestamp_opt(1_800_000_000, 0).unwrap();
            prop_assert!(table.next_after(now).is_none_or(|next| next > now));
        }
    }
}
