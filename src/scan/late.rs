//! Late linking: when a record gets an address after there was mail with it, that mail is linked then, by the rules that
//! decided it. Never makes leads, and does nothing that those rules did not ask for.
//!
//! A batch is one transaction, so that it may be cut at any moment and any number of workers may be at it.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entities::ids::{DecisionId, MessageId, ScannerId};
use entities::late_links::Model;
use entities::{decisions as decided, messages as stored};
use futures_util::FutureExt as _;
use rules::{Decision, KindReason, MessageFacts};

use super::packing::read_guarded;
use super::{ScanError, Scanning};
use crate::apply::{self, Changes, Subject};
use crate::kinds;
use crate::link::{self, Asked, Known, SearchFields};
use crate::message::{self, Own};
use crate::store::scanners::Placed;
use crate::store::{
    StoreError, Tx, blobs, decisions, late_links, message_addresses, messages, record_locks,
    scanners,
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
        if next.below.is_none() {
            self.wait_for_linking().await?;
        }
        // Bytes may come from far away: they are read before anybody is kept waiting.
        let ids =
            message_addresses::newest_with(&self.store, &next.wanted, next.below, BATCH).await?;
        let batch = self.read_batch(ids).await?;
        let linked = AssertUnwindSafe(self.link_batch(&next, &batch)).catch_unwind();
        match linked.await.unwrap_or(Err(ScanError::Crashed)) {
            Err(error) if error.isolates() => self.link_one_by_one(&next, &batch).await,
            linked => linked,
        }
    }

    /// Waits for those who link: a window that looked records up before there was this address may still be writing the
    /// mail that it is looked for in. Later windows know the address themselves.
    async fn wait_for_linking(&self) -> Result<(), ScanError> {
        let tx = self.store.begin().await?;
        record_locks::own(&tx).await?;
        Ok(tx.commit().await?)
    }

    /// All of a batch in one transaction.
    async fn link_batch(&self, next: &Model, batch: &Batch) -> Result<bool, ScanError> {
        let Some(tx) = self.take(next).await? else {
            return Ok(false);
        };
        for decided in &batch.decided {
            link_decided(&tx, decided, decided.ids(), self.clock.now()).await?;
        }
        go_on(&tx, next, batch).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Finds the message over which linking fails, so that it does not hold up the others: the error is kept with its
    /// decision.
    async fn link_one_by_one(&self, next: &Model, batch: &Batch) -> Result<bool, ScanError> {
        for decided in &batch.decided {
            for made in decided.ids() {
                let linked = AssertUnwindSafe(self.link_alone(next, decided, made)).catch_unwind();
                match linked.await.unwrap_or(Err(ScanError::Crashed)) {
                    Ok(true) => {}
                    Ok(false) => return Ok(false),
                    Err(error) if error.isolates() => {
                        tracing::warn!(decision = %made, %error, "A message can't be linked late");
                        let tx = self.store.begin().await?;
                        decisions::fail_late(&tx, made, &error.to_string()).await?;
                        tx.commit().await?;
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        let Some(tx) = self.take(next).await? else {
            return Ok(false);
        };
        go_on(&tx, next, batch).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn link_alone(
        &self,
        next: &Model,
        decided: &Decided,
        made: DecisionId,
    ) -> Result<bool, ScanError> {
        let Some(tx) = self.take(next).await? else {
            return Ok(false);
        };
        link_decided(&tx, decided, [made], self.clock.now()).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// A transaction in which no other worker is at `next`; nothing where one is, or was.
    async fn take(&self, next: &Model) -> Result<Option<Tx>, ScanError> {
        let tx = self.store.begin().await?;
        record_locks::share(&tx).await?;
        let still = late_links::take(&tx, next.id).await?;
        Ok(still
            .is_some_and(|row| row.below == next.below)
            .then_some(tx))
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

impl Decided {
    /// The decisions, the oldest message first.
    fn ids(&self) -> impl Iterator<Item = DecisionId> {
        self.decisions.iter().map(|made| made.id)
    }
}

/// The next batch is of older messages, or it is done.
async fn go_on(tx: &Tx, next: &Model, batch: &Batch) -> Result<(), StoreError> {
    let looked_at = next
        .looked_at
        .saturating_add(i32::try_from(batch.ids.len()).unwrap_or(MOST));
    match batch.ids.last() {
        Some(last) if batch.ids.len() as u64 == BATCH && looked_at < MOST => {
            late_links::advance(tx, next.id, *last, looked_at).await
        }
        _ => late_links::finish(tx, next.id).await,
    }
}

/// Links the messages of these decisions, as far as they still hold.
async fn link_decided(
    tx: &Tx,
    decided: &Decided,
    ids: impl IntoIterator<Item = DecisionId>,
    now: DateTime<Utc>,
) -> Result<(), ScanError> {
    let ids: Vec<DecisionId> = ids.into_iter().collect();
    // They may have been made anew, taken back or linked further since the bytes were read.
    let mut hold = decisions::by_ids(tx, &ids).await?;
    hold.sort_by_key(|made| made.message_id);
    let fields = SearchFields::new(decided.scanner.scanner.search_fields.0.clone());
    let asked = hold.iter().filter_map(|made| {
        let read = decided.rows.get(&made.message_id)?;
        Some(Asked {
            message: made.message_id,
            facts: &read.facts,
        })
    });
    let mut known = Known::load(tx, asked, &fields, &decided.own).await?;
    let mut changes = Changes::default();
    for made in &hold {
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
        settled: link::is_settled(read.row.id, known),
        scanner: made.scanner_id,
        scan: None,
        on_server: None,
        released_at: None,
        anew: true,
        now,
    };
    let candidates = link::candidates(read.row.id, &read.facts, known);
    if !apply::may_link(&decision) || candidates == decision.candidates {
        return Ok(());
    }
    let linked = apply::link_late(changes, subject, &mut decision, candidates);
    for (record, name) in &linked {
        known.remember_link(&read.facts, *record, name);
    }
    let doubt = apply::doubt(&decision).filter(|_| !subject.settled);
    let body =
        serde_json::to_value(&decision).map_err(|error| StoreError::Broken(error.to_string()))?;
    decisions::carry_further(tx, made.id, body, doubt).await?;
    Ok(())
}
