//! Links that rules made, and the records that they made and linked to the message that they made them of.

use std::collections::HashSet;

use entities::ids::{LinkId, MessageId};
use entities::record_kind::RecordKind;

use super::{Deed, Undoing, binds, known, leads, tickets};
use crate::store::link_askers::Asked;
use crate::store::record_moves::Record;
use crate::store::undos::{self, Made};
use crate::store::{StoreError, Tx, link_askers};

/// A record, and of what it was made.
#[derive(Debug)]
pub(super) struct MadeOf {
    pub(super) id: i64,
    pub(super) rule: Option<String>,
    pub(super) message: Option<MessageId>,
}

impl Undoing<'_> {
    /// Takes back links to records of a kind, with those records that are the same scope's work.
    pub(super) async fn undo_linked(
        &mut self,
        tx: &Tx,
        kind: RecordKind,
    ) -> Result<Option<i64>, StoreError> {
        let behind = LinkId(self.behind);
        let links = undos::links_made(tx, self.scope, kind, behind, self.part).await?;
        let Some(last) = links.last().map(|link| link.id.0) else {
            return Ok(None);
        };
        for id in self.records_made(tx, kind, &links).await? {
            match kind {
                RecordKind::Lead => leads::undo(tx, id, self).await?,
                RecordKind::Ticket => tickets::undo(tx, id, self).await?,
                RecordKind::Contact | RecordKind::Organization => {
                    known::undo(tx, (kind, id), self).await?;
                }
            }
        }
        // Of a record that stays all links stay.
        let go: Vec<&Made> = links.iter().filter(|link| !self.keeps(link)).collect();
        for link in &go {
            let deed = Deed::Linked(link.record_kind);
            self.undone.note(link.message_id, link.author.clone(), deed);
        }
        let mut go: Vec<LinkId> = go.into_iter().map(|link| link.id).collect();
        // Who of the same work asked for them as well asks no more.
        let asked = link_askers::asked_among(tx, self.scope, &go).await?;
        self.note_asked(asked);
        let theirs = link_askers::take_over(tx, self.scope, &go).await?;
        go.retain(|id| !theirs.contains(id));
        self.undone.counts.shared += theirs.len() as u64;
        self.undone.counts.links += undos::delete_links(tx, &go).await?;
        Ok(Some(last))
    }

    /// A record goes with every link to it; those of later parts are not found any more then.
    pub(super) async fn note_links_to(
        &mut self,
        tx: &Tx,
        record: Record,
    ) -> Result<(), StoreError> {
        for link in undos::links_of(tx, self.scope, record).await? {
            let deed = Deed::Linked(link.record_kind);
            self.undone.note(link.message_id, link.author, deed);
        }
        let asked = link_askers::asked_of(tx, self.scope, record).await?;
        self.note_asked(asked);
        Ok(())
    }

    /// These links were asked for.
    pub(super) fn note_asked(&mut self, asked: Vec<Asked>) {
        for (message, rule, kind) in asked {
            self.undone.note(message, rule, Deed::Linked(kind));
        }
    }

    /// Whether a link stays.
    fn keeps(&self, link: &Made) -> bool {
        let record = (link.record_kind, link.record_id);
        self.stays.links.contains(&link.id) || self.stays.records.contains(&record)
    }

    /// Which of the linked records are the same work, the oldest first. Of those that stay it was told before.
    async fn records_made(
        &self,
        tx: &Tx,
        kind: RecordKind,
        links: &[Made],
    ) -> Result<Vec<i64>, StoreError> {
        let mut seen = HashSet::new();
        let linked = links.iter().map(|link| link.record_id);
        let ids: Vec<i64> = linked
            .filter(|id| !self.stays.records.contains(&(kind, *id)) && seen.insert(*id))
            .collect();
        let mut made = match kind {
            RecordKind::Lead => leads::made(tx, &ids).await?,
            RecordKind::Ticket => tickets::made(tx, &ids).await?,
            RecordKind::Contact | RecordKind::Organization => known::made(tx, kind, &ids).await?,
        };
        made.retain(|one| binds(self.scope, one.rule.as_deref()));
        let messages: Vec<MessageId> = made.iter().filter_map(|one| one.message).collect();
        let ids: Vec<i64> = made.iter().map(|one| one.id).collect();
        let origins = undos::links_to(tx, self.scope, kind, &ids, &messages).await?;
        made.retain(|one| {
            one.message
                .is_some_and(|message| origins.contains(&(one.id, message)))
        });
        let mut ids: Vec<i64> = made.into_iter().map(|one| one.id).collect();
        ids.sort_unstable();
        Ok(ids)
    }
}
