//! Which sorts of things were taken back of what a rule did with a message. Knows nothing of decisions.

use entities::ids::MessageId;
use entities::message_changes::Changed;
use entities::outbox::Channel;
use entities::record_kind::RecordKind;
use entities::server_changes::Change;

/// A sort of thing that a rule did with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Deed {
    /// It linked it to a record of this sort, or made such a record of it.
    Linked(RecordKind),
    /// It put tags on it.
    Tagged,
    /// It changed tickets because of it.
    ChangedTicket,
    /// It said whose it is.
    Assigned,
    /// It said how far it is.
    SaidStatus,
    /// It said how soon it has to be done.
    SaidPriority,
    /// It answered it.
    Answered,
    /// It passed it on.
    PassedOn,
    /// It told people of it.
    Told,
    /// It had flags set on the server.
    Flagged,
    /// It had flags taken away there.
    Unflagged,
    /// It had it moved there.
    Moved,
}

/// Work of one rule on one message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Work {
    /// The message.
    pub message: MessageId,
    /// Name of the rule.
    pub rule: String,
    /// What it did.
    pub deed: Deed,
}

impl From<Changed> for Deed {
    fn from(what: Changed) -> Self {
        match what {
            Changed::Assignee => Self::Assigned,
            Changed::Status => Self::SaidStatus,
            Changed::Priority => Self::SaidPriority,
        }
    }
}

impl From<Channel> for Deed {
    fn from(channel: Channel) -> Self {
        match channel {
            Channel::Reply => Self::Answered,
            Channel::Forward => Self::PassedOn,
            Channel::Mail | Channel::Webhook => Self::Told,
        }
    }
}

impl From<Change> for Deed {
    fn from(change: Change) -> Self {
        match change {
            Change::Flag => Self::Flagged,
            Change::Unflag => Self::Unflagged,
            Change::Move | Change::MoveBack => Self::Moved,
        }
    }
}
