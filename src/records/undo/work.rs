//! Takes back what rules said of messages themselves: whose they are, how far they are, how soon they have to be done.

use std::collections::{BTreeMap, HashSet};

use entities::ids::{MessageChangeId, MessageId};
use entities::links::AuthorKind;
use entities::message_changes::{self, Changed};
use entities::message_states::{MessagePriority, MessageStatus, Model};
use sea_orm::ActiveEnum;

use super::{Teller, Undoing};
use crate::store::message_states::{self, NewChange};
use crate::store::{StoreError, Tx, users};

impl Undoing<'_> {
    /// Each message is what the last of those says who said something of it and was not taken back; where nobody is left
    /// it is what it was before anybody did.
    pub(super) async fn undo_work(&mut self, tx: &Tx) -> Result<Option<i64>, StoreError> {
        let messages = message_states::changed_by(tx, self.scope, self.part).await?;
        if messages.is_empty() {
            return Ok(None);
        }
        // What a person says meanwhile comes after this, not between.
        message_states::lock(tx, &messages).await?;
        let marked = message_states::mark_undone(tx, self.scope, &messages).await?;
        let mut things: BTreeMap<(MessageId, &str), Vec<message_changes::Model>> = BTreeMap::new();
        for change in message_states::changes_of(tx, &messages).await? {
            let thing = (change.message_id, change.what.as_str());
            things.entry(thing).or_default().push(change);
        }
        for history in things.values() {
            self.undo_thing(tx, history, &marked).await?;
        }
        // What is marked is not looked for again.
        Ok(Some(0))
    }

    async fn undo_thing(
        &mut self,
        tx: &Tx,
        history: &[message_changes::Model],
        marked: &HashSet<MessageChangeId>,
    ) -> Result<(), StoreError> {
        let mine = |change: &&message_changes::Model| marked.contains(&change.id);
        let went = history.iter().filter(mine);
        let went: Vec<_> = went
            .map(|change| (change.message_id, change.author.clone()))
            .collect();
        let (Some(first), false) = (history.first(), went.is_empty()) else {
            return Ok(());
        };
        let left = history.iter().rev().find(|change| !change.undone);
        let again = left.map_or(first.before.as_str(), |left| left.after.as_str());
        let held = history
            .iter()
            .rev()
            .find(|change| !change.undone || mine(change));
        let now = held.map_or(again, |held| held.after.as_str());
        for (message, rule) in went {
            self.undone.note(message, rule, first.what.into());
        }
        if now == again {
            self.undone.counts.shared += 1;
            return Ok(());
        }
        self.undone.counts.work += 1;
        take_back(tx, first, now, again, self.teller).await
    }
}

async fn take_back(
    tx: &Tx,
    first: &message_changes::Model,
    now: &str,
    again: &str,
    teller: Teller<'_>,
) -> Result<(), StoreError> {
    let mut state = message_states::locked(tx, first.message_id, teller.now).await?;
    become_again(tx, &mut state, first.what, again).await?;
    state.updated_at = teller.now;
    let new = NewChange {
        message_id: first.message_id,
        what: first.what,
        before: now.to_owned(),
        after: again.to_owned(),
        author_kind: AuthorKind::Undo,
        author: teller.author.to_owned(),
        scan_id: None,
        scanner_id: None,
        created_at: teller.now,
    };
    message_states::change(tx, &state, new).await
}

/// What it was; of a user who is no more, nobody's.
async fn become_again(
    tx: &Tx,
    state: &mut Model,
    what: Changed,
    again: &str,
) -> Result<(), StoreError> {
    match what {
        Changed::Assignee => {
            let user = users::find_by_email(tx, again).await?;
            state.assignee_id = user.map(|user| user.id);
        }
        Changed::Status => {
            let status = MessageStatus::try_from_value(&again.to_owned());
            state.status = status.unwrap_or(MessageStatus::Open);
        }
        Changed::Priority => {
            let priority = MessagePriority::try_from_value(&again.to_owned());
            state.priority = priority.unwrap_or(MessagePriority::Normal);
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "work_tests.rs"]
mod tests;
