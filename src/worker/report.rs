//! Keeps the report of a scan with what follows from it, and says it in the log.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entities::ids::{ScanId, ScannerId};
use entities::scans::{ScanOutcome, ScanTrigger};
use entities::{scan_days, scanners};

use super::Worker;
use super::aftermath::Aftermath;
use crate::scan::{Counts, Ending, Report};
use crate::store::{self, StoreError, health, scans};

/// How long a report waits before the database is asked again to keep it.
const REPORT_PAUSE: Duration = Duration::from_millis(500);
/// How long a worker that is to stop still tries to keep a report.
const LAST_WORDS: Duration = Duration::from_secs(2);

impl Worker {
    /// Keeps the report as soon as the database takes it. The schedule's work has all the time until the worker is to
    /// stop, as nothing else can be done without a database; a person does not wait for longer than the lease lasts.
    pub(super) async fn keep_report_in_time(
        &self,
        scanner: &scanners::Model,
        scan: ScanId,
        trigger: ScanTrigger,
        report: &Report,
    ) -> Result<(), StoreError> {
        let patience = match trigger {
            ScanTrigger::Schedule => Duration::MAX,
            ScanTrigger::Manual | ScanTrigger::Import => self.lease.to_std().unwrap_or_default(),
        };
        let mut last = StoreError::Gone;
        let keeping = async {
            loop {
                match self.keep_report(scanner, scan, trigger, report).await {
                    Err(error) if error.is_transient() => {
                        last.clone_from(&error);
                        tracing::warn!(
                            scanner = scanner.name,
                            %error,
                            "The scan's report can't be kept yet; trying again"
                        );
                    }
                    kept => return kept,
                }
                tokio::time::sleep(REPORT_PAUSE).await;
            }
        };
        let too_late = async {
            tokio::select! {
                () = self.stop.cancelled() => tokio::time::sleep(LAST_WORDS).await,
                () = tokio::time::sleep(patience) => {}
            }
        };
        let kept = tokio::select! {
            kept = keeping => Some(kept),
            () = too_late => None,
        };
        kept.unwrap_or(Err(last))
    }

    async fn keep_report(
        &self,
        scanner: &scanners::Model,
        scan: ScanId,
        trigger: ScanTrigger,
        report: &Report,
    ) -> Result<(), StoreError> {
        let db = &self.scanning.store;
        let now = self.scanning.clock.now();
        let before = health::find(db, scanner.id).await?;
        let aftermath = Aftermath::of(report, scanner, before.as_ref(), now);
        let tx = db.begin().await?;
        // Where another worker has cut it meanwhile, that one's scan says how the mailbox does. Files say nothing of it.
        let finished = scans::finish(&tx, scan, stored(report), now).await?;
        if finished {
            store::scan_days::add(&tx, day(scanner.id, &report.counts, now)).await?;
        }
        if finished && trigger != ScanTrigger::Import {
            if let Some(condition) = aftermath.health {
                health::set(&tx, scanner.id, condition, now).await?;
            }
            store::scanners::schedule_next(&tx, scanner, aftermath.next_scan_at).await?;
            if let Some(until) = aftermath.leave_until {
                store::scanners::put_off(&tx, scanner.mailbox_id, until).await?;
            }
        }
        tx.commit().await
    }
}

/// What a scan adds to its day.
pub(super) fn day(scanner_id: ScannerId, counts: &Counts, now: DateTime<Utc>) -> scan_days::Model {
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    scan_days::Model {
        scanner_id,
        day: now.date_naive(),
        kept: number(counts.kept),
        linked: number(counts.linked),
        leads: number(counts.leads),
        failed: number(counts.failed),
        held: number(counts.held),
    }
}

fn stored(report: &Report) -> scans::Report {
    let (outcome, cause, error) = match &report.ending {
        Ending::Done { warnings } => {
            let cause = if !warnings.is_empty() {
                Some("folder")
            } else if !report.messages.is_empty() {
                Some("messages")
            } else if !report.notices.is_empty() {
                Some("server_odd")
            } else {
                None
            };
            let said = match cause {
                Some("messages") => [&report.messages[..], &report.notices].concat(),
                _ => [&warnings[..], &report.notices].concat(),
            };
            let said = cause.map(|_| said.join("\n"));
            (ScanOutcome::Done, cause.map(str::to_owned), said)
        }
        Ending::Failed { cause, error, .. } => (
            ScanOutcome::Failed,
            Some(cause.clone()),
            Some(error.clone()),
        ),
        Ending::Cut { error } => (
            ScanOutcome::Cut,
            Some("stopped".to_owned()),
            Some(error.clone()),
        ),
    };
    scans::Report {
        outcome,
        counts: serde_json::to_value(report.counts).unwrap_or_default(),
        cause,
        error,
    }
}

/// One line a scan, where a reader of the log would look for it.
pub(super) fn log(report: &Report) {
    let Report {
        scanner,
        counts,
        messages,
        notices,
        ending,
        leaves_backlog: _,
    } = report;
    for sentence in messages.iter().chain(notices) {
        tracing::warn!(scanner, "{sentence}");
    }
    match ending {
        Ending::Done { warnings } if warnings.is_empty() => tracing::info!(
            scanner,
            kept = counts.kept,
            leads = counts.leads,
            linked = counts.linked,
            ignored = counts.ignored,
            "Scanned"
        ),
        Ending::Done { warnings } => {
            tracing::warn!(
                scanner,
                kept = counts.kept,
                warnings = warnings.join(" "),
                "Scanned in part"
            );
        }
        Ending::Failed { cause, error, .. } => {
            tracing::warn!(scanner, kept = counts.kept, cause, error, "The scan failed");
        }
        Ending::Cut { error } => {
            tracing::info!(scanner, kept = counts.kept, error, "The scan was cut");
        }
    }
}
