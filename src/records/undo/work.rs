//! Takes back what rules said of messages themselves: whose they are, how far they are, how soon they have to be done.

use entities::ids::MessageId;
use entities::links::AuthorKind;
use entities::message_changes::{self, Changed};
use entities::message_states::{MessagePriority, MessageStatus, Model};
use sea_orm::ActiveEnum;

use super::{Teller, Undone};
use crate::store::message_states::{self, NewChange};
use crate::store::undos::Scope;
use crate::store::{StoreError, Tx, users};

/// Where nobody has said anything since, it becomes what it was before.
pub(super) async fn undo(
    tx: &Tx,
    scope: &Scope,
    teller: Teller<'_>,
    undone: &mut Undone,
) -> Result<(), StoreError> {
    let made = message_states::changes_made(tx, scope).await?;
    let mut things: Vec<(MessageId, Changed)> =
        made.iter().map(|one| (one.message_id, one.what)).collect();
    things.sort_unstable_by_key(|(message, what)| (*message, what.as_str()));
    things.dedup();
    for (message, what) in things {
        let history = message_states::changes(tx, message).await?;
        let of_it = history.iter().rev().filter(|one| one.what == what);
        let theirs = of_it.take_while(|one| made.iter().any(|made| made.id == one.id));
        let theirs: Vec<&message_changes::Model> = theirs.collect();
        // Before the first of those that come last it was what it is to be again.
        let (Some(last), Some(first)) = (theirs.first(), theirs.last()) else {
            continue;
        };
        if last.after != first.before {
            take_back(tx, first, &last.after, teller).await?;
            undone.counts.work += 1;
            for change in &theirs {
                undone.note(message, change.author.clone(), what.into());
            }
        }
    }
    Ok(())
}

async fn take_back(
    tx: &Tx,
    first: &message_changes::Model,
    now: &str,
    teller: Teller<'_>,
) -> Result<(), StoreError> {
    let mut state = message_states::locked(tx, first.message_id, teller.now).await?;
    become_again(tx, &mut state, first).await?;
    state.updated_at = teller.now;
    let new = NewChange {
        message_id: first.message_id,
        what: first.what,
        before: now.to_owned(),
        after: first.before.clone(),
        author_kind: AuthorKind::Undo,
        author: teller.author.to_owned(),
        scan_id: None,
        scanner_id: None,
        created_at: teller.now,
    };
    message_states::change(tx, &state, new).await
}

/// What it was before a change; of a user who is no more, nobody's.
async fn become_again(
    tx: &Tx,
    state: &mut Model,
    change: &message_changes::Model,
) -> Result<(), StoreError> {
    let before = &change.before;
    match change.what {
        Changed::Assignee => {
            let user = users::find_by_email(tx, before).await?;
            state.assignee_id = user.map(|user| user.id);
        }
        Changed::Status => {
            state.status = MessageStatus::try_from_value(before).unwrap_or(MessageStatus::Open);
        }
        Changed::Priority => {
            state.priority =
                MessagePriority::try_from_value(before).unwrap_or(MessagePriority::Normal);
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "work_tests.rs"]
mod tests;
