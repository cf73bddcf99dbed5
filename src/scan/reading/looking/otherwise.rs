//! Other ways of asking for messages that EXISTS counts and windows of UIDs did not announce: by sequence number, and by
//! search. Exchange lists messages that it never shows; those become messages that the server owes.

use super::super::found::{Batch, Missing, Step};
use super::super::plan::{Course, Stretch};
use super::super::{Found, ReadError, Round};
use super::end;
use crate::imap::{Announced, Examined, ImapError, Uid, Wanted};

/// Messages asked for by number in one command.
const NUMBERED: u32 = 1_000;
/// The most messages that another way of asking brings in one scan.
const MOST_FOUND: usize = 20_000;
/// The most listed messages that are asked for one by one.
const MOST_ASKED_ALONE: usize = 200;
/// Messages that are fetched together.
const TOGETHER: usize = 100;

impl Round {
    /// Asks by sequence number and by search until at least `least` messages were found above what the last look saw.
    pub(super) async fn look_otherwise(
        &mut self,
        course: &mut Course,
        examined: &Examined,
        least: i64,
    ) -> Result<(), ReadError> {
        let newest = self.reader.session.newest().await?;
        let numbered = match newest {
            Some((count, _)) => self.numbered(course, count).await?,
            None => Vec::new(),
        };
        for one in &numbered {
            course.looking.announced.push(i64::from(one.uid.0));
        }
        self.left_out(course, numbered.len()).await?;
        self.deliver_found(course, examined, numbered).await?;
        if course.looking.count() < least {
            let top = end(examined, newest.map_or(Uid(0), |(_, uid)| uid));
            let first = course.looking.known_up_to.saturating_add(1);
            let mut listed = self.search_all(Uid(first), top, examined.exists).await?;
            listed.retain(|uid| !course.looking.has(*uid));
            for uid in &listed {
                course.looking.announced.push(i64::from(uid.0));
            }
            self.take_up_listed(course, examined, listed).await?;
        }
        // Where the last number is EXISTS, it was the look before that was told too few.
        let in_all = newest.map_or(0, |(count, _)| count);
        if course.looking.count() < least && in_all != examined.exists {
            self.notice(format!(
                "The server says that the folder \"{}\" has {} messages, and no way of asking shows them all. What it shows was read.",
                course.name, examined.exists
            ))
            .await?;
        }
        Ok(())
    }

    /// Asks one by one for messages that a search finds and FETCH did not name; those that don't come are owed.
    pub(super) async fn take_up_listed(
        &mut self,
        course: &mut Course,
        examined: &Examined,
        mut listed: Vec<Uid>,
    ) -> Result<(), ReadError> {
        listed.truncate(MOST_FOUND);
        let (Some(first), Some(last)) = (listed.first(), listed.last()) else {
            return Ok(());
        };
        let stretch = Stretch {
            first: first.0,
            last: last.0,
        };
        let bare = listed.into_iter().map(Announced::bare).collect();
        let unknown = self.not_yet_known(course, examined, stretch, bare).await?;
        let mut found = Vec::new();
        let mut hidden = Vec::new();
        for Announced { uid, .. } in unknown {
            match self.asked_alone(uid, hidden.len()).await? {
                Some(announced) => found.push(announced),
                None => hidden.push(uid),
            }
        }
        self.left_out(course, found.len()).await?;
        self.deliver_found(course, examined, found).await?;
        self.owe(course, examined, hidden).await
    }

    async fn left_out(&mut self, course: &Course, count: usize) -> Result<(), ReadError> {
        if count == 0 {
            return Ok(());
        }
        self.notice(format!(
            "The server left messages of the folder \"{}\" out when it was asked by UID ({count}). They were found in another way and read.",
            course.name
        ))
        .await
    }

    /// Messages above what the last look saw that FETCH names by number and left out by UID, from the last one back.
    async fn numbered(&self, course: &Course, count: u32) -> Result<Vec<Announced>, ReadError> {
        let mut found = Vec::new();
        let mut last = count;
        while last > 0 && found.len() < MOST_FOUND {
            let first = last.saturating_sub(NUMBERED - 1).max(1);
            let window = match self.reader.session.announce_numbered(first..=last).await {
                Err(ImapError::ServerSaid { .. }) => break,
                window => window?,
            };
            let known_up_to = course.looking.known_up_to;
            let reaches_back = window.iter().any(|one| one.uid.0 <= known_up_to);
            found.extend(
                window
                    .into_iter()
                    .filter(|one| !course.looking.has(one.uid)),
            );
            if reaches_back {
                break;
            }
            last = first - 1;
        }
        Ok(found)
    }

    async fn asked_alone(&self, uid: Uid, in_vain: usize) -> Result<Option<Announced>, ReadError> {
        if in_vain >= MOST_ASKED_ALONE {
            return Ok(None);
        }
        match self.reader.session.announce(uid, uid).await {
            Err(ImapError::ServerSaid { .. }) => Ok(None),
            told => Ok(told?.pop()),
        }
    }

    async fn deliver_found(
        &mut self,
        course: &mut Course,
        examined: &Examined,
        mut found: Vec<Announced>,
    ) -> Result<(), ReadError> {
        found.sort_by_key(|announced| announced.uid);
        let highest = found.last().map_or(Uid(0), |announced| announced.uid);
        let (young, old) = self.by_age(found);
        if old > 0 {
            self.say(Found::TooOld(old)).await?;
        }
        self.say(Found::Announced(young.len())).await?;
        let mut batches = young.chunks(TOGETHER).map(<[_]>::to_vec).peekable();
        while let Some(announced) = batches.next() {
            let mut batch = self.deliver(course, examined, announced).await?;
            // What lies above the cursor would be asked for again.
            if batches.peek().is_none() && highest.0 > course.last_uid {
                course.last_uid = highest.0;
                batch.step = Step::UpTo(highest);
            }
            self.say(Found::Batch(batch)).await?;
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
        self.notice(format!(
            "The server lists messages of the folder \"{}\" that it does not show ({}). They are asked for again.",
            course.name,
            hidden.len()
        ))
        .await?;
        self.say(Found::Announced(hidden.len())).await?;
        let missing = hidden.into_iter().map(Missing::unshown);
        self.say(Found::Batch(Batch {
            missing: missing.collect(),
            ..Batch::of(course.id, examined)
        }))
        .await
    }

    /// Whether the server still lists a message that it does not show.
    pub(in super::super) async fn still_lists(&self, uid: Uid) -> Result<bool, ReadError> {
        match self
            .reader
            .session
            .search(&Wanted::default(), uid, uid)
            .await
        {
            Err(ImapError::ServerSaid { .. }) => Ok(false),
            found => Ok(!found?.is_empty()),
        }
    }
}
