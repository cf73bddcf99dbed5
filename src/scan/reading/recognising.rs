//! Messages that are kept already and announced in another place: under another UIDVALIDITY, or in another folder of the
//! mailbox. They are recorded without being fetched again.
//!
//! Known by what the server calls them, or, where a folder was numbered anew, by the headers that their identity is made
//! of. Whatever is doubtful is fetched like any other message: its identity then makes it a copy.

use std::collections::HashMap;

use entities::ids::FolderId;
use tokio::sync::oneshot;

use super::delivery::is_refusal;
use super::plan::Course;
use super::trouble::Asked;
use super::{Found, ReadError, Round};
use crate::imap::{Announced, Examined, ServerError, Uid};
use crate::message::{self, Own};
use crate::store::deliveries::recognised::{self, Kept};

/// Messages whose headers are asked for together.
const TOGETHER: usize = 200;
/// Servers and transports differ by so many bytes over one message; what differs by more is another.
const SLACK: u64 = 2_048;

/// Messages of one folder that are kept already.
#[derive(Debug)]
pub(in crate::scan) struct Recognised {
    /// Its row.
    pub folder: FolderId,
    /// UIDVALIDITY under which the UIDs count.
    pub uid_validity: i64,
    /// What the server said of each, and its bytes.
    pub messages: Vec<(Announced, Kept)>,
    /// Whether they may be known under another UIDVALIDITY of this folder.
    pub renumbered: bool,
}

impl Round {
    /// Records what of a window is kept already, and gives back what is to be fetched. `older`: it is older mail, which
    /// may have been read under another UIDVALIDITY.
    pub(super) async fn recognise(
        &mut self,
        course: &mut Course,
        examined: &Examined,
        messages: Vec<Announced>,
        older: bool,
    ) -> Result<Vec<Announced>, ReadError> {
        if messages.is_empty() {
            return Ok(messages);
        }
        let renumbered = older && self.is_renewed(course, examined).await?;
        let mut known = Vec::new();
        let mut rest = self.by_server_id(messages, renumbered, &mut known).await?;
        if renumbered && !rest.is_empty() {
            rest = self.by_headers(course, rest, &mut known).await?;
        }
        if !known.is_empty() {
            let recognised = Recognised {
                folder: course.id,
                uid_validity: i64::from(examined.uid_validity.0),
                messages: known,
                renumbered,
            };
            self.say(Found::Recognised(recognised)).await?;
        }
        Ok(rest)
    }

    async fn by_server_id(
        &mut self,
        messages: Vec<Announced>,
        renumbered: bool,
        known: &mut Vec<(Announced, Kept)>,
    ) -> Result<Vec<Announced>, ReadError> {
        if messages.iter().all(|one| one.server_id.is_none())
            || !(renumbered || self.has_other_folders().await?)
        {
            return Ok(messages);
        }
        // What another folder brought a moment ago may be on its way to the ledger still.
        let (kept_all, all_kept) = oneshot::channel();
        self.send(Found::KeepUp(kept_all)).await?;
        all_kept.await.map_err(|_| ReadError::Stopped)?;

        let ids: Vec<&str> = messages
            .iter()
            .filter_map(|one| Some(one.server_id.as_ref()?.as_str()))
            .collect();
        let ledger = &self.reader.ledger;
        let kept = recognised::by_server_ids(&ledger.0, self.reader.mailbox, &ids).await?;
        Ok(split(messages, known, |one| {
            nearest(one, kept.get(one.server_id.as_ref()?.as_str())?)
        }))
    }

    async fn by_headers(
        &mut self,
        course: &Course,
        messages: Vec<Announced>,
        known: &mut Vec<(Announced, Kept)>,
    ) -> Result<Vec<Announced>, ReadError> {
        let mut rest = Vec::new();
        for piece in messages.chunks(TOGETHER) {
            let identities = self.identities(course, piece).await?;
            let all: Vec<&str> = identities.values().map(String::as_str).collect();
            let ledger = &self.reader.ledger;
            let kept = recognised::by_identities(&ledger.0, self.reader.mailbox, &all).await?;
            rest.extend(split(piece.to_vec(), known, |one| {
                nearest(one, kept.get(identities.get(&one.uid)?)?)
            }));
        }
        Ok(rest)
    }

    /// The identities of those that have a Message-ID and whose headers the server gives. One over which a connection
    /// broke is not asked for again here.
    async fn identities(
        &self,
        course: &Course,
        messages: &[Announced],
    ) -> Result<HashMap<Uid, String>, ReadError> {
        let mut uids: Vec<Uid> = messages.iter().map(|one| one.uid).collect();
        uids.retain(|uid| self.trouble.undelivered(course.id, *uid).is_none());
        let fetched = match self.reader.session.fetch_telling_fields(&uids).await {
            Ok(fetched) => fetched,
            Err(error) if is_refusal(&error) => return Ok(HashMap::new()),
            Err(error) => return Err(self.broken(course, Asked::Messages(uids), error)),
        };
        let read = tokio::task::spawn_blocking(move || {
            let all = fetched.into_iter().filter_map(|one| {
                let mail = message::read(&one.bytes, &Own::default());
                mail.facts.message_id.as_ref()?;
                Some((one.uid, mail.identity.0))
            });
            all.collect()
        });
        read.await.map_err(|_| ServerError::Crashed.into())
    }

    /// Whether messages of this folder are known under another UIDVALIDITY that may be there still.
    async fn is_renewed(
        &mut self,
        course: &mut Course,
        examined: &Examined,
    ) -> Result<bool, ReadError> {
        if let Some(known) = course.renewed {
            return Ok(known);
        }
        let validity = i64::from(examined.uid_validity.0);
        let store = &self.reader.ledger.0;
        let renewed = recognised::has_older(store, course.id, validity).await?;
        course.renewed = Some(renewed);
        Ok(renewed)
    }

    async fn has_other_folders(&mut self) -> Result<bool, ReadError> {
        if let Some(known) = self.other_folders {
            return Ok(known);
        }
        let ledger = &self.reader.ledger;
        let several = recognised::has_several_folders(&ledger.0, self.reader.mailbox).await?;
        self.other_folders = Some(several);
        Ok(several)
    }
}

/// Moves what is kept over to `known`.
fn split(
    messages: Vec<Announced>,
    known: &mut Vec<(Announced, Kept)>,
    kept: impl Fn(&Announced) -> Option<Kept>,
) -> Vec<Announced> {
    let mut rest = Vec::new();
    for one in messages {
        match kept(&one) {
            Some(bytes) => known.push((one, bytes)),
            None => rest.push(one),
        }
    }
    rest
}

/// The bytes whose size is nearest to what the server says, unless it is another message's.
fn nearest(announced: &Announced, kept: &[Kept]) -> Option<Kept> {
    let away = |kept: &Kept| kept.size.unsigned_abs().abs_diff(announced.size);
    let nearest = kept.iter().min_by_key(|kept| away(kept))?;
    let slack = SLACK.max(announced.size / 50);
    (announced.size > 0 && away(nearest) <= slack).then(|| nearest.clone())
}
