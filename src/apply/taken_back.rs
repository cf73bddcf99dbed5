//! Taking back what rules did, and saying so in their decisions, so that linking late does not bring it back.

use std::collections::{BTreeMap, BTreeSet};

use entities::ids::MessageId;
use rules::{Decision, Outcome};

use crate::records::undo::{self, Teller, Undone};
use crate::store::undos::{self, Scope};
use crate::store::{StoreError, Tx, decisions};

/// So many decisions are held at once.
const PIECE: usize = 500;

/// Takes back what `scope` did; to see what that is, drop the transaction.
pub async fn take_back(tx: &Tx, scope: &Scope, teller: Teller<'_>) -> Result<Undone, StoreError> {
    let undone = undo::undo(tx, scope, teller).await?;
    let scanners = undos::scanners(tx, scope).await?;
    let mut work: BTreeMap<MessageId, BTreeSet<&str>> = BTreeMap::new();
    for (message, rule) in &undone.work {
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
    Ok(undone)
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
