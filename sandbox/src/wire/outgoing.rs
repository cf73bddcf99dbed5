//! The way out of one answer's bytes, and what armed faults do to them on it.

use std::collections::BTreeSet;
use std::num::NonZeroU64;
use std::time::Duration;

use imap_codec::imap_types::core::Tag;
use imap_codec::imap_types::response::{Response, Status, Tagged};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_util::sync::CancellationToken;

use super::{Gone, Wire, transcribe};
use crate::fault::{Armed, Harm, Moment, UidNextLie};
use crate::record::Speaker;

/// The answer that is being sent: which harms may strike it, how many of its bytes are out.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    harms: Vec<Struck>,
    sent: usize,
}

#[derive(Debug)]
struct Struck {
    armed: Armed,
    done: bool,
}

impl Answer {
    pub(super) fn new(armed: Vec<Armed>) -> Self {
        let mut answer = Self::default();
        answer.arm(armed);
        answer
    }

    pub(super) fn arm(&mut self, armed: Vec<Armed>) {
        self.harms
            .extend(armed.into_iter().map(|armed| Struck { armed, done: false }));
    }

    fn harms(&self) -> impl Iterator<Item = &Harm> {
        self.harms.iter().map(|struck| &struck.armed.harm)
    }

    pub(crate) fn has(&self, harm: &Harm) -> bool {
        self.harms().any(|armed| armed == harm)
    }

    /// The answer that replaces the command's own.
    pub(crate) fn replacement(&self) -> Option<Harm> {
        self.harms()
            .find(|harm| matches!(harm, Harm::Answer(_) | Harm::Bye(_)))
            .cloned()
    }

    pub(crate) fn exists(&self) -> Option<u32> {
        self.harms().find_map(|harm| {
            if let Harm::Exists(number) = harm {
                Some(*number)
            } else {
                None
            }
        })
    }

    pub(crate) fn uid_next(&self) -> Option<UidNextLie> {
        self.harms().find_map(|harm| {
            if let Harm::UidNext(lie) = harm {
                Some(*lie)
            } else {
                None
            }
        })
    }

    pub(crate) fn highest_modseq(&self) -> Option<NonZeroU64> {
        self.harms().find_map(|harm| {
            if let Harm::HighestModSeq(number) = harm {
                Some(*number)
            } else {
                None
            }
        })
    }

    /// What every message is called.
    pub(crate) fn server_id(&self) -> Option<u64> {
        self.harms().find_map(|harm| {
            if let Harm::ServerId(id) = harm {
                Some(*id)
            } else {
                None
            }
        })
    }

    /// Whether a FETCH leaves this UID out.
    pub(crate) fn withholds(&self, uid: u32, by_range: bool) -> bool {
        self.harms().any(|harm| match harm {
            Harm::WithholdByUid(uids) => by_range && uids.contains(&uid),
            Harm::Withhold(uids) => uids.contains(&uid),
            _ => false,
        })
    }

    pub(crate) fn hidden_bodies(&self) -> BTreeSet<u32> {
        let hidden = self.harms().filter_map(|harm| {
            if let Harm::HideBodies(uids) = harm {
                Some(uids)
            } else {
                None
            }
        });
        hidden.flatten().copied().collect()
    }

    /// The words with which the body of this UID is refused.
    pub(crate) fn refused_body(&self, wanted: u32) -> Option<String> {
        self.harms().find_map(|harm| match harm {
            Harm::RefuseBody(uid, text) if *uid == wanted => Some(text.clone()),
            _ => None,
        })
    }

    /// What is sent in the place of the body of this UID.
    pub(crate) fn mangled_body(&self, wanted: u32) -> Option<Vec<u8>> {
        self.harms().find_map(|harm| match harm {
            Harm::MangleBody(uid, bytes) if *uid == wanted => Some(bytes.clone()),
            _ => None,
        })
    }

    /// The words with which this UID is not announced.
    pub(crate) fn refused_announcement(&self, wanted: u32) -> Option<String> {
        self.harms().find_map(|harm| match harm {
            Harm::RefuseAnnouncement(uid, text) if *uid == wanted => Some(text.clone()),
            _ => None,
        })
    }

    /// What is sent in the place of the announcement of this UID.
    pub(crate) fn mangled_announcement(&self, wanted: u32) -> Option<Vec<u8>> {
        self.harms().find_map(|harm| match harm {
            Harm::MangleAnnouncement(uid, bytes) if *uid == wanted => Some(bytes.clone()),
            _ => None,
        })
    }

    /// The token of the fault that carries this harm.
    pub(crate) fn lifted(&self, harm: &Harm) -> Option<CancellationToken> {
        self.harms
            .iter()
            .find(|struck| struck.armed.harm == *harm)
            .map(|struck| struck.armed.lifted.clone())
    }

