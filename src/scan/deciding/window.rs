//! One window of deliveries: read into facts, decided in their order, written together.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entities::ids::{DeliveryId, MessageId};

use super::run::Run;
use super::{Decider, REPORT};
use crate::apply::{self, Changes, Reporting};
use crate::blobs::{self, BlobError};
use crate::kinds::{stored_direction, stored_kind};
use crate::link::{Asked, Known};
use crate::message::{self, Mail, Own};
use crate::scan::basis;
use crate::scan::failure::Failure;
use crate::scan::packing::{Fresh, read_guarded};
use crate::scan::report::Counts;
use crate::scan::{ReadMail, ScanError};
use crate::store::deliveries::{Pending, retried};
use crate::store::messages::{NewMessage, Stored};
use crate::store::{
    self, Tx, decisions, deliveries, late_links, leads, message_addresses, messages,
};

/// Of a larger message only the beginning is read for its facts; all of it is kept.
const READ_AT_MOST: usize = message::MAX_READ;

/// Deliveries that are decided together.
pub(super) struct Window {
    entries: Vec<Entry>,
    unreadable: Vec<Unreadable>,
}

/// A delivery whose bytes the blob store does not give back.
struct Unreadable {
    pending: Pending,
    error: String,
    cure: &'static str,
}

impl Unreadable {
    /// A message over which this program breaks.
    fn defect(pending: Pending) -> Self {
        Self {
            pending,
            error: "This message could not be read: this program broke off over it.".to_owned(),
            cure: REPORT,
        }
    }
}

/// One delivery with what its message says.
pub(super) struct Entry {
    pub(super) pending: Pending,
    pub(super) mail: Mail,
}

impl Window {
    /// What `pending` say: as is known of `fresh`, else read from their bytes, away from the threads that wait for
    /// servers.
    pub(super) async fn read(
        decider: &Decider<'_>,
        pending: Vec<Pending>,
        fresh: &mut Fresh,
    ) -> Result<Self, ScanError> {
        let mut window = Self {
            entries: Vec::with_capacity(pending.len()),
            unreadable: Vec::new(),
        };
        let mut unread = Vec::new();
        for pending in pending {
            match fresh.take(pending.hash()) {
                Some(mail) => window.entries.push(Entry { pending, mail }),
                None => unread.push(pending),
            }
        }
        if !unread.is_empty() {
            window.read_back(decider, unread).await?;
        }
        window
            .entries
            .sort_by_key(|entry| entry.pending.delivery.id);
        Ok(window)
    }

    async fn read_back(
        &mut self,
        decider: &Decider<'_>,
        unread: Vec<Pending>,
    ) -> Result<(), ScanError> {
        let hashes: Vec<&str> = unread.iter().map(Pending::hash).collect();
        let blobs = store::blobs::of_hashes(decider.store, &hashes).await?;
        let (own, read) = (decider.basis.own_addresses().await?, decider.read);
        let mut small = Vec::new();
        for pending in unread {
            let Some(blob) = blobs.get(pending.hash()) else {
                self.cannot_read(pending, BlobError::no_row())?;
                continue;
            };
            if let Some(bytes) = &blob.bytes {
                small.push((pending, bytes.clone()));
                continue;
            }
            match decider.files.read_prefix(blob, READ_AT_MOST).await {
                Ok(raw) => {
                    self.read_one(pending, raw, Arc::clone(own), read).await?;
                }
                Err(error) => self.cannot_read(pending, error)?,
            }
        }
        let own = Arc::clone(own);
        let (entries, unreadable) =
            tokio::task::spawn_blocking(move || read_small(small, &own, read)).await?;
        self.entries.extend(entries);
        self.unreadable.extend(unreadable);
        Ok(())
    }

    fn cannot_read(&mut self, pending: Pending, error: BlobError) -> Result<(), ScanError> {
        // Without its service the bucket's messages wait; none of them has failed.
        let Some(cure) = error.cure() else {
            return Err(error.into());
        };
        self.unreadable.push(Unreadable {
            pending,
            error: error.to_string(),
            cure,
        });
        Ok(())
    }

