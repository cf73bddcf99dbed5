//! One window of stored decisions with the facts that they were made of.

mod anew;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entities::decisions::Model as Decided;
use entities::ids::{MessageId, ScannerId};
use entities::messages::Model as Row;
use rules::{
    Action, Candidate, Decision, Facts, KindReason, MessageFacts, Outcome, Place, RecordKind,
    RecordRef,
};

use crate::kinds;
use crate::link::{self, Asked, Known};
use crate::message::{self, Own};
use crate::scan::import::folder_for_rules;
use crate::scan::packing::read_guarded;
use crate::scan::{ReadMail, ScanError, Scanning};
use crate::store::deliveries::{self, chosen::Listed};
use crate::store::scanners::Placed;
use crate::store::{StoreError, blobs, decisions, leads, made_records, messages, tickets};

/// So many bytes of messages are read into facts together.
const BYTES: usize = 16 * 1024 * 1024;

/// A message as it was when it was decided.
#[derive(Debug, Clone)]
pub struct Replayed {
    /// Its row.
    pub id: MessageId,
    /// The address that it is from; empty where it has none.
    pub from: String,
    /// When it was received.
    pub received_at: DateTime<Utc>,
    /// What the rules were shown.
    pub facts: Facts,
    /// What was decided then.
    pub decision: Decision,
    /// Whether its records were looked up anew, as its author is another now.
    pub(super) anew: bool,
}

/// What a decision was about, with its bytes.
struct Stored {
    decided: Decided,
    row: Row,
    raw: Vec<u8>,
    own: Arc<Own>,
}

/// The same, read.
struct Said {
    decided: Decided,
    row: Row,
    facts: MessageFacts,
}

/// The messages of these decisions, without those whose bytes are not there or can't be read.
pub(super) async fn read(
    scanning: &Scanning,
    page: Vec<Decided>,
    places: &HashMap<ScannerId, (Placed, Arc<Own>)>,
) -> Result<Vec<Replayed>, ScanError> {
    let store = &scanning.store;
    let ids: Vec<MessageId> = page.iter().map(|decided| decided.message_id).collect();
    let copies = copies(deliveries::chosen::of_messages(store, &ids).await?);
    let made = Made::read(scanning, &ids).await?;
    let said = read_facts(scanning, page, &ids, places).await?;
    let asked = said.iter().map(|said| Asked {
        message: said.row.id,
        facts: &said.facts,
    });
    // Which addresses are ours is the same for all scanners.
    let own = places.values().next().map(|(_, own)| Arc::clone(own));
    let known = Known::of_senders(store, asked, own.unwrap_or_default()).await?;
    let mut anew = anew::look_up(store, &said, places).await?;
    let mut messages = Vec::with_capacity(said.len());
    for Said {
        decided,
        row,
        facts,
    } in said
    {
        let decision: Decision = serde_json::from_value(decided.body.clone())
            .map_err(|error| StoreError::Broken(error.to_string()))?;
        let Some((at, _)) = places.get(&decided.scanner_id) else {
            continue;
        };
        let copy = copies.get(&(row.id, decided.scanner_id));
        let looked_up = anew.remove(&decided.id);
        let is_anew = looked_up.is_some();
        let known_then = looked_up.unwrap_or_else(|| {
            let known = decision.known_then.as_ref();
            known.unwrap_or(&decision.candidates).clone()
        });
        messages.push(Replayed {
            id: row.id,
            from: row.from_email.clone(),
            received_at: row.received_at,
            facts: Facts {
                sender: link::standing(row.id, &facts, &known),
                candidates: made.without(known_then, &decided, &decision),
                message: facts,
                place: place(at, copy, decided.decided_at),
            },
            decision,
            anew: is_anew,
        });
    }
    Ok(messages)
}

/// The copy of each message that each scanner found first.
fn copies(listed: Vec<Listed>) -> HashMap<(MessageId, ScannerId), Listed> {
    let mut copies = HashMap::new();
    for copy in listed {
        if let Some(message) = copy.delivery.message_id {
            let key = (message, copy.folder.scanner_id);
            copies.entry(key).or_insert(copy);
        }
    }
    copies
}

fn place(placed: &Placed, copy: Option<&Listed>, decided_at: DateTime<Utc>) -> Place {
    let arrived = copy.and_then(|copy| copy.delivery.internal_date);
    Place {
        scanner: placed.scanner.name.clone(),
        mailbox: placed.mailbox.address.clone(),
        folder: copy
            .map(|copy| folder_for_rules(&copy.folder.name).to_owned())
            .unwrap_or_default(),
        arrived: Some(arrived.unwrap_or(decided_at)),
        released: copy.is_some_and(|copy| copy.delivery.released),
    }
}

/// What depends on which addresses were ours is as it was told then.
fn as_decided(facts: MessageFacts, row: &Row) -> MessageFacts {
    MessageFacts {
        kind: kinds::kind(row.kind),
        kind_reason: KindReason(row.kind_reason.clone()),
        direction: kinds::direction(row.direction),
        ..facts
    }
}

/// The records that were made of each message: they were not there when it came. After `retry` the decision that made
/// them is no more.
struct Made {
    records: HashSet<(MessageId, RecordRef)>,
    /// By whose decision of the message a record of which sort was made.
    makers: HashSet<(MessageId, RecordKind, ScannerId)>,
}

