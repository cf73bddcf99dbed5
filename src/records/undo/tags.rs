//! Takes back tags that rules put on.

use super::{Deed, Undoing};
use crate::store::tag_askers::{Asked, Tagged};
use crate::store::undos;
use crate::store::{StoreError, Tx, tag_askers};

impl Undoing<'_> {
    /// Those that other rules asked for as well are theirs.
    pub(super) async fn undo_tags(&mut self, tx: &Tx) -> Result<Option<i64>, StoreError> {
        let tagged = undos::tagged(tx, self.scope, self.part).await?;
        if tagged.is_empty() {
            return Ok(None);
        }
        let mut tags: Vec<Tagged> = Vec::with_capacity(tagged.len());
        for (message, tag, rule) in tagged {
            if let Some(rule) = rule {
                self.undone.note(message, rule, Deed::Tagged);
            }
            tags.push((message, tag));
        }
        // Who of the same work asked for them as well asks no more.
        let asked = tag_askers::asked_among(tx, self.scope, &tags).await?;
        self.note_asked_tags(asked);
        let theirs = tag_askers::take_over(tx, self.scope, &tags).await?;
        tags.retain(|tag| !theirs.contains(tag));
        self.undone.counts.shared += theirs.len() as u64;
        self.undone.counts.tags += undos::delete_tags(tx, self.scope, &tags).await?;
        // What is dealt with is not the scope's any more.
        Ok(Some(0))
    }

    /// These tags were asked for.
    pub(super) fn note_asked_tags(&mut self, asked: Vec<Asked>) {
        for (message, _, rule) in asked {
            self.undone.note(message, rule, Deed::Tagged);
        }
    }
}
