//! Late linking: when a record gets an address after there was mail with it, that mail is linked then, by the rules that
//! decided it. Never makes leads, and does nothing that those rules did not ask for.
//!
//! A batch is one transaction, so that it may be cut at any moment and any number of workers may be at it.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entities::ids::{MessageId, ScannerId};
use entities::{decisions as decided, messages as stored};
use rules::{Decision, KindReason, MessageFacts};

use super::packing::read_guarded;
use super::{ScanError, Scanning};
use crate::apply::{self, Changes, Subject};
use crate::kinds;
use crate::link::{self, Asked, Known, SearchFields};
use crate::message::{self, Own};
use crate::store::scanners::Placed;
use crate::store::{
    StoreError, Tx, blobs, decisions, late_links, message_addresses, messages, scanners,
};

/// So many messages are looked at in one transaction.
const BATCH: u64 = 200;
/// Of one address no more than so many messages are looked at, the newest.
const MOST: i32 = 10_000;

/// Messages that may be linked, the oldest first.
struct Batch {
    /// All that were looked at, the newest first.
    ids: Vec<MessageId>,
    decided: Vec<Decided>,
}

/// The decisions of one scanner among them.
struct Decided {
    scanner: Placed,
    own: Arc<Own>,
    decisions: Vec<decided::Model>,
    rows: BTreeMap<MessageId, Read>,
}

/// One of them.
struct Read {
    row: stored::Model,
    facts: MessageFacts,
}

impl Scanning {
    /// Links the next older messages with an address that a record got; says whether there may be more to do.
    ///
    /// # Errors
    /// When the database or the blob store does not answer; then nothing was done.
    pub async fn link_late(&self) -> Result<bool, ScanError> {
        let Some(next) = late_links::next(&self.store).await? else {
            return Ok(false);
        };
        // Bytes may come from far away: they are read before anybody is kept waiting.
        let ids =
            message_addresses::newest_with(&self.store, &next.wanted, next.below, BATCH).await?;
        let batch = self.read_batch(ids).await?;
        let tx = self.store.begin().await?;
        let still = late_links::take(&tx, next.id).await?;
        if still.is_none_or(|row| row.below != next.below) {
            // Another worker is at it.
            return Ok(false);
        }
        for decided in &batch.decided {
            link_decided(&tx, decided, self.clock.now()).await?;
        }
        let looked_at = next
            .looked_at
            .saturating_add(i32::try_from(batch.ids.len()).unwrap_or(MOST));
        match batch.ids.last() {
            Some(last) if batch.ids.len() as u64 == BATCH && looked_at < MOST => {
                late_links::advance(&tx, next.id, *last, looked_at).await?;
            }
            _ => late_links::finish(&tx, next.id).await?,
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Those of the messages about which some rule asked for links, with the scanners whose rules those are.
    async fn read_batch(&self, ids: Vec<MessageId>) -> Result<Batch, ScanError> {
        let mut by_scanner: BTreeMap<ScannerId, Vec<decided::Model>> = BTreeMap::new();
        for made in decisions::for_messages(&self.store, &ids).await? {
            if serde_json::from_value(made.body.clone()).is_ok_and(|body| apply::may_link(&body)) {
                by_scanner.entry(made.scanner_id).or_default().push(made);
            }
        }
        let mut decided = Vec::with_capacity(by_scanner.len());
        for (scanner, mut decisions) in by_scanner {
            let found = scanners::with_mailbox_and_server(&self.store, scanner).await?;
            let Some(scanner) = found else {
                continue;
            };
            decisions.sort_by_key(|made| made.message_id);
            let basis = self.basis(&scanner.server);
            let own = Arc::clone(basis.own_addresses().await?);
            let rows = self.read_messages(&decisions, &own).await?;
            decided.push(Decided {
                scanner,
                own,
                decisions,
                rows,
            });
        }
        Ok(Batch { ids, decided })
    }

    /// What the messages of these decisions say, as far as their bytes are there.
    async fn read_messages(
        &self,
        decisions: &[decided::Model],
        own: &Arc<Own>,
    ) -> Result<BTreeMap<MessageId, Read>, ScanError> {
        let wanted: Vec<MessageId> = decisions.iter().map(|made| made.message_id).collect();
        let found = messages::by_ids(&self.store, &wanted).await?;
        let hashes: Vec<&str> = found.iter().map(|row| row.blob_hash.as_str()).collect();
        let blobs = blobs::of_hashes(&self.store, &hashes).await?;
        let mut rows = BTreeMap::new();
        for row in found {
            let Some(blob) = blobs.get(&row.blob_hash) else {
                continue;
            };
            let raw = match self.files.read_prefix(blob, message::MAX_READ).await {
                Ok(raw) => raw,
                // Bytes that are lost are told of by `blobs check`; without its service the bucket's messages wait.
                Err(error) if error.cure().is_some() => continue,
                Err(error) => return Err(error.into()),
            };
            let (read, size, own) = (self.read, row.size.unsigned_abs(), Arc::clone(own));
            let reading = move || read_guarded(read, &raw, size, &own);
            if let Some(mail) = tokio::task::spawn_blocking(reading).await? {
                let facts = MessageFacts {
                    // As they were told when the rules asked.
                    kind: kinds::kind(row.kind),
                    kind_reason: KindReason(row.kind_reason.clone()),
                    direction: kinds::direction(row.direction),
                    ..mail.facts
                };
                rows.insert(row.id, Read { row, facts });
            }
        }
        Ok(rows)
    }
}

async fn link_decided(tx: &Tx, decided: &Decided, now: DateTime<Utc>) -> Result<(), ScanError> {
    let fields = SearchFields::new(decided.scanner.scanner.search_fields.0.clone());
    let asked = decided.decisions.iter().filter_map(|made| {
        let read = decided.rows.get(&made.message_id)?;
        Some(Asked {
            message: made.message_id,
            facts: &read.facts,
        })
    });
    let mut known = Known::load(tx, asked, &fields, &decided.own).await?;
    let mut changes = Changes::default();
    for made in &decided.decisions {
        if let Some(read) = decided.rows.get(&made.message_id) {
            link_one(tx, &mut changes, &mut known, made, read, now).await?;
        }
    }
    Ok(changes.write(tx).await?)
}

async fn link_one(
    tx: &Tx,
    changes: &mut Changes,
    known: &mut Known,
    made: &decided::Model,
    read: &Read,
    now: DateTime<Utc>,
) -> Result<(), ScanError> {
    let mut decision: Decision = serde_json::from_value(made.body.clone())
        .map_err(|error| StoreError::Broken(error.to_string()))?;
    let refused = link::refused(read.row.id, known);
    let subject = Subject {
        message: read.row.id,
        facts: &read.facts,
        refused: &refused,
        scanner: made.scanner_id,
        scan: None,
        on_server: None,
        anew: true,
        now,
    };
    let candidates = link::candidates(read.row.id, &read.facts, known);
    if candidates == decision.candidates {
        return Ok(());
    }
    let linked = apply::link_late(changes, subject, &mut decision, candidates);
    for (record, name) in &linked {
        known.remember_link(&read.facts, *record, name);
    }
    let doubt = apply::doubt(&decision);
    let body =
        serde_json::to_value(&decision).map_err(|error| StoreError::Broken(error.to_string()))?;
    decisions::carry_further(tx, made.id, body, doubt).await?;
    Ok(())
}
