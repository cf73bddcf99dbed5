//! Which message of a folder is surely the one that a change is about. A Message-ID alone tells nothing: anybody may write
//! one twice, and a folder may have had a copy before.

use super::{Changing, Failed, LOOK_FOR_IT};
use crate::blobs;
use crate::imap::{Uid, Wanted};
use crate::store::messages;
use crate::store::server_changes::Due;

/// So many messages with one Message-ID are looked at, the newest of them.
const MOST_ALIKE: usize = 20;
/// Larger messages are not read to be compared, in bytes.
const LARGEST_READ: u64 = 32 << 20;

impl Changing<'_> {
    /// Whether the folder that a message is to be moved to has a copy of it.
    pub(super) async fn is_copied(&self, due: &Due) -> Result<bool, Failed> {
        let there = self.session.examine(&due.argument).await;
        there.map_err(|error| Failed::of(error, LOOK_FOR_IT))?;
        Ok(self.same(due, Uid(0)).await?.is_some())
    }

    /// The copy of a message in the folder that is open, of those with a higher UID than `above` the newest; nothing where
    /// none is surely that, nor of a message without Message-ID.
    pub(super) async fn same(&self, due: &Due, above: Uid) -> Result<Option<Uid>, Failed> {
        let alike = self.with_its_message_id(due).await?;
        let newest = alike.into_iter().rev().take(MOST_ALIKE);
        for uid in newest.filter(|uid| *uid > above) {
            if self.is_same(due, uid).await? {
                return Ok(Some(uid));
            }
        }
        Ok(None)
    }

    /// COPY and MOVE keep size and date (RFC 3501 §6.4.7); where a server tells others than when the message was kept, its
    /// bytes are compared.
    async fn is_same(&self, due: &Due, uid: Uid) -> Result<bool, Failed> {
        let announced = self.session.announce(uid, uid).await;
        let announced = announced.map_err(|error| Failed::of(error, LOOK_FOR_IT))?;
        let Some(there) = announced.iter().find(|there| there.uid == uid) else {
            return Ok(false);
        };
        let same_size = i64::try_from(there.size) == Ok(due.size);
        if same_size && due.internal_date.is_some() && there.internal_date == due.internal_date {
            return Ok(true);
        }
        let Some(hash) = due.blob_hash.as_deref() else {
            return Ok(false);
        };
        if there.size > LARGEST_READ {
            return Ok(false);
        }
        let fetched = self.session.fetch(&[uid]).await;
        let fetched = fetched.map_err(|error| Failed::of(error, LOOK_FOR_IT))?;
        Ok(fetched
            .iter()
            .any(|there| there.uid == uid && blobs::hash_of(&there.bytes) == hash))
    }

    /// Those of the folder that is open, ascending.
    async fn with_its_message_id(&self, due: &Due) -> Result<Vec<Uid>, Failed> {
        let Some(message) = due.message_id else {
            return Ok(Vec::new());
        };
        let stored = messages::by_id(self.store, message).await;
        let stored = stored.map_err(|error| Failed::Scan(error.into()))?;
        let Some(message_id) = stored.and_then(|stored| stored.rfc_message_id) else {
            return Ok(Vec::new());
        };
        let wanted = Wanted {
            // With its brackets, as servers look for a part of the header.
            message_id: Some(format!("<{message_id}>")),
            ..Wanted::default()
        };
        let found = self.session.search(&wanted, Uid(1), Uid(u32::MAX)).await;
        found.map_err(|error| Failed::of(error, LOOK_FOR_IT))
    }
}
