//! Whose a message is, how far it is and how soon it has to be done. What a person said no rule changes.

use chrono::{DateTime, Utc};
use entities::ids::{MessageId, ScanId, ScannerId, UserId};
use entities::links::AuthorKind;
use entities::message_changes::{self, Changed};
use entities::message_states::{MessagePriority, MessageStatus};

use crate::store::message_states::{self, NewChange};
use crate::store::{StoreError, Tx, users};

/// What is to hold of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// It is this user's; nobody's without one.
    Assignee(Option<Person>),
    /// It is so far.
    Status(MessageStatus),
    /// It has to be done so soon.
    Priority(MessagePriority),
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Their key.
    pub id: UserId,
    /// Their address.
    pub email: String,
}

/// Who changes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Author<'a> {
    /// What sort of author.
    pub kind: AuthorKind,
    /// Name of the rule, or the person's address.
    pub name: &'a str,
    /// The scan in which it happens.
    pub scan: Option<ScanId>,
    /// The scanner whose rules say so.
    pub scanner: Option<ScannerId>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// It was this before.
    Changed(String),
    /// It is so already.
    Already,
    /// This person said otherwise, and no rule changes that.
    SaidBy(String),
}

/// Changes one thing of a message.
pub async fn set(
    tx: &Tx,
    message: MessageId,
    wanted: &Wanted,
    author: Author<'_>,
    now: DateTime<Utc>,
) -> Result<Came, StoreError> {
    let mut state = message_states::locked(tx, message, now).await?;
    let (what, before, after) = match wanted {
        Wanted::Assignee(person) => {
            let before = email_of(tx, state.assignee_id).await?;
            let after = person.as_ref().map(|person| person.email.clone());
            (Changed::Assignee, before, after.unwrap_or_default())
        }
        Wanted::Status(status) => (
            Changed::Status,
            state.status.as_str().to_owned(),
            status.as_str().to_owned(),
        ),
        Wanted::Priority(priority) => (
            Changed::Priority,
            state.priority.as_str().to_owned(),
            priority.as_str().to_owned(),
        ),
    };
    let already = before == after;
    let new = NewChange {
        message_id: message,
        what,
        before: before.clone(),
        after,
        author_kind: author.kind,
        author: author.name.to_owned(),
        scan_id: author.scan,
        scanner_id: author.scanner,
        created_at: now,
    };
    if author.kind == AuthorKind::Rule {
        let said = message_states::standing(tx, message, what).await?;
        if let Some(last) = said.first()
            && last.author_kind == AuthorKind::Person
        {
            return Ok(Came::SaidBy(last.author.clone()));
        }
        if already {
            // Where another rule is taken back that said so, it is still what this one says.
            let same: Vec<_> = in_force(&said).collect();
            if !same.is_empty() && !same.iter().any(|one| is_by(one, author)) {
                message_states::tell(tx, new).await?;
            }
            return Ok(Came::Already);
        }
    }
    // What a person confirms is their word, which no rule changes.
    if already && author.kind != AuthorKind::Person {
        return Ok(Came::Already);
    }
    match wanted {
        Wanted::Assignee(person) => state.assignee_id = person.as_ref().map(|person| person.id),
        Wanted::Status(status) => state.status = *status,
        Wanted::Priority(priority) => state.priority = *priority,
    }
    state.updated_at = now;
    message_states::change(tx, &state, new).await?;
    Ok(if already {
        Came::Already
    } else {
        Came::Changed(before)
    })
}

/// Who said whose a message is, as it is now, the latest first: a person, or rules that gave it to the same one. Nobody else
/// says so before the transaction ends.
pub async fn assigned(
    tx: &Tx,
    message: MessageId,
    now: DateTime<Utc>,
) -> Result<Vec<message_changes::Model>, StoreError> {
    message_states::locked(tx, message, now).await?;
    let mut said = message_states::standing(tx, message, Changed::Assignee).await?;
    let holds = in_force(&said).count();
    said.truncate(holds);
    said.retain(|one| match one.author_kind {
        AuthorKind::Person => true,
        AuthorKind::Rule => !one.after.is_empty(),
        AuthorKind::Import | AuthorKind::Undo => false,
    });
    Ok(said)
}

/// Of changes, the latest first: those that all say what holds.
fn in_force(said: &[message_changes::Model]) -> impl Iterator<Item = &message_changes::Model> {
    let last = said.first();
    said.iter()
        .take_while(move |one| last.is_some_and(|last| last.after == one.after))
}

fn is_by(change: &message_changes::Model, author: Author<'_>) -> bool {
    change.author_kind == author.kind
        && change.author == author.name
        && change.scanner_id == author.scanner
}

async fn email_of(tx: &Tx, user: Option<UserId>) -> Result<String, StoreError> {
    let Some(user) = user else {
        return Ok(String::new());
    };
    let user = users::by_id(tx, user).await?;
    Ok(user.map(|user| user.email).unwrap_or_default())
}

/// Every status that a message may have.
pub const STATUSES: [MessageStatus; 3] = [
    MessageStatus::Open,
    MessageStatus::Pending,
    MessageStatus::Done,
];

/// Every priority that a message may have.
pub const PRIORITIES: [MessagePriority; 4] = [
    MessagePriority::Low,
    MessagePriority::Normal,
    MessagePriority::High,
    MessagePriority::Urgent,
];

#[cfg(test)]
#[path = "working_tests.rs"]
mod tests;
