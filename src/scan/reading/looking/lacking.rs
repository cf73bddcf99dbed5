//! Takes up messages that no window announced and the ledger lacks: those that a sweep, a search or a sequence number showed.
//!
//! Each is accounted for: read, owed where the server lists and never shows it, or, where time or the scanner's limit is
//! spent, left to the backlog, which later scans read. Memory does not grow with the folder: it is gone through in parts.

use std::collections::HashSet;

use super::super::found::{Batch, Missing, Step};
use super::super::plan::{Course, Stretch};
use super::super::{Found, ReadError, Round};
use super::Swept;
use super::sweeping::SPAN;
use crate::imap::{Announced, Examined, ServerError, Uid, Wanted};

/// The most listed messages of one look that are asked for one by one, in vain; more are owed without.
const MOST_IN_VAIN: usize = 200;
/// The most of one look that come when they are asked for one by one: windows are quicker.
const MOST_ALONE: usize = 200;
/// Messages asked for by number in one command.
pub(super) const NUMBERED: u32 = 1_000;
/// Messages that are fetched together, and asked for before the time is looked at.
const TOGETHER: usize = 100;

/// A message that the server lists.
#[derive(Debug, Clone, Copy)]
pub(super) struct Listed {
    pub(super) uid: Uid,
    /// Its sequence number, where it is known if the folder stands still.
    pub(super) number: Option<u32>,
}

/// What one look took up.
#[derive(Debug)]
pub(super) struct Taken {
    /// How many were found that are not too old.
    found: usize,
    /// How many were found that are.
    too_old: usize,
    /// How many came when they were asked for one by one.
    alone: usize,
    /// How many are listed and not shown.
    hidden: usize,
    /// The highest UID that was found.
    highest: Uid,
}

impl Taken {
    pub(super) fn nothing() -> Self {
        Self {
            found: 0,
            too_old: 0,
            alone: 0,
            hidden: 0,
            highest: Uid(0),
        }
    }

    pub(super) fn is_nothing(&self) -> bool {
        self.found + self.too_old + self.hidden == 0
    }
}

impl Round {
    /// Takes up what is there and the ledger lacks; says whether that was all of it. What was announced in this scan may be
    /// on its way to the ledger still.
    pub(super) async fn take_up_lacking(
        &mut self,
        course: &mut Course,
        examined: &Examined,
        swept: &Swept,
    ) -> Result<bool, ReadError> {
        let mut taken = Taken::nothing();
        let uids = swept.present.uids().zip(1..);
        let all = uids.filter_map(|(uid, number)| {
            Some(Listed {
                uid: Uid(u32::try_from(uid).ok()?),
                number: Some(number),
            })
        });
        for mut part in parts(all, |listed| listed.uid) {
            part.retain(|listed| !course.looking.announced.has(i64::from(listed.uid.0)));
            let bare = part.iter().map(|listed| Announced::bare(listed.uid));
            let lacking = self.lacking(course, examined, bare.collect()).await?;
            let young = self.young(&lacking).await?;
            part.retain(|listed| young.contains(&listed.uid));
            let left = self.take_up(course, examined, part, &mut taken).await?;
            if let Some(first) = left {
                let rest = Stretch {
                    first: first.0,
                    last: swept.last.0,
                };
                return self.conclude(course, examined, taken, Some(rest)).await;
            }
        }
        self.conclude(course, examined, taken, None).await
    }

    /// Those of them, ascending, that the ledger lacks.
    pub(super) async fn lacking(
        &self,
        course: &Course,
        examined: &Examined,
        messages: Vec<Announced>,
    ) -> Result<Vec<Announced>, ReadError> {
        let mut lacking = Vec::new();
        for part in parts(messages.into_iter(), |message| message.uid) {
            let (Some(first), Some(last)) = (part.first(), part.last()) else {
                continue;
            };
            let around = Stretch {
                first: first.uid.0,
                last: last.uid.0,
            };
            let fresh = self.not_yet_known(course, examined, around, part);
            lacking.extend(fresh.await?);
        }
        Ok(lacking)
    }

    /// Those that may be not older than the start date: what is older the ledger lacks rightly. A search goes by the day in
    /// whatever zone the server has, so the day before is among them; the date that each is announced with decides.
    async fn young(&self, lacking: &[Announced]) -> Result<HashSet<Uid>, ReadError> {
        let (Some(since), [first, .., last] | [first @ last]) = (self.since, lacking) else {
            return Ok(lacking.iter().map(|one| one.uid).collect());
        };
        let wanted = Wanted {
            since: since.date_naive().pred_opt(),
            ..Wanted::default()
        };
        let session = &self.reader.session;
        let mut young: HashSet<Uid> = match session.search(&wanted, first.uid, last.uid).await {
            Err(ServerError::ServerSaid { .. }) => lacking.iter().map(|one| one.uid).collect(),
            young => young?.into_iter().collect(),
        };
        young.retain(|uid| lacking.binary_search_by_key(uid, |one| one.uid).is_ok());
        Ok(young)
    }

