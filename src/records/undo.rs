//! Takes back what one rule, one scan or all scans of a mailbox did: links, tags, leads, tickets and changes of tickets,
//! and mail that waits to be sent.
//!
//! What a person has touched since stays and is told, and so is what was sent. Links, tags and words about messages that
//! other rules asked for as well are theirs from then on; mail is withdrawn all the same. Decisions stay: they are history.
//! It is done in parts, so that nobody waits long for the records that are kept as they are meanwhile: see [`Undoing`].

mod changes;
mod deeds;
mod known;
mod leads;
mod linked;
mod moved;
mod tags;
mod tickets;
mod work;

use std::collections::{BTreeSet, HashSet};
use std::mem;

use chrono::{DateTime, Utc};
use entities::ids::{LinkId, MessageId, UndoId};
use entities::record_kind::RecordKind;
use entities::undos::UndoScope;
use serde::{Deserialize, Serialize};

pub use deeds::{Deed, Work};

use crate::store::undos::{self, NewUndo, Scope};
use crate::store::{StoreError, Tx, link_askers, outbox, record_locks, server_changes, tag_askers};

/// What is taken back, or would be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undone {
    /// How much of each sort.
    pub counts: Counts,
    /// What stays, and why.
    pub kept: Vec<Kept>,
    /// How many answers, messages passed on and notices were sent: nobody gets them back.
    #[serde(default)]
    pub sent: u64,
    /// What of the work of which rules on which messages went.
    #[serde(skip)]
    pub work: BTreeSet<Work>,
}

/// How much of each sort.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Leads that go.
    pub leads: u64,
    /// Tickets that go.
    pub tickets: u64,
    /// Tickets that get the status back that they had.
    pub statuses: u64,
    /// Links that go; those of other rules to records that go are counted too.
    pub links: u64,
    /// Tags that go.
    pub tags: u64,
    /// Contacts that go.
    #[serde(default)]
    pub contacts: u64,
    /// Organizations that go.
    #[serde(default)]
    pub organizations: u64,
    /// Assignees, statuses and priorities of messages that become what they were.
    #[serde(default)]
    pub work: u64,
    /// Messages that are moved back on their server, or no longer moved and flagged there.
    #[serde(default)]
    pub on_server: u64,
    /// Reports about addresses that go.
    #[serde(default)]
    pub bounces: u64,
    /// Answers, messages to pass on and notices that waited and are not sent any more.
    #[serde(default)]
    pub unsent: u64,
    /// Links, tags and words about messages that stay, as others asked for the same or said otherwise.
    #[serde(default)]
    pub shared: u64,
}

impl Counts {
    /// Whether there is nothing to take back.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A record that stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// What sort of record.
    pub kind: String,
    /// Its id.
    pub id: i64,
    /// Why it stays, for a person.
    pub why: String,
}

/// Who undoes, and under which name the scope is told in the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Teller<'a> {
    /// The rule's name, the scan's number or the mailbox's address.
    pub name: &'a str,
    /// Who does it.
    pub author: &'a str,
    /// Now.
    pub now: DateTime<Utc>,
}

/// Takes back what `scope` did in one transaction, and keeps that it was done. To see what it would do, drop the
/// transaction.
pub async fn undo(tx: &Tx, scope: &Scope, teller: Teller<'_>) -> Result<Undone, StoreError> {
    let mut undoing = Undoing::new(scope, teller);
    while undoing.go_on(tx).await? {}
    Ok(undoing.undone)
}

/// So much is taken back in one transaction: of messages, links, tickets or moves.
const PART: u64 = 200;

/// Taking back in parts, each of which is a transaction's. Broken off it is half done, and done once more it does the rest.
#[derive(Debug)]
pub struct Undoing<'a> {
    scope: &'a Scope,
    teller: Teller<'a>,
    /// What is taken back next, and behind which key.
    stage: Stage,
    behind: i64,
    /// The last of the moves of records that was looked at.
    moved: i64,
    part: u64,
    stays: Staying,
    undone: Undone,
    /// Where it is told.
    told: Option<UndoId>,
}