    async fn read_one(
        &mut self,
        pending: Pending,
        raw: Vec<u8>,
        own: Arc<Own>,
        read: ReadMail,
    ) -> Result<(), ScanError> {
        let size = pending.delivery.size.unsigned_abs();
        let reading = move || read_guarded(read, &raw, size, &own);
        match tokio::task::spawn_blocking(reading).await? {
            Some(mail) => self.entries.push(Entry { pending, mail }),
            None => self.unreadable.push(Unreadable::defect(pending)),
        }
        Ok(())
    }

    pub(super) fn into_singles(self) -> impl Iterator<Item = Self> {
        let unreadable = self.unreadable.into_iter().map(|unreadable| Self {
            entries: Vec::new(),
            unreadable: vec![unreadable],
        });
        let readable = self.entries.into_iter().map(|entry| Self {
            entries: vec![entry],
            unreadable: Vec::new(),
        });
        unreadable.chain(readable)
    }

    pub(super) fn deliveries(&self) -> impl Iterator<Item = (DeliveryId, i32)> {
        let unreadable = self.unreadable.iter().map(|unreadable| &unreadable.pending);
        let readable = self.entries.iter().map(|entry| &entry.pending);
        unreadable
            .chain(readable)
            .map(|pending| (pending.delivery.id, pending.delivery.attempts))
    }

    /// Decides every message in its order and writes what follows.
    pub(super) async fn decide(
        &self,
        tx: &Tx,
        decider: &Decider<'_>,
        basis: basis::Whole<'_>,
        now: DateTime<Utc>,
    ) -> Result<Counts, ScanError> {
        // Locked before anything is written, and all in one order, so that two workers can't wait for each other.
        leads::lock_senders(tx, &self.senders()).await?;
        let stored = messages::insert_missing(tx, self.new_messages(now)).await?;
        let known = self.entries.iter().filter_map(Entry::known_message);
        let ids: Vec<MessageId> = stored
            .values()
            .map(|stored| stored.id)
            .chain(known)
            .collect();
        let scanner = decider.job.scanner.id;
        let settled = decisions::made_of(tx, scanner, &ids)
            .await?
            .into_iter()
            .map(|(message, made)| (message, Some(made)))
            .collect();
        let asked = self.entries.iter().filter_map(|entry| {
            let stored = stored.get(&entry.mail.identity.0).map(|stored| stored.id);
            Some(Asked {
                message: entry.known_message().or(stored)?,
                facts: &entry.mail.facts,
            })
        });
        let known = Known::load(tx, asked, &decider.fields, basis.own).await?;
        let mut run = Run {
            tx,
            decider,
            rules: &basis.deciding.rules,
            now,
            known,
            own: basis.own,
            addresses: Vec::new(),
            late: Vec::new(),
            settled,
            held: Vec::new(),
            changes: Changes::by(basis.deciding.version),
            finished: Vec::new(),
            counts: Counts {
                new_messages: stored.values().filter(|stored| stored.was_new).count() as u64,
                ..Counts::default()
            },
        };
        for entry in &self.entries {
            run.decide(entry, &stored).await?;
        }
        for unreadable in &self.unreadable {
            let attempts = unreadable.pending.delivery.attempts;
            let failure = Failure::after(attempts, &unreadable.error, unreadable.cure, now);
            run.counts += failure.write(tx, unreadable.pending.delivery.id).await?;
        }
        message_addresses::insert_missing(tx, run.addresses).await?;
        let late: Vec<&str> = run.late.iter().map(String::as_str).collect();
        late_links::ask(tx, &late).await?;
        run.changes.write(tx).await?;
        retried::hold_by_decisions(tx, scanner, &run.held).await?;
        deliveries::finish(tx, &run.finished).await?;
        let counts = run.counts;
        self.note_bounces(tx, decider, &stored, basis.own, now)
            .await?;
        Ok(counts)
    }

