//! Taking back what rules did, and saying so in their decisions, so that linking late does not bring it back.

use std::collections::{BTreeMap, BTreeSet};

use entities::ids::MessageId;
use rules::{Action, Decision, Outcome, Planned, RecordKind};

use crate::kinds::stored_record_kind;
use crate::records::undo::{Deed, Teller, Undoing, Undone, Work};
use crate::store::undos::{self, Scope};
use crate::store::{Store, StoreError, Tx, decisions};

/// So many decisions are held at once.
const PIECE: usize = 500;

/// Takes back what `scope` did, each part in a transaction of its own, so that nobody waits long for it. Where it breaks
/// off, it is done once more to do the rest.
pub async fn take_back_in_parts(
    store: &Store,
    scope: &Scope,
    teller: Teller<'_>,
) -> Result<Undone, StoreError> {
    let mut undoing = Undoing::new(scope, teller);
    loop {
        let tx = store.begin().await?;
        let more = undoing.go_on(&tx).await?;
        say_so(&tx, &undoing.take_work(), scope, teller).await?;
        tx.commit().await?;
        if !more {
            return Ok(undoing.into_undone());
        }
    }
}

/// Says in the decisions of these messages what of them is taken back.
async fn say_so(
    tx: &Tx,
    undone: &BTreeSet<Work>,
    scope: &Scope,
    teller: Teller<'_>,
) -> Result<(), StoreError> {
    if undone.is_empty() {
        return Ok(());
    }
    let scanners = undos::scanners(tx, scope).await?;
    let mut work: BTreeMap<MessageId, Vec<&Work>> = BTreeMap::new();
    for one in undone {
        work.entry(one.message).or_default().push(one);
    }
    let messages: Vec<MessageId> = work.keys().copied().collect();
    let words = format!("{} took it back", teller.author);
    for piece in messages.chunks(PIECE) {
        for made in decisions::for_messages(tx, piece).await? {
            let theirs = scanners.as_ref();
            if theirs.is_some_and(|theirs| !theirs.contains(&made.scanner_id)) {
                continue;
            }
            let (Ok(mut decision), Some(gone)) = (
                serde_json::from_value::<Decision>(made.body),
                work.get(&made.message_id),
            ) else {
                continue;
            };
            if mark(&mut decision, gone, &words) {
                let body = serde_json::to_value(&decision)
                    .map_err(|error| StoreError::Broken(error.to_string()))?;
                decisions::carry_further(tx, made.id, body, made.doubt.as_deref()).await?;
            }
        }
    }
    Ok(())
}

/// Says of what is gone that it is taken back; whether there was any. What a rule did beside that stays as it is told.
fn mark(decision: &mut Decision, gone: &[&Work], words: &str) -> bool {
    let mut marked = false;
    for planned in &mut decision.actions {
        let is_gone = |work: &&Work| work.rule == planned.rule && is_of(planned, work.deed);
        if planned.outcome == Outcome::Do && gone.iter().any(is_gone) {
            planned.outcome = Outcome::TakenBack(words.to_owned());
            marked = true;
        }
    }
    marked
}

/// Whether a deed is what this action led to.
fn is_of(planned: &Planned, deed: Deed) -> bool {
    let made = |kind: RecordKind| deed == Deed::Linked(stored_record_kind(kind));
    match &planned.action {
        // A lead may have become a contact since, and its links with it.
        Action::Link(_) => planned.records.iter().any(|record| {
            made(record.kind) || (record.kind == RecordKind::Lead && made(RecordKind::Contact))
        }),
        Action::CreateLead(_) => made(RecordKind::Lead),
        Action::CreateTicket(_) => made(RecordKind::Ticket),
        Action::CreateOrganization(_) => made(RecordKind::Organization),
        Action::CreateContact(_) => made(RecordKind::Contact),
        Action::Ticket(_) => deed == Deed::ChangedTicket,
        Action::Assign(_) => deed == Deed::Assigned,
        Action::Status(_) => deed == Deed::SaidStatus,
        Action::Priority(_) => deed == Deed::SaidPriority,
        Action::Notify(_) => deed == Deed::Told,
        Action::AutoReply(_) => deed == Deed::Answered,
        Action::Forward(_) => deed == Deed::PassedOn,
        Action::Tag(_) => deed == Deed::Tagged,
        Action::Flag(_) => deed == Deed::Flagged,
        Action::Unflag(_) => deed == Deed::Unflagged,
        Action::Move(_) => deed == Deed::Moved,
        // Nothing came of them that could be taken back.
        Action::Hold(_) | Action::Ignore(_) => false,
    }
}

#[cfg(test)]
#[path = "taken_back_tests.rs"]
mod tests;
