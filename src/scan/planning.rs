//! What a scan is to read: from the cursors, the scanner's wishes, and what earlier connections broke over.

use chrono::{NaiveTime, TimeDelta};
use entities::folders::Model;

use super::progress::Progress;
use super::reading::{Course, Largest, Plan, Stretch, Trouble};
use super::report::Counts;
use super::{Job, Scanning};
use crate::store::deliveries::owed;
use crate::store::{StoreError, folders};

/// How long a scan that the schedule started reads older mail before others have a turn.
pub(super) const SLICE: TimeDelta = TimeDelta::seconds(60);

const MIB: u64 = 1024 * 1024;

impl Scanning {
    /// What is to be read over the next connection.
    pub(super) async fn plan(
        &self,
        progress: Progress<'_>,
        trouble: &mut Trouble,
    ) -> Result<Plan, StoreError> {
        let job = progress.job;
        let now = self.clock.now();
        let largest = self.largest(job);
        let mut courses = Vec::new();
        for name in &job.scanner.folders.0 {
            let row = folders::find_or_insert(&self.store, job.scanner.id, name).await?;
            let row = self.read_from_its_day(progress, row).await?;
            if let Some(narrowed) = &row.narrowed {
                trouble.recall(row.id, narrowed);
            }
            let (validity, bytes) = (row.uid_validity.unwrap_or(0), largest.bytes);
            let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
            let again = owed::due(&self.store, row.id, validity, bytes, now).await?;
            courses.push(Course::of(row, again));
        }
        Ok(Plan {
            folders: courses,
            since: job
                .scanner
                .start_date
                .map(|day| day.and_time(NaiveTime::MIN).and_utc()),
            limit: job
                .scanner
                .limit_per_scan
                .and_then(|limit| usize::try_from(limit).ok()),
            largest,
            backfill: job.scanner.backfill,
            leave_backlog_at: (!job.by_person).then(|| job.started_at + SLICE),
            trouble: trouble.clone(),
        })
    }

    /// A start date that was moved back has the whole folder looked through for what the ledger lacks.
    async fn read_from_its_day(
        &self,
        progress: Progress<'_>,
        row: Model,
    ) -> Result<Model, StoreError> {
        let (scanner, wanted) = (&progress.job.scanner, progress.job.scanner.start_date);
        if row.uid_validity.is_none() || row.read_since == wanted {
            return Ok(row);
        }
        let tx = self.store.begin().await?;
        // Nothing is the earliest day.
        if wanted < row.read_since {
            let whole = Stretch {
                first: 1,
                last: u32::MAX,
            };
            folders::widen_backlog(&tx, row.id, whole.into()).await?;
        }
        folders::set_read_since(&tx, row.id, wanted).await?;
        progress
            .commit(tx, Counts::default(), self.clock.now())
            .await?;
        folders::find_or_insert(&self.store, scanner.id, &row.name).await
    }

    /// The largest message that the scanner takes, and what lets a larger one through.
    pub(super) fn largest(&self, job: &Job) -> Largest {
        let of_scanner = job.scanner.max_message_mib.map(i32::unsigned_abs);
        match of_scanner.map(|mib| u64::from(mib) * MIB) {
            Some(bytes) if bytes < self.largest_message => Largest {
                bytes,
                raise: "Raise `max_message_mib` of this scanner in the set-up file and run `mailroom apply`. The next scan reads it then.",
            },
            _ => Largest {
                bytes: self.largest_message,
                raise: "Raise the setting `imap.max_message_mib`. The next scan reads it then.",
            },
        }
    }

    /// Remembers in the database what `trouble` knows of a folder, so that a scan that ends here is not in vain.
    pub(super) async fn remember(
        &self,
        progress: Progress<'_>,
        trouble: &Trouble,
        folder: entities::ids::FolderId,
    ) -> Result<(), StoreError> {
        let tx = self.store.begin().await?;
        folders::set_narrowed(&tx, folder, trouble.narrowed(folder)).await?;
        progress
            .commit(tx, Counts::default(), self.clock.now())
            .await
    }

    /// Forgets it when all was read.
    pub(super) async fn forget(
        &self,
        progress: Progress<'_>,
        trouble: &Trouble,
    ) -> Result<(), StoreError> {
        let mut narrowed = trouble.folders().peekable();
        if narrowed.peek().is_none() {
            return Ok(());
        }
        let tx = self.store.begin().await?;
        for folder in narrowed {
            folders::set_narrowed(&tx, folder, None).await?;
        }
        progress
            .commit(tx, Counts::default(), self.clock.now())
            .await
    }
}
