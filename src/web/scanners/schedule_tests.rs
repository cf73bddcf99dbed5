use super::*;
use crate::store::fixture::at;

#[test]
fn usual_lines_are_told_in_words() {
    for (line, told) in [
        ("*/5 * * * *", "every 5 minutes"),
        ("@hourly", "every hour"),
        ("*/7 * * * *", "every 7 minutes"),
        ("12 * * * *", "every hour at minute 12"),
        ("30 7 * * *", "every day at 7:30"),
        ("30 7 * * 1-5", "on working days at 7:30"),
        ("5 0 1 * *", "on day 1 of every month at 0:05"),
        ("1,31 8-9 * * *", "by its own line"),
    ] {
        assert_eq!(words(line), told, "{line}");
    }
}

#[test]
fn the_next_runs_are_on_the_clock_of_the_zone() {
    let runs = next_runs("0 8 * * *", "Europe/Rome", at(0)).into_string();
    assert_eq!(runs.matches("<li>").count(), 5);
    assert!(runs.contains("Mon 2026-11-23 08:00 CET"), "{runs}");
    assert!(
        next_runs("x", "Europe/Rome", at(0))
            .into_string()
            .contains("can't be read")
    );
}