    pub(super) fn with_wrong_tag(&self, response: &Response<'_>) -> Option<Response<'static>> {
        let Response::Status(Status::Tagged(tagged)) = response else {
            return None;
        };
        let wrong = self.harms().find_map(|harm| {
            if let Harm::WrongTag(tag) = harm {
                Some(tag)
            } else {
                None
            }
        })?;
        let tag = Tag::try_from(wrong.clone()).ok()?;
        let body = imap_codec::imap_types::ToStatic::to_static(&tagged.body);
        Some(Response::Status(Status::Tagged(Tagged { tag, body })))
    }

    fn pace(&self) -> Option<(usize, Duration)> {
        self.harms().find_map(|harm| {
            if let Harm::Pace(bytes, pause) = harm {
                Some((*bytes, *pause))
            } else {
                None
            }
        })
    }

    /// Bytes until the next harm that waits for a number of bytes.
    fn bytes_until_harm(&self) -> Option<(usize, Moment)> {
        let waiting = self
            .harms
            .iter()
            .filter(|struck| !struck.done)
            .filter_map(|struck| match struck.armed.harm {
                Harm::Send(_, moment @ Moment::AfterBytes(bytes))
                | Harm::SendForever(_, moment @ Moment::AfterBytes(bytes))
                | Harm::Drop(moment @ Moment::AfterBytes(bytes))
                | Harm::Stall(moment @ Moment::AfterBytes(bytes)) => {
                    Some((bytes.saturating_sub(self.sent), moment))
                }
                _ => None,
            });
        waiting.min_by_key(|(bytes, _)| *bytes)
    }

    fn waits_for_literal(&self) -> bool {
        self.harms.iter().any(|struck| {
            !struck.done
                && matches!(
                    struck.armed.harm,
                    Harm::Send(_, Moment::InLiteral)
                        | Harm::SendForever(_, Moment::InLiteral)
                        | Harm::Drop(Moment::InLiteral)
                        | Harm::Stall(Moment::InLiteral)
                )
        })
    }

    /// Takes the harms of this moment, each once (but those between untagged responses each time).
    fn take(&mut self, now: Moment) -> Vec<Armed> {
        let mut taken = Vec::new();
        for struck in self.harms.iter_mut().filter(|struck| !struck.done) {
            match &struck.armed.harm {
                Harm::Send(_, moment)
                | Harm::SendForever(_, moment)
                | Harm::Drop(moment)
                | Harm::Stall(moment)
                    if *moment == now =>
                {
                    struck.done = now != Moment::BetweenUntagged;
                    taken.push(struck.armed.clone());
                }
                _ => {}
            }
        }
        taken
    }
}

impl Wire {
    /// Lets the harms of this moment strike, in the order they were injected.
    pub(super) async fn strike(&mut self, now: Moment) -> Result<(), Gone> {
        for armed in self.answer.take(now) {
            match armed.harm {
                Harm::Send(bytes, _) => {
                    self.say(Speaker::Server, transcribe::line(&bytes));
                    self.write(&bytes).await?;
                }
                Harm::SendForever(bytes, _) => self.send_forever(&bytes, &armed.lifted).await?,
                Harm::Drop(_) => {
                    self.note("dropped by a fault");
                    return Err(Gone);
                }
                Harm::Stall(_) => self.stall(&armed.lifted).await?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Says nothing until the fault is lifted or the client goes; what the client says meanwhile waits.
    pub(crate) async fn stall(&mut self, lifted: &CancellationToken) -> Result<(), Gone> {
        self.note("stalled by a fault");
        loop {
            // A client that floods a stalled server must not fill the memory.
            if self.incoming.len() > self.limits.max_line {
                lifted.cancelled().await;
                return Ok(());
            }
            tokio::select! {
                () = lifted.cancelled() => return Ok(()),
                read = self.stream.read_buf(&mut self.incoming) => if read? == 0 {
                    self.note("closed by the client");
                    return Err(Gone);
                },
            }
        }
    }

    async fn send_forever(&mut self, bytes: &[u8], lifted: &CancellationToken) -> Result<(), Gone> {
        self.note("endless bytes by a fault");
        while !lifted.is_cancelled() {
            if self.write(bytes).await.is_err() {
                self.note("closed by the client");
                return Err(Gone);
            }
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    /// Sends half of a literal when a fault waits for that, then lets it strike.
    pub(super) async fn put_literal(&mut self, data: &[u8]) -> Result<(), Gone> {
        if self.answer.waits_for_literal() {
            let (first, second) = data.split_at_checked(data.len() / 2).unwrap_or((data, &[]));
            self.put(first).await?;
            self.flush().await?;
            self.strike(Moment::InLiteral).await?;
            return self.put(second).await;
        }
        self.put(data).await
    }

    pub(super) async fn put(&mut self, mut data: &[u8]) -> Result<(), Gone> {
        while let Some((bytes, moment)) = self.answer.bytes_until_harm() {
            let Some((now, later)) = data.split_at_checked(bytes) else {
                break;
            };
            self.write_counted(now).await?;
            self.flush().await?;
            self.strike(moment).await?;
            data = later;
        }
        self.write_counted(data).await?;
        self.flush().await
    }

    async fn write_counted(&mut self, data: &[u8]) -> Result<(), Gone> {
        self.answer.sent += data.len();
        self.write(data).await
    }

    async fn write(&mut self, data: &[u8]) -> Result<(), Gone> {
        let Some((bytes, pause)) = self.answer.pace() else {
            return Ok(self.stream.write_all(data).await?);
        };
        for piece in data.chunks(bytes.max(1)) {
            self.stream.write_all(piece).await?;
            self.flush().await?;
            if !pause.is_zero() {
                tokio::time::sleep(pause).await;
            }
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), Gone> {
        Ok(self.stream.flush().await?)
    }

    /// Ends the connection in order, so that the last words arrive.
    pub(crate) async fn close(mut self) {
        // The other side may be gone already; there is nobody left to tell.
        let _ = self.stream.shutdown().await;
    }
}
