//! Moves messages back from where a rule moved them, because somebody took back what the rule did.

use super::{Changing, Failed, LOOK_FOR_IT};
use crate::imap::{ServerError, Uid};
use crate::store::server_changes::Due;

impl Changing<'_> {
    /// Moves messages back from the folder to which a rule moved them, as far as they are still there and were moved at
    /// all. Of what is not surely the message nothing is touched.
    pub(super) async fn bring_back(&self, alike: &[Due], asked: &Due) -> Result<(), Failed> {
        let away = self.away(alike, asked).await?;
        if let Err(ServerError::NoSuchFolder { .. }) = self.session.examine(&asked.argument).await {
            // It never got there.
            return Ok(());
        }
        self.open(&asked.argument).await?;
        let mut found = Vec::with_capacity(away.len());
        for due in away {
            if let Some(uid) = self.same(due, Uid(0)).await? {
                found.push((due, uid));
            }
        }
        if self.session.moves_at_once() {
            let uids: Vec<Uid> = found.iter().map(|(_, uid)| *uid).collect();
            return self.put_back(&uids, asked).await;
        }
        // Here a move is a copy and then a removal, and an earlier try may have broken off in between.
        for (due, uid) in found {
            let is_back = due.begun && self.is_back(due).await?;
            self.open(&asked.argument).await?;
            if is_back {
                let removed = self.session.remove_copied(&[uid]).await;
                removed.map_err(|error| Failed::of(error, LOOK_FOR_IT))?;
            } else {
                self.put_back(&[uid], due).await?;
            }
        }
        Ok(())
    }

    async fn put_back(&self, uids: &[Uid], asked: &Due) -> Result<(), Failed> {
        if uids.is_empty() {
            return Ok(());
        }
        let moved = self.session.move_to(uids, &asked.folder).await;
        moved.map_err(|error| Failed::of(error, LOOK_FOR_IT))
    }

    /// Those that are no longer where they were: one that is was never moved, or its move broke off, and whatever the other
    /// folder has of it may have been there before.
    async fn away<'d>(&self, alike: &'d [Due], asked: &Due) -> Result<Vec<&'d Due>, Failed> {
        let folder = self.session.examine(&asked.folder).await;
        let folder = folder.map_err(|error| Failed::of(error, LOOK_FOR_IT))?;
        let validity = i64::from(folder.uid_validity.0);
        let mut away = Vec::with_capacity(alike.len());
        for due in alike {
            let uid = u32::try_from(due.uid).ok().map(Uid);
            let Some(uid) = uid.filter(|_| due.uid_validity == validity) else {
                away.push(due);
                continue;
            };
            let announced = self.session.announce(uid, uid).await;
            let announced = announced.map_err(|error| Failed::of(error, LOOK_FOR_IT))?;
            if announced.iter().all(|there| there.uid != uid) {
                away.push(due);
            }
        }
        Ok(away)
    }

    /// Whether a try before has put a copy back: one that came after the message went.
    async fn is_back(&self, due: &Due) -> Result<bool, Failed> {
        let folder = self.session.examine(&due.folder).await;
        let folder = folder.map_err(|error| Failed::of(error, LOOK_FOR_IT))?;
        let went = u32::try_from(due.uid).ok();
        let is_numbered_alike = due.uid_validity == i64::from(folder.uid_validity.0);
        let above = went.filter(|_| is_numbered_alike).unwrap_or(0);
        Ok(self.same(due, Uid(above)).await?.is_some())
    }
}