    /// Asks for listed messages, ascending, by their numbers and else one by one; those that don't come are owed. Says from
    /// which one on they are left for a later scan.
    pub(super) async fn take_up(
        &mut self,
        course: &Course,
        examined: &Examined,
        listed: Vec<Listed>,
        taken: &mut Taken,
    ) -> Result<Option<Uid>, ReadError> {
        let mut listed = listed.into_iter().peekable();
        while let Some(next) = listed.peek() {
            // However late it is, each look comes further.
            let late = self.is_spent() || taken.alone >= MOST_ALONE;
            if self.left == 0 || (late && !taken.is_nothing()) {
                return Ok(Some(next.uid));
            }
            let some: Vec<Listed> = listed.by_ref().take(TOGETHER.min(self.left)).collect();
            let mut found = self.by_their_numbers(&some).await?;
            let mut hidden = Vec::new();
            for Listed { uid, .. } in some {
                if found.iter().any(|one| one.uid == uid) {
                    continue;
                }
                match self.asked_alone(uid, taken.hidden + hidden.len()).await? {
                    Some(announced) => {
                        taken.alone += 1;
                        found.push(announced);
                    }
                    None => hidden.push(uid),
                }
            }
            found.sort_by_key(|announced| announced.uid);
            taken.hidden += hidden.len();
            self.deliver_found(course, examined, found, taken).await?;
            self.owe(course, examined, hidden).await?;
        }
        Ok(None)
    }

    /// Those of some messages that FETCH names by the numbers that they should have, where these lie near each other.
    async fn by_their_numbers(&self, some: &[Listed]) -> Result<Vec<Announced>, ReadError> {
        let number = |listed: Option<&Listed>| listed?.number;
        let (Some(first), Some(last)) = (number(some.first()), number(some.last())) else {
            return Ok(Vec::new());
        };
        if last.saturating_sub(first) >= NUMBERED {
            return Ok(Vec::new());
        }
        let mut named = match self.reader.session.announce_numbered(first..=last).await {
            Err(ServerError::ServerSaid { .. }) => Vec::new(),
            named => named?,
        };
        named.retain(|one| some.iter().any(|listed| listed.uid == one.uid));
        Ok(named)
    }

    /// Whether what is left is left for the next scan.
    pub(super) fn is_spent(&self) -> bool {
        self.left == 0 || self.is_to_leave_backlog(self.reader.clock.now())
    }

    async fn asked_alone(&self, uid: Uid, in_vain: usize) -> Result<Option<Announced>, ReadError> {
        if in_vain >= MOST_IN_VAIN {
            return Ok(None);
        }
        match self.reader.session.announce(uid, uid).await {
            Err(ServerError::ServerSaid { .. }) => Ok(None),
            told => Ok(told?.pop()),
        }
    }

    /// Delivers what was found, ascending.
    pub(super) async fn deliver_found(
        &mut self,
        course: &Course,
        examined: &Examined,
        found: Vec<Announced>,
        taken: &mut Taken,
    ) -> Result<(), ReadError> {
        let highest = found.last().map_or(Uid(0), |announced| announced.uid);
        taken.highest = taken.highest.max(highest);
        let (young, too_old) = self.by_age(found);
        if too_old > 0 {
            self.say(Found::TooOld(too_old)).await?;
        }
        taken.found += young.len();
        taken.too_old += too_old;
        self.left = self.left.saturating_sub(young.len());
        self.say(Found::Announced(young.len())).await?;
        for announced in young.chunks(TOGETHER) {
            let batch = self.deliver(course, examined, announced.to_vec()).await?;
            self.say(Found::Batch(batch)).await?;
            self.outlasts(self.reader.clock.now())?;
        }
        Ok(())
    }

    async fn owe(
        &mut self,
        course: &Course,
        examined: &Examined,
        hidden: Vec<Uid>,
    ) -> Result<(), ReadError> {
        if hidden.is_empty() {
            return Ok(());
        }
        self.say(Found::Announced(hidden.len())).await?;
        let missing = hidden.into_iter().map(Missing::unshown);
        self.say(Found::Batch(Batch {
            missing: missing.collect(),
            ..Batch::of(course.id, examined)
        }))
        .await
    }

    /// Says what was taken up, and has the rest read as older mail; says whether there is none.
    pub(super) async fn conclude(
        &mut self,
        course: &mut Course,
        examined: &Examined,
        taken: Taken,
        rest: Option<Stretch>,
    ) -> Result<bool, ReadError> {
        if taken.found > 0 {
            self.notice(format!(
                "The server left messages of the folder \"{}\" out when it was asked by UID ({}). They were found in another way and read.",
                course.name, taken.found
            ))
            .await?;
        }
        if taken.hidden > 0 {
            self.notice(format!(
                "The server lists messages of the folder \"{}\" that it does not show ({}). They are asked for again.",
                course.name, taken.hidden
            ))
            .await?;
        }
        let last_uid = taken.highest.0.max(course.last_uid);
        if let Some(rest) = rest {
            self.postpone(course, examined, rest, last_uid).await?;
        } else if last_uid > course.last_uid {
            // What lies above the cursor would be asked for again.
            course.last_uid = last_uid;
            let step = Step::UpTo(Uid(last_uid));
            let batch = Batch::of(course.id, examined);
            self.say(Found::Batch(Batch { step, ..batch })).await?;
        }
        Ok(rest.is_none())
    }
}

/// What is ascending by UID, in parts that span few.
fn parts<T>(
    all: impl Iterator<Item = T>,
    uid_of: impl Fn(&T) -> Uid,
) -> impl Iterator<Item = Vec<T>> {
    let mut all = all.peekable();
    std::iter::from_fn(move || {
        let first = all.next()?;
        let start = uid_of(&first).0;
        let mut part = vec![first];
        while let Some(one) = all.next_if(|one| uid_of(one).0.saturating_sub(start) < SPAN) {
            part.push(one);
        }
        Some(part)
    })
}

#[cfg(test)]
#[path = "lacking_tests.rs"]
mod tests;
