//! What follows from a scan's report: the scanner's health and when it is scanned next.

use chrono::{DateTime, Duration, Utc};
use chrono_tz::Tz;
use entities::health::{self, HealthState};
use entities::scanners;

use super::idling::RESYNC;
use crate::scan::{Ending, Report, Retry};
use crate::schedule::{CronLine, Timetable, jitter};
use crate::store::health::Condition;

/// Failing that goes on for longer is called so.
const LONG: i32 = 10;
const FIRST_WAIT: Duration = Duration::seconds(30);
const LONGEST_WAIT: Duration = Duration::minutes(15);
/// Scanners that a server sent away until one moment come back spread over this.
const A_MOMENT: Duration = Duration::seconds(1);
/// Scanners with one schedule are spread over this.
const SPREAD: Duration = Duration::seconds(20);

/// What follows from a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Aftermath {
    /// How scanning goes now; nothing where that is not to be changed.
    pub health: Option<Condition>,
    /// When the schedule starts the scanner next; nothing where only a person does.
    pub next_scan_at: Option<DateTime<Utc>>,
    /// Until when the server wants nothing of this mailbox, if it said so: that holds for its other scanners too.
    pub leave_until: Option<DateTime<Utc>>,
}

impl Aftermath {
    /// What follows from `report` at `now`.
    pub(super) fn of(
        report: &Report,
        scanner: &scanners::Model,
        before: Option<&health::Model>,
        now: DateTime<Utc>,
    ) -> Self {
        let mut scheduled = if report.leaves_backlog {
            // At once, behind all that were due before.
            Some(now)
        } else {
            next_scheduled(scanner, now)
        };
        if scanner.idle {
            // IDLE loses news now and then.
            let resync = now + RESYNC;
            scheduled = Some(scheduled.map_or(resync, |scheduled| scheduled.min(resync)));
        }
        let failures = failures(report, before);
        match &report.ending {
            Ending::Done { warnings } if warnings.is_empty() => Self {
                health: Some(condition(HealthState::Ok, None, None, 0)),
                next_scan_at: scheduled,
                leave_until: None,
            },
            Ending::Done { warnings } => Self {
                health: Some(condition(
                    HealthState::Failing,
                    Some(warnings.join(" ")),
                    scheduled,
                    failures,
                )),
                next_scan_at: scheduled,
                leave_until: None,
            },
            // The rest is taken up at once, by whoever comes first.
            Ending::Cut { .. } => Self {
                health: None,
                next_scan_at: Some(now),
                leave_until: None,
            },
            Ending::Failed { error, retry, .. } => {
                let spread = |wait: Duration| now + wait + jitter(scanner.id.0, wait / 10);
                let backed_off = |wait: Duration| {
                    let later = spread(wait);
                    scheduled.map_or(later, |scheduled| {
                        later.max(scheduled.min(spread(LONGEST_WAIT)))
                    })
                };
                let again = match retry {
                    Retry::Never => None,
                    Retry::Soon => Some(backed_off(backoff(failures))),
                    // Who asks earlier is told to wait anew, and who asks later has mail that nobody sees.
                    Retry::After(wait) => {
                        Some(now + whole_seconds(*wait) + jitter(scanner.id.0, A_MOMENT))
                    }
                    Retry::NotBefore(wait) => Some(backed_off((*wait).max(backoff(failures)))),
                    Retry::Untried(wait) => Some(now + *wait + jitter(scanner.id.0, A_MOMENT)),
                    Retry::Late => Some(backed_off(LONGEST_WAIT)),
                };
                let state = match retry {
                    Retry::Soon | Retry::After(_) | Retry::NotBefore(_) | Retry::Untried(_)
                        if failures < LONG =>
                    {
                        HealthState::Retrying
                    }
                    _ => HealthState::Failing,
                };
                Self {
                    health: Some(condition(state, Some(error.clone()), again, failures)),
                    // A red light keeps the schedule away by itself; once it is no longer red the scanner is due.
                    next_scan_at: again,
                    leave_until: again.filter(|_| matches!(retry, Retry::After(_))),
                }
            }
        }
    }
}

/// How often in a row it was tried in vain.
fn failures(report: &Report, before: Option<&health::Model>) -> i32 {
    let before = before.map_or(0, |before| before.failures);
    match &report.ending {
        Ending::Failed {
            retry: Retry::Untried(_),
            ..
        } => before.max(1),
        _ => before + 1,
    }
}

/// When the crontab line says so; nothing for a line that no longer parses.
fn next_scheduled(scanner: &scanners::Model, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let line: CronLine = scanner.schedule.parse().ok()?;
    let zone: Tz = scanner.time_zone.parse().ok()?;
    let next = Timetable::new(line, zone).next_after(now)?;
    let spread = SPREAD.min((next - now) / 2);
    Some(next + jitter(scanner.id.0, spread))
}

/// Rounded up.
fn whole_seconds(wait: Duration) -> Duration {
    let cut = Duration::seconds(wait.num_seconds());
    if cut < wait {
        cut + Duration::seconds(1)
    } else {
        cut
    }
}

/// 30 s, 1 min, 2 min … 15 min.
fn backoff(failures: i32) -> Duration {
    let doublings = failures.clamp(1, 10) - 1;
    (FIRST_WAIT * 2_i32.pow(doublings.unsigned_abs())).min(LONGEST_WAIT)
}

fn condition(
    state: HealthState,
    reason: Option<String>,
    next_try_at: Option<DateTime<Utc>>,
    failures: i32,
) -> Condition {
    Condition {
        state,
        reason,
        next_try_at,
        failures,
    }
}

#[cfg(test)]
#[path = "aftermath_tests.rs"]
mod tests;
