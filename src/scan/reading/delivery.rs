//! Fetches announced messages: small ones together, large ones in pieces to the blob store. Each is accounted for.

use std::collections::HashMap;

use super::Round;
use super::found::{Batch, Body, Delivered, Missing, ReadError};
use super::plan::{Course, Largest, Stretch};
use super::trouble::Asked;
use crate::imap::{Announced, Examined, Fetched, ServerError, Uid};

/// Messages up to this many bytes are fetched whole, larger ones in pieces of as many straight to the blob store.
pub(in crate::scan) const WHOLE: u64 = PIECE as u64;
const PIECE: u32 = 1024 * 1024;
/// So many messages refused, and none delivered, are the server's trouble and not theirs.
const MOST_REFUSED: usize = 3;

impl Round {
    /// Fetches `announced`; the batch names each of them.
    pub(super) async fn deliver(
        &mut self,
        course: &Course,
        examined: &Examined,
        announced: Vec<Announced>,
    ) -> Result<Batch, ReadError> {
        let mut batch = Batch::of(course.id, examined);
        let mut small = Vec::new();
        let mut large = Vec::new();
        for message in announced {
            if let Some((error, doubt)) = self.trouble.undelivered(course.id, message.uid) {
                batch.refused(message, error);
                if let Some(missing) = batch.missing.last_mut() {
                    missing.doubt = doubt;
                }
            } else if message.size > self.largest.bytes {
                let size = message.size;
                batch.too_large(message, size, self.largest);
            } else if (1..=WHOLE).contains(&message.size) {
                small.push(message);
            } else {
                large.push(message);
            }
        }
        if !small.is_empty() {
            self.deliver_whole(course, small, &mut batch).await?;
        }
        for message in large {
            self.deliver_in_pieces(course, message, &mut batch).await?;
        }
        batch.delivered.sort_unstable_by_key(|message| message.uid);
        Ok(batch)
    }

    /// A set that is refused is asked for in halves; one that is left out of a long answer, alone.
    async fn deliver_whole(
        &mut self,
        course: &Course,
        small: Vec<Announced>,
        batch: &mut Batch,
    ) -> Result<(), ReadError> {
        let mut refused = Vec::new();
        let mut sets = vec![small];
        while let Some(mut set) = sets.pop() {
            let uids: Vec<Uid> = set.iter().map(|message| message.uid).collect();
            let mut fetched: HashMap<Uid, Vec<u8>> = match self.fetch(course, &uids).await {
                Ok(fetched) => fetched
                    .into_iter()
                    .map(|one| (one.uid, one.bytes))
                    .collect(),
                Err(ReadError::Server(error)) if is_refusal(&error) => {
                    let upper = set.split_off(set.len() / 2);
                    match upper.as_slice() {
                        [alone] if set.is_empty() => refused.push((alone.clone(), error)),
                        _ => sets.extend([upper, set]),
                    }
                    if batch.delivered.is_empty() && refused.len() >= MOST_REFUSED {
                        break;
                    }
                    continue;
                }
                Err(error) => return Err(error),
            };
            let alone = set.len() == 1;
            for announced in set {
                match fetched.remove(&announced.uid) {
                    // Nothing is no message, unless the server says that it has no bytes.
                    Some(bytes) if !bytes.is_empty() => {
                        self.delivered_any = true;
                        batch.delivered.push(Delivered {
                            uid: i64::from(announced.uid.0),
                            internal_date: announced.internal_date,
                            server_id: announced.server_id,
                            body: Body::Whole(bytes),
                        });
                    }
                    None if !alone => sets.push(vec![announced]),
                    _ => self.account_for(course, announced, batch).await?,
                }
            }
        }
        // One that is refused is that message's trouble, all of many are the server's.
        if batch.delivered.is_empty()
            && refused.len() > 1
            && let Some((_, error)) = refused.pop()
        {
            return Err(error.into());
        }
        for (announced, error) in refused {
            batch.refused(announced, &error);
        }
        Ok(())
    }

    async fn deliver_in_pieces(
        &mut self,
        course: &Course,
        announced: Announced,
        batch: &mut Batch,
    ) -> Result<(), ReadError> {
        let name = format!(
            "{}-{}-{}",
            self.reader.scan_name, course.id, announced.uid.0
        );
        let mut writer = self.reader.files.begin(&name).await?;
        let mut offset = 0;
        loop {
            let session = &self.reader.session;
            let piece = match session.fetch_piece(announced.uid, offset, PIECE).await {
                Err(error) if is_refusal(&error) => {
                    batch.refused(announced, &error);
                    return Ok(());
                }
                Err(error) => {
                    let asked = Asked::Messages(vec![announced.uid]);
                    return Err(self.broken(course, asked, error));
                }
                Ok(None) => return self.account_for(course, announced, batch).await,
                Ok(Some(piece)) => piece,
            };
            writer.write(&piece).await?;
            offset += piece.len() as u64;
            if offset > self.largest.bytes {
                batch.too_large(announced, offset, self.largest);
                return Ok(());
            }
            // A server may give less than was asked for before the message is at its end.
            let short = piece.len() < PIECE as usize;
            if piece.is_empty() || (short && offset >= announced.size) {
                break;
            }
        }
        if offset == 0 && announced.size > 0 {
            return self.account_for(course, announced, batch).await;
        }
        self.delivered_any = true;
        batch.delivered.push(Delivered {
            uid: i64::from(announced.uid.0),
            internal_date: announced.internal_date,
            server_id: announced.server_id,
            body: Body::Stored(writer.finish().await?),
        });
        Ok(())
    }

    async fn fetch(&self, course: &Course, uids: &[Uid]) -> Result<Vec<Fetched>, ReadError> {
        let fetched = self.reader.session.fetch(uids).await;
        fetched.map_err(|error| self.broken(course, Asked::Messages(uids.to_vec()), error))
    }

    /// A message that did not come: it was removed meanwhile, or the server owes it.
    async fn account_for(
        &self,
        course: &Course,
        announced: Announced,
        batch: &mut Batch,
    ) -> Result<(), ReadError> {
        let uid = announced.uid;
        match self.reader.session.announce(uid, uid).await {
            Ok(there) if there.is_empty() => batch.gone.push(uid),
            Ok(_) => batch.missing.push(Missing {
                announced,
                reason: "The server announces this message and does not deliver it.".to_owned(),
                cure: None,
                doubt: None,
            }),
            Err(error) if is_refusal(&error) => batch.refused(announced, &error),
            Err(error) => {
                let asked = Asked::Announcement(Stretch::one(uid));
                return Err(self.broken(course, asked, error));
            }
        }
        Ok(())
    }
}

impl Batch {
    pub(super) fn refused(&mut self, announced: Announced, error: &ServerError) {
        self.missing.push(Missing {
            announced,
            reason: format!("The server could not deliver this message. {error}"),
            cure: None,
            doubt: None,
        });
    }

    fn too_large(&mut self, announced: Announced, size: u64, largest: Largest) {
        let Largest { bytes, raise } = largest;
        self.missing.push(Missing {
            // What it was seen to have, so that it is asked for again once so much is let through.
            announced: Announced { size, ..announced },
            reason: format!(
                "The message has {size} bytes, more than the {bytes} that are let through."
            ),
            cure: Some(raise),
            doubt: None,
        });
    }
}

/// A clean NO or BAD that is about what was asked for; the session goes on.
pub(super) fn is_refusal(error: &ServerError) -> bool {
    matches!(error, ServerError::ServerSaid { .. })
}