    /// What these messages report of mail that we sent.
    async fn note_bounces(
        &self,
        tx: &Tx,
        decider: &Decider<'_>,
        stored: &HashMap<String, Stored>,
        own: &Own,
        now: DateTime<Utc>,
    ) -> Result<(), ScanError> {
        let reporting: Vec<Reporting<'_>> = self
            .entries
            .iter()
            .filter(|entry| !entry.mail.facts.reports.is_empty())
            .filter_map(|entry| {
                let stored = stored.get(&entry.mail.identity.0).map(|stored| stored.id);
                Some(Reporting {
                    message: entry.known_message().or(stored)?,
                    facts: &entry.mail.facts,
                    received_at: entry.received_at(now),
                })
            })
            .collect();
        let job = decider.job;
        let by = (Some(job.scan), job.scanner.id);
        Ok(apply::note_bounces(tx, by, &reporting, own).await?)
    }

    /// The addresses that may become leads, each once, sorted.
    fn senders(&self) -> Vec<&str> {
        let mut senders: Vec<&str> = self
            .entries
            .iter()
            .filter_map(|entry| entry.mail.facts.sender())
            .map(|sender| sender.email.as_str())
            .collect();
        senders.sort_unstable();
        senders.dedup();
        senders
    }

    fn new_messages(&self, now: DateTime<Utc>) -> Vec<NewMessage> {
        self.entries
            .iter()
            .filter(|entry| entry.known_message().is_none())
            .map(|entry| entry.message(now))
            .collect()
    }
}

impl Entry {
    /// The message that it is a copy of, where that was found out before.
    pub(super) fn known_message(&self) -> Option<MessageId> {
        self.pending.delivery.message_id
    }

    /// When it came, as far as anybody says.
    fn received_at(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let date = self.mail.facts.date;
        let said = date.map(|date| date.with_timezone(&Utc));
        self.pending.delivery.internal_date.or(said).unwrap_or(now)
    }

    fn message(&self, now: DateTime<Utc>) -> NewMessage {
        let facts = &self.mail.facts;
        let from = facts.from.first();
        let sender = facts.sender().filter(|sender| Some(*sender) != from);
        let recipients: Vec<_> = facts.to.iter().chain(&facts.cc).chain(&facts.bcc).collect();
        let date = facts.date.map(|date| date.with_timezone(&Utc));
        NewMessage {
            identity: self.mail.identity.0.clone(),
            rfc_message_id: facts.message_id.clone(),
            subject: facts.subject.clone(),
            from_email: from.map(|from| from.email.clone()).unwrap_or_default(),
            from_name: from.map(|from| from.name.clone()).unwrap_or_default(),
            sender: sender.and_then(|sender| serde_json::to_value(sender).ok()),
            recipients: serde_json::to_value(recipients).unwrap_or_default(),
            date,
            received_at: self.received_at(now),
            kind: stored_kind(facts.kind),
            kind_reason: facts.kind_reason.0.clone(),
            direction: stored_direction(facts.direction),
            size: self.pending.delivery.size,
            attachments: i32::try_from(facts.attachments.len()).unwrap_or(i32::MAX),
            blob_hash: self.pending.hash().to_owned(),
            notes: facts.notes.clone(),
            created_at: now,
        }
    }
}

/// Reads what lies compressed in rows.
fn read_small(
    small: Vec<(Pending, Vec<u8>)>,
    own: &Own,
    read: ReadMail,
) -> (Vec<Entry>, Vec<Unreadable>) {
    let mut entries = Vec::with_capacity(small.len());
    let mut unreadable = Vec::new();
    for (pending, bytes) in small {
        match blobs::unpack(pending.hash(), pending.delivery.size, &bytes) {
            Ok(raw) => match read_guarded(read, &raw, raw.len() as u64, own) {
                Some(mail) => entries.push(Entry { pending, mail }),
                None => unreadable.push(Unreadable::defect(pending)),
            },
            Err(error) => unreadable.push(Unreadable {
                pending,
                error: error.to_string(),
                cure: blobs::RESTORE_DATABASE,
            }),
        }
    }
    (entries, unreadable)
}