impl Made {
    async fn read(scanning: &Scanning, ids: &[MessageId]) -> Result<Self, ScanError> {
        let store = &scanning.store;
        let mut records = HashSet::new();
        let mut add = |message: Option<MessageId>, kind: RecordKind, id: i64| {
            records.extend(message.map(|message| (message, RecordRef { kind, id })));
        };
        for lead in leads::for_messages(store, ids).await? {
            add(lead.message_id, RecordKind::Lead, lead.id.0);
        }
        for ticket in tickets::for_messages(store, ids).await? {
            add(ticket.message_id, RecordKind::Ticket, ticket.id.0);
        }
        for record in made_records::of_messages(store, ids).await? {
            let kind = kinds::record_kind(record.record_kind);
            add(Some(record.message_id), kind, record.record_id);
        }
        let mut makers = HashSet::new();
        let of: HashSet<MessageId> = records.iter().map(|(message, _)| *message).collect();
        let of: Vec<MessageId> = of.into_iter().collect();
        for made in decisions::for_messages(store, &of).await? {
            let decision: Decision = serde_json::from_value(made.body)
                .map_err(|error| StoreError::Broken(error.to_string()))?;
            makers.extend(
                MADE.into_iter()
                    .filter(|kind| makes(&decision, *kind))
                    .map(|kind| (made.message_id, kind, made.scanner_id)),
            );
        }
        Ok(Self { records, makers })
    }

    /// The records that were known when the message was decided: not those that were made of it, unless another scanner
    /// had made them before.
    fn without(
        &self,
        mut known: Vec<Candidate>,
        decided: &Decided,
        decision: &Decision,
    ) -> Vec<Candidate> {
        let message = decided.message_id;
        known.retain(|one| {
            let kind = one.record.kind;
            let by_another = self
                .makers
                .iter()
                .any(|(of, what, by)| (*of, *what) == (message, kind) && *by != decided.scanner_id);
            !self.records.contains(&(message, one.record)) || by_another && !makes(decision, kind)
        });
        known
    }
}

/// What is made of messages.
const MADE: [RecordKind; 4] = [
    RecordKind::Lead,
    RecordKind::Ticket,
    RecordKind::Organization,
    RecordKind::Contact,
];

/// Whether this decision made a record of this sort; one that another scanner made of the message was there.
fn makes(decision: &Decision, kind: RecordKind) -> bool {
    decision.actions.iter().any(|planned| {
        let of_kind = match &planned.action {
            Action::CreateLead(_) => RecordKind::Lead,
            Action::CreateTicket(_) => RecordKind::Ticket,
            Action::CreateOrganization(_) => RecordKind::Organization,
            Action::CreateContact(_) => RecordKind::Contact,
            _ => return false,
        };
        of_kind == kind && !matches!(planned.outcome, Outcome::Skip(_))
    })
}

/// Reads the messages from their bytes, never many bytes at once.
async fn read_facts(
    scanning: &Scanning,
    page: Vec<Decided>,
    ids: &[MessageId],
    places: &HashMap<ScannerId, (Placed, Arc<Own>)>,
) -> Result<Vec<Said>, ScanError> {
    let rows = messages::by_ids(&scanning.store, ids).await?;
    let rows: HashMap<MessageId, Row> = rows.into_iter().map(|row| (row.id, row)).collect();
    let hashes: Vec<&str> = rows.values().map(|row| row.blob_hash.as_str()).collect();
    let blobs = blobs::of_hashes(&scanning.store, &hashes).await?;
    let mut said = Vec::with_capacity(page.len());
    let (mut batch, mut bytes) = (Vec::new(), 0);
    for decided in page {
        let found = rows.get(&decided.message_id).and_then(|row| {
            let (_, own) = places.get(&decided.scanner_id)?;
            Some((row, blobs.get(&row.blob_hash)?, own))
        });
        let Some((row, blob, own)) = found else {
            continue;
        };
        let raw = match scanning.files.read_prefix(blob, message::MAX_READ).await {
            Ok(raw) => raw,
            Err(error) if error.cure().is_some() => continue,
            Err(error) => return Err(error.into()),
        };
        bytes += raw.len();
        batch.push(Stored {
            decided,
            row: row.clone(),
            raw,
            own: Arc::clone(own),
        });
        if bytes >= BYTES {
            said.extend(read_batch(scanning.read, std::mem::take(&mut batch)).await?);
            bytes = 0;
        }
    }
    said.extend(read_batch(scanning.read, batch).await?);
    Ok(said)
}

/// Away from the threads that wait for servers.
async fn read_batch(read: ReadMail, batch: Vec<Stored>) -> Result<Vec<Said>, ScanError> {
    let reading = move || -> Vec<Said> {
        let said = |stored: Stored| {
            let size = stored.row.size.unsigned_abs();
            let mail = read_guarded(read, &stored.raw, size, &stored.own)?;
            Some(Said {
                facts: as_decided(mail.facts, &stored.row),
                decided: stored.decided,
                row: stored.row,
            })
        };
        batch.into_iter().filter_map(said).collect()
    };
    Ok(tokio::task::spawn_blocking(reading).await?)
}