/// What is taken back at once. Organizations have contacts, contacts have tickets: who is of them goes before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// What people made of records is looked for.
    Moves,
    Leads,
    Tickets,
    Contacts,
    Organizations,
    /// Links of others for which it asked as well.
    Asked,
    TicketChanges,
    Tags,
    AskedTags,
    Work,
    /// What was read of bounces, one statement however much it is.
    Bounces,
    /// What was asked of servers.
    OnServer,
    /// What waits to be sent.
    Outbox,
    Done,
}

impl Stage {
    fn next(self) -> Self {
        match self {
            Self::Moves => Self::Leads,
            Self::Leads => Self::Tickets,
            Self::Tickets => Self::Contacts,
            Self::Contacts => Self::Organizations,
            Self::Organizations => Self::Asked,
            Self::Asked => Self::TicketChanges,
            Self::TicketChanges => Self::Tags,
            Self::Tags => Self::AskedTags,
            Self::AskedTags => Self::Work,
            Self::Work => Self::Bounces,
            Self::Bounces => Self::OnServer,
            Self::OnServer => Self::Outbox,
            Self::Outbox | Self::Done => Self::Done,
        }
    }
}

impl<'a> Undoing<'a> {
    /// Nothing is taken back yet.
    #[must_use]
    pub fn new(scope: &'a Scope, teller: Teller<'a>) -> Self {
        Self {
            scope,
            teller,
            stage: Stage::Moves,
            behind: 0,
            moved: 0,
            part: PART,
            stays: Staying::default(),
            undone: Undone::default(),
            told: None,
        }
    }

    /// The same with other parts.
    #[cfg(test)]
    fn in_parts_of(self, part: u64) -> Self {
        Self { part, ..self }
    }

    /// Takes the next part back; says whether there may be more.
    ///
    /// # Errors
    /// When the database does not answer; then the transaction is to be dropped, and this with it.
    pub async fn go_on(&mut self, tx: &Tx) -> Result<bool, StoreError> {
        record_locks::own(tx).await?;
        let before = self.undone.counts;
        if self.stage != Stage::Moves {
            // What people made of records between two parts.
            while let Some(behind) = self.keep_moved(tx).await? {
                self.moved = behind;
            }
        }
        if let Some(behind) = self.stage_part(tx).await? {
            self.behind = behind;
        } else {
            (self.stage, self.behind) = (self.stage.next(), 0);
        }
        if self.undone.counts != before {
            self.tell(tx).await?;
        }
        Ok(self.stage != Stage::Done)
    }

    /// Of which messages the work of which rules went since this was asked before.
    pub fn take_work(&mut self) -> BTreeSet<Work> {
        mem::take(&mut self.undone.work)
    }

    /// What was taken back by now.
    #[must_use]
    pub fn into_undone(self) -> Undone {
        self.undone
    }

    /// Does one part; says behind which key the next one begins, nothing where the stage is done.
    async fn stage_part(&mut self, tx: &Tx) -> Result<Option<i64>, StoreError> {
        match self.stage {
            Stage::Moves => {
                let behind = self.keep_moved(tx).await?;
                self.moved = behind.unwrap_or(self.moved);
                Ok(behind)
            }
            Stage::Leads => self.undo_linked(tx, RecordKind::Lead).await,
            Stage::Tickets => self.undo_linked(tx, RecordKind::Ticket).await,
            Stage::Contacts => self.undo_linked(tx, RecordKind::Contact).await,
            Stage::Organizations => self.undo_linked(tx, RecordKind::Organization).await,
            Stage::Asked => {
                let (links, asked) = link_askers::forget(tx, self.scope, self.part).await?;
                self.note_asked(asked);
                Ok(self.forgotten(links))
            }
            Stage::TicketChanges => self.undo_ticket_changes(tx).await,
            Stage::Tags => self.undo_tags(tx).await,
            Stage::AskedTags => {
                let (tags, asked) = tag_askers::forget(tx, self.scope, self.part).await?;
                self.note_asked_tags(asked);
                Ok(self.forgotten(tags))
            }
            Stage::Work => self.undo_work(tx).await,
            Stage::Bounces => {
                self.undone.counts.bounces += undos::delete_bounces(tx, self.scope).await?;
                Ok(None)
            }
            Stage::OnServer => self.undo_on_server(tx).await,
            Stage::Outbox => self.withdraw(tx).await,
            Stage::Done => Ok(None),
        }
    }

