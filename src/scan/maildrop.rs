//! What of a POP3 maildrop there is to read: what it lists, against the ledger.
//!
//! POP3 has no cursor: new is what is listed and not known by its lasting name, asked in pieces so that neither a mailbox of
//! 100,000 messages nor a ledger of years is ever held whole.

use std::collections::HashMap;

use chrono::NaiveTime;
use entities::folders::Model;
use entities::scanners::Backfill;

use super::planning::SLICE;
use super::progress::Progress;
use super::reading::pop3::{Pop3Plan, VALIDITY};
use super::{Counts, ScanError, Scanning};
use crate::pop3::Session;
use crate::store::deliveries::{owed, uidl};
use crate::store::folders::Beginning;
use crate::store::{StoreError, folders};

/// The one folder that there is.
const FOLDER: &str = "INBOX";

impl Scanning {
    /// What is to be read over `session`.
    pub(super) async fn maildrop(
        &self,
        progress: Progress<'_>,
        session: &mut Session,
    ) -> Result<Pop3Plan, ScanError> {
        let job = progress.job;
        let folder = folders::find_or_insert(&self.store, job.scanner.id, FOLDER).await?;
        if folder.uid_validity != Some(VALIDITY) {
            self.begin_maildrop(progress, &folder).await?;
        }
        let since = job
            .scanner
            .start_date
            .map(|day| day.and_time(NaiveTime::MIN).and_utc());
        let counted = session.stat().await?.messages;
        let listing = session.list(counted).await?;
        let largest = self.largest(job);
        let bytes = i64::try_from(largest.bytes).unwrap_or(i64::MAX);
        let owed = uidl::owed(&self.store, folder.id, VALIDITY, bytes, self.clock.now()).await?;
        let mut owed: HashMap<String, uidl::Owed> = owed
            .into_iter()
            .map(|owed| (owed.uidl.clone(), owed))
            .collect();
        let (mut new, mut again) = (Vec::new(), Vec::new());
        for piece in listing.messages.chunks(uidl::MOST) {
            let names: Vec<&str> = piece.iter().map(|listed| listed.uidl.as_str()).collect();
            let known = uidl::known(&self.store, folder.id, &names, since).await?;
            for listed in piece {
                if let Some(owed) = owed.remove(&listed.uidl) {
                    again.push((listed.clone(), owed));
                } else if !known.contains(&listed.uidl) {
                    new.push(listed.clone());
                }
            }
        }
        // Numbers grow with arrival, as far as POP3 allows to tell.
        if job.scanner.backfill == Backfill::NewestFirst {
            new.reverse();
        }
        // A server that wants time between two sign-ins is not left for another one at once.
        let hurried = !job.by_person && session.login_delay().is_none();
        let last_uid = uidl::highest_uid(&self.store, folder.id, VALIDITY).await?;
        Ok(Pop3Plan {
            folder: folder.id,
            new,
            again,
            gone: owed.into_values().collect(),
            last_uid: u32::try_from(last_uid)
                .map_err(|_| ScanError::Inconsistent("a POP3 delivery has no number"))?,
            since,
            limit: job
                .scanner
                .limit_per_scan
                .and_then(|limit| usize::try_from(limit).ok()),
            largest,
            leave_rest_at: hurried.then(|| job.started_at + SLICE),
            counted: (listing.named < counted).then_some((counted, listing.named)),
        })
    }

    /// A folder that is read over POP3 for the first time owes nothing and has no backlog from before.
    async fn begin_maildrop(
        &self,
        progress: Progress<'_>,
        folder: &Model,
    ) -> Result<(), StoreError> {
        let beginning = Beginning {
            uid_validity: VALIDITY,
            last_uid: 0,
            messages: 0,
            highest_modseq: None,
            read_since: None,
        };
        let tx = self.store.begin().await?;
        folders::begin(&tx, folder.id, beginning).await?;
        owed::forget_older(&tx, folder.id, VALIDITY).await?;
        let now = self.clock.now();
        progress.commit(tx, Counts::default(), now).await
    }
}
