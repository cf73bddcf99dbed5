//! Whose a message is, how far it is and how soon it has to be done, and who said so.

use std::io;

use chrono::{DateTime, Utc};
use entities::ids::MessageId;
use serde::Serialize;

use crate::cli::output;
use crate::store::{Store, StoreError, message_states, users};

/// What holds of it now, and what became of it.
#[derive(Debug, Serialize)]
pub(super) struct Work {
    assignee: Option<String>,
    status: &'static str,
    priority: &'static str,
    /// The latest last.
    changes: Vec<Changed>,
}

#[derive(Debug, Serialize)]
struct Changed {
    what: &'static str,
    before: String,
    after: String,
    author_kind: &'static str,
    author: String,
    at: DateTime<Utc>,
}

pub(super) async fn of(
    store: &Store,
    message: MessageId,
    received_at: DateTime<Utc>,
) -> Result<Work, StoreError> {
    let state = message_states::of(store, &[message]).await?;
    let state = state.get(&message).cloned();
    let state = state.unwrap_or_else(|| message_states::untouched(message, received_at));
    let assignee = match state.assignee_id {
        Some(user) => users::by_id(store, user).await?,
        None => None,
    };
    let changes = message_states::changes(store, message).await?.into_iter();
    Ok(Work {
        assignee: assignee.map(|user| user.email),
        status: state.status.as_str(),
        priority: state.priority.as_str(),
        changes: changes
            .map(|change| Changed {
                what: change.what.as_str(),
                before: change.before,
                after: change.after,
                author_kind: change.author_kind.as_str(),
                author: change.author,
                at: change.created_at,
            })
            .collect(),
    })
}

impl Work {
    /// Nothing of a message that nobody has said anything of.
    pub(super) fn say(&self) -> io::Result<()> {
        if self.changes.is_empty() {
            return Ok(());
        }
        let assignee = self.assignee.as_deref().unwrap_or("nobody");
        output::line(format!(
            "Whose    {assignee}, {}, priority {}",
            self.status, self.priority
        ))?;
        for change in &self.changes {
            let shown = |value: &str| match value {
                "" => "nobody".to_owned(),
                value => value.to_owned(),
            };
            output::line(format!(
                "Changed  {} {} → {} by {} {}, {}",
                change.what,
                shown(&change.before),
                shown(&change.after),
                change.author_kind,
                change.author,
                output::moment(change.at)
            ))?;
        }
        Ok(())
    }
}
