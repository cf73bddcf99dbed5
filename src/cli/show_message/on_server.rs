//! What rules had changed of a message on its server, as `mailroom message show` tells it.

use chrono::{DateTime, Utc};
use entities::ids::MessageId;
use entities::server_changes::Change;
use serde::Serialize;

use crate::cli::output;
use crate::store::{Store, StoreError, server_changes};

/// One change, made or to be made.
#[derive(Debug, Serialize)]
pub(super) struct OnServer {
    change: Change,
    /// Flags as IMAP spells them with a space between two, or the name of the folder.
    argument: String,
    /// The folder in which the message lay when it was asked for.
    folder: String,
    rule: String,
    done_at: Option<DateTime<Utc>>,
    /// When it is tried next.
    next_try_at: Option<DateTime<Utc>>,
    /// Why it is not done.
    error: Option<String>,
}

/// Those of a message, in the order they were asked for.
pub(super) async fn of(store: &Store, message: MessageId) -> Result<Vec<OnServer>, StoreError> {
    let changes = server_changes::for_message(store, message).await?;
    Ok(changes
        .into_iter()
        .map(|(change, folder)| OnServer {
            change: change.change,
            argument: change.argument,
            folder,
            rule: change.rule,
            done_at: change.done_at,
            next_try_at: change.next_try_at,
            error: change.error,
        })
        .collect())
}

impl OnServer {
    /// As a line.
    pub(super) fn say(&self) -> String {
        let what = match self.change {
            Change::Flag => format!("flagged {}", self.argument),
            Change::Unflag => format!("no longer flagged {}", self.argument),
            Change::Move => format!("moved to {}", self.argument),
            Change::MoveBack => format!("moved back from {}", self.argument),
        };
        let how_far = match (self.done_at, self.next_try_at, &self.error) {
            (Some(done), ..) => format!("at {}", output::moment(done)),
            (None, Some(_), None) => "with the next scan".to_owned(),
            (None, _, Some(error)) => format!("not yet: {error}"),
            (None, None, None) => "not yet".to_owned(),
        };
        let Self { folder, rule, .. } = self;
        match self.change {
            Change::Move => format!("Server   from {folder} {what} by rule {rule}, {how_far}"),
            Change::MoveBack => format!("Server   {what} to {folder}, {how_far}"),
            Change::Flag | Change::Unflag => {
                format!("Server   in {folder} {what} by rule {rule}, {how_far}")
            }
        }
    }
}
