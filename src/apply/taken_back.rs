//! Taking back what rules did, and saying so in their decisions, so that linking late does not bring it back.

use std::collections::{BTreeMap, BTreeSet};

use entities::ids::MessageId;
use rules::{Decision, Outcome};

use crate::records::undo::{Teller, Undoing, Undone};
use crate::store::undos::{self, Scope};
use crate::store::{Store, StoreError, Tx, decisions};

/// So many decisions are held at once.
const PIECE: usize = 500;

/// Takes back what `scope` did in one transaction; to see what that is, drop it.
pub async fn take_back(tx: &Tx, scope: &Scope, teller: Teller<'_>) -> Result<Undone, StoreError> {
    let mut undoing = Undoing::new(scope, teller);
    while take_back_part(tx, &mut undoing, scope, teller).await? {}
    Ok(undoing.into_undone())
}

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
        let more = take_back_part(&tx, &mut undoing, scope, teller).await?;
        tx.commit().await?;
        if !more {
            return Ok(undoing.into_undone());
        }
    }
}

async fn take_back_part(
    tx: &Tx,
    undoing: &mut Undoing<'_>,
    scope: &Scope,
    teller: Teller<'_>,
) -> Result<bool, StoreError> {
    let more = undoing.go_on(tx).await?;
    say_so(tx, &undoing.take_work(), scope, teller).await?;
    Ok(more)
}

/// Says in the decisions of these messages what of them is taken back.
async fn say_so(
    tx: &Tx,
    undone: &BTreeSet<(MessageId, String)>,
    scope: &Scope,
    teller: Teller<'_>,
) -> Result<(), StoreError> {
    if undone.is_empty() {
        return Ok(());
    }
    let scanners = undos::scanners(tx, scope).await?;
    let mut work: BTreeMap<MessageId, BTreeSet<&str>> = BTreeMap::new();
    for (message, rule) in undone {
        work.entry(*message).or_default().insert(rule);
    }
    let messages: Vec<MessageId> = work.keys().copied().collect();
    let words = format!("{} took it back", teller.author);
    for piece in messages.chunks(PIECE) {
        for made in decisions::for_messages(tx, piece).await? {
            let theirs = scanners.as_ref();
            if theirs.is_some_and(|theirs| !theirs.contains(&made.scanner_id)) {
                continue;
            }
            let (Ok(mut decision), Some(rules)) = (
                serde_json::from_value::<Decision>(made.body),
                work.get(&made.message_id),
            ) else {
                continue;
            };
            if mark(&mut decision, rules, &words) {
                let body = serde_json::to_value(&decision)
                    .map_err(|error| StoreError::Broken(error.to_string()))?;
                decisions::carry_further(tx, made.id, body, made.doubt.as_deref()).await?;
            }
        }
    }
    Ok(())
}

/// Says of what these rules did that it is taken back; whether there was any.
fn mark(decision: &mut Decision, rules: &BTreeSet<&str>, words: &str) -> bool {
    let mut marked = false;
    for planned in &mut decision.actions {
        if planned.outcome == Outcome::Do && rules.contains(planned.rule.as_str()) {
            planned.outcome = Outcome::TakenBack(words.to_owned());
            marked = true;
        }
    }
    marked
}
