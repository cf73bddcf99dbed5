//! Fetches announced messages: small ones together, large ones in pieces to a file. Each is accounted for.

use std::collections::HashMap;

use super::trouble::{Breach, may_be_the_message};
use super::{Batch, Body, Delivered, Missing, ReadError, Reader, Visit, WHOLE};
use crate::imap::{Announced, Fetched, ImapError, Uid};

/// One piece of a large message.
const PIECE: u32 = 1024 * 1024;

/// What lets a large message through.
const RAISE: &str = "Raise the setting `imap.max_message_mib`.";

impl Reader {
    /// Fetches `announced`; the batch names each of them.
    pub(super) async fn deliver(
        &self,
        visit: &Visit<'_>,
        announced: Vec<Announced>,
        cursor: Option<Uid>,
    ) -> Result<Batch, ReadError> {
        let mut batch = Batch {
            cursor,
            ..visit.empty_batch()
        };
        let (small, large): (Vec<_>, Vec<_>) = announced
            .into_iter()
            .filter_map(|message| visit.unbroken(message, &mut batch))
            .partition(|message| (1..=WHOLE).contains(&message.size));
        self.deliver_whole(small, &mut batch).await?;
        for message in large {
            if message.size > visit.plan.largest {
                batch.too_large(message, message.size, visit.plan.largest);
            } else {
                self.deliver_in_pieces(message, visit.plan.largest, &mut batch)
                    .await?;
            }
        }
        Ok(batch)
    }

    async fn deliver_whole(
        &self,
        small: Vec<Announced>,
        batch: &mut Batch,
    ) -> Result<(), ReadError> {
        let uids: Vec<Uid> = small.iter().map(|message| message.uid).collect();
        if uids.is_empty() {
            return Ok(());
        }
        let mut refusal = None;
        let mut fetched: HashMap<Uid, Vec<u8>> = match self.fetch(&uids, batch).await {
            Ok(fetched) => fetched
                .into_iter()
                .map(|one| (one.uid, one.bytes))
                .collect(),
            Err(ReadError::Imap(error)) if is_refusal(&error) => {
                refusal = Some(error);
                HashMap::new()
            }
            Err(error) => return Err(error),
        };
        let alone = uids.len() == 1;
        let mut refused = Vec::new();
        for announced in small {
            let one = match fetched.remove(&announced.uid) {
                Some(bytes) => Ok(Some(bytes)),
                None if alone && refusal.is_some() => Err(refusal.take()),
                // Some servers leave a message out of a long answer and give it when asked for alone.
                None => match self.fetch(&[announced.uid], batch).await {
                    Ok(mut fetched) => Ok(fetched.pop().map(|fetched| fetched.bytes)),
                    Err(ReadError::Imap(error)) if is_refusal(&error) => Err(Some(error)),
                    Err(error) => return Err(error),
                },
            };
            match one {
                // Nothing is no message, unless the server says that it has no bytes.
                Ok(Some(bytes)) if !bytes.is_empty() => batch.delivered.push(Delivered {
                    uid: i64::from(announced.uid.0),
                    internal_date: announced.internal_date,
                    body: Body::Whole(bytes),
                }),
                Ok(_) => self.account_for(announced, batch).await?,
                Err(error) => refused.extend(error.map(|error| (announced, error))),
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
        &self,
        announced: Announced,
        largest: u64,
        batch: &mut Batch,
    ) -> Result<(), ReadError> {
        let name = format!("{}-{}-{}", self.scan_name, batch.folder, announced.uid.0);
        let mut writer = self.files.begin(&name).await?;
        let mut offset = 0;
        loop {
            let piece = self
                .session
                .fetch_piece(announced.uid, offset, PIECE)
                .await
                .map_err(|error| broken(error, batch, &[announced.uid]));
            let piece = match piece {
                Err(ReadError::Imap(error)) if is_refusal(&error) => {
                    batch.refused(announced, &error);
                    return Ok(());
                }
                Ok(None) => return self.account_for(announced, batch).await,
                piece => piece?.unwrap_or_default(),
            };
            writer.write(&piece).await?;
            offset += piece.len() as u64;
            if offset > largest {
                batch.too_large(announced, offset, largest);
                return Ok(());
            }
            // A server may give less than was asked for before the message is at its end.
            let short = piece.len() < PIECE as usize;
            if piece.is_empty() || (short && offset >= announced.size) {
                break;
            }
        }
        if offset == 0 && announced.size > 0 {
            return self.account_for(announced, batch).await;
        }
        batch.delivered.push(Delivered {
            uid: i64::from(announced.uid.0),
            internal_date: announced.internal_date,
            body: Body::File(writer.finish().await?),
        });
        Ok(())
    }

    async fn fetch(&self, uids: &[Uid], batch: &Batch) -> Result<Vec<Fetched>, ReadError> {
        self.session
            .fetch(uids)
            .await
            .map_err(|error| broken(error, batch, uids))
    }

    /// A message that did not come: it was removed meanwhile, or the server owes it.
    async fn account_for(&self, announced: Announced, batch: &mut Batch) -> Result<(), ReadError> {
        let still_there = self.session.announce(announced.uid, announced.uid).await?;
        if still_there.is_empty() {
            batch.gone.push(announced.uid);
        } else {
            batch.missing.push(Missing {
                announced,
                reason: "The server announces this message and does not deliver it.".to_owned(),
                cure: None,
            });
        }
        Ok(())
    }
}

impl Visit<'_> {
    /// Names a message as missing that broke a connection when it was fetched alone; gives any other back.
    fn unbroken(&self, message: Announced, batch: &mut Batch) -> Option<Announced> {
        match self.plan.trouble.of(self.folder.id, message.uid) {
            None => Some(message),
            Some(error) => {
                batch.refused(message, error);
                None
            }
        }
    }
}

impl Batch {
    fn refused(&mut self, announced: Announced, error: &ImapError) {
        self.missing.push(Missing {
            announced,
            reason: format!("The server could not deliver this message. {error}"),
            cure: None,
        });
    }

    fn too_large(&mut self, announced: Announced, size: u64, largest: u64) {
        self.missing.push(Missing {
            announced,
            reason: format!(
                "The message has {size} bytes, more than the {largest} that are let through."
            ),
            cure: Some(RAISE),
        });
    }
}

/// A clean NO or BAD that is about what was asked for; the session goes on.
fn is_refusal(error: &ImapError) -> bool {
    matches!(error, ImapError::ServerSaid { .. })
}

fn broken(error: ImapError, batch: &Batch, uids: &[Uid]) -> ReadError {
    if may_be_the_message(&error) {
        ReadError::Breach(Box::new(Breach {
            folder: batch.folder,
            uids: uids.to_vec(),
            error,
        }))
    } else {
        error.into()
    }
}