    /// So many things that were asked for beside others are theirs alone.
    fn forgotten(&mut self, things: usize) -> Option<i64> {
        self.undone.counts.shared += things as u64;
        (things > 0).then_some(0)
    }

    /// What was asked of servers; what is dealt with is not found again.
    async fn undo_on_server(&mut self, tx: &Tx) -> Result<Option<i64>, StoreError> {
        let now = self.teller.now;
        let back = server_changes::take_back(tx, self.scope, now, self.part).await?;
        let more = (!back.is_empty()).then_some(0);
        for one in back {
            self.undone.counts.on_server += 1;
            if let Some(message) = one.message_id {
                self.undone.note(message, one.rule, one.change.into());
            }
        }
        Ok(more)
    }

    /// What waits to be sent; once nothing does, how much was sent is told.
    async fn withdraw(&mut self, tx: &Tx) -> Result<Option<i64>, StoreError> {
        let unsent = outbox::asked::withdraw(tx, self.scope, self.part).await?;
        if unsent.is_empty() {
            self.undone.sent = outbox::asked::delivered(tx, self.scope).await?;
            return Ok(None);
        }
        for one in unsent {
            self.undone.counts.unsent += 1;
            let deed = one.channel.into();
            self.undone.note(one.message_id, one.rule, deed);
        }
        Ok(Some(0))
    }

    async fn tell(&mut self, tx: &Tx) -> Result<(), StoreError> {
        let counts = serde_json::to_value(self.undone.counts).unwrap_or_default();
        if let Some(id) = self.told {
            return undos::tell_more(tx, id, counts).await;
        }
        let new = NewUndo {
            scope: match self.scope {
                Scope::Rule(_) => UndoScope::Rule,
                Scope::Scan(_) => UndoScope::Scan,
                Scope::Mailbox(_) => UndoScope::Mailbox,
            },
            name: self.teller.name.to_owned(),
            counts,
            author: self.teller.author.to_owned(),
            created_at: self.teller.now,
        };
        self.told = Some(undos::tell(tx, new).await?.id);
        Ok(())
    }
}

/// What is left alone.
#[derive(Debug, Default)]
struct Staying {
    links: HashSet<LinkId>,
    /// All links to these.
    records: HashSet<(RecordKind, i64)>,
}

/// Whether a record that this rule made may be its work.
fn binds(scope: &Scope, rule: Option<&str>) -> bool {
    match scope {
        Scope::Rule(name) => rule == Some(name.as_str()),
        Scope::Scan(_) | Scope::Mailbox(_) => rule.is_some(),
    }
}

impl Undoing<'_> {
    /// A record stays, with all links to it.
    fn keep(&mut self, (kind, id): (RecordKind, i64), why: impl Into<String>) {
        self.stays.records.insert((kind, id));
        self.undone.keep(kind, id, why);
    }
}

impl Undone {
    fn note(&mut self, message: MessageId, rule: String, deed: Deed) {
        self.work.insert(Work {
            message,
            rule,
            deed,
        });
    }

    fn keep(&mut self, kind: RecordKind, id: i64, why: impl Into<String>) {
        self.kept.push(Kept {
            kind: kind.as_str().to_owned(),
            id,
            why: why.into(),
        });
    }
}

#[cfg(test)]
#[path = "undo_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "undo/shared_tests.rs"]
mod shared_tests;

#[cfg(test)]
#[path = "undo/parts_tests.rs"]
mod parts_tests;
