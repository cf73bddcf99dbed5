//! Looks for messages in the database: by index where the whole Message-ID or address is known, else through the heads of
//! the newest, which are compared here, as databases fold letters each in their way.

use chrono::{DateTime, Days, NaiveTime, Utc};
use entities::messages::Model;
use rules::fold;

use super::super::args::Sought;
use crate::imap::Wanted;
use crate::store::messages::heads::{self, Among, Head};
use crate::store::{Store, StoreError, messages};

/// So many heads are read at once,
const PAGE: u64 = 5_000;
/// and so many for one question: what takes a second or two.
const MOST: u64 = 250_000;

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub(super) struct Search {
    pub(super) message_id: Option<String>,
    /// Folded parts of the sender.
    from: Vec<String>,
    /// Folded parts of the subject.
    subject: Vec<String>,
    /// Folded parts of either.
    words: Vec<String>,
    among: Among,
    /// The same for a mail server.
    pub(super) wanted: Wanted,
}

/// What was found.
#[derive(Debug)]
pub(super) struct Searched {
    /// The newest first.
    pub(super) messages: Vec<Model>,
    /// Older mail than this was not looked through.
    pub(super) back_to: Option<DateTime<Utc>>,
}

impl Search {
    pub(super) fn of(sought: &Sought) -> Self {
        let message_id = sought
            .message_id
            .as_ref()
            .map(|id| id.trim().trim_matches(['<', '>']).to_owned());
        let from = sought.from.as_ref().map(|from| from.trim().to_owned());
        let address = from.clone().filter(|from| is_address(from));
        let after = sought
            .until
            .and_then(|day| day.checked_add_days(Days::new(1)));
        let folded = |texts: &[String]| texts.iter().map(|text| fold(text)).collect();
        let part = |text: &Option<String>| -> Vec<String> { text.iter().cloned().collect() };
        Self {
            from: folded(&part(&from.clone().filter(|_| address.is_none()))),
            subject: folded(&part(&sought.subject)),
            words: folded(&sought.words),
            among: Among {
                from_email: address,
                since: sought
                    .since
                    .map(|day| day.and_time(NaiveTime::MIN).and_utc()),
                before: after.map(|day| day.and_time(NaiveTime::MIN).and_utc()),
            },
            wanted: Wanted {
                message_id: message_id.clone(),
                from: part(&from),
                subject: part(&sought.subject),
                since: sought.since,
                before: after,
                words: sought.words.clone(),
            },
            message_id,
        }
    }

    /// Mail received before this moment is not meant.
    pub(super) fn since(&self) -> Option<DateTime<Utc>> {
        self.among.since
    }

    /// Mail received at this moment or later is not meant.
    pub(super) fn before(&self) -> Option<DateTime<Utc>> {
        self.among.before
    }

    /// At most `limit` messages that fit.
    pub(super) async fn run(&self, store: &Store, limit: u64) -> Result<Searched, StoreError> {
        self.bounded(store, limit, PAGE, MOST).await
    }

    async fn bounded(
        &self,
        store: &Store,
        limit: u64,
        page: u64,
        most: u64,
    ) -> Result<Searched, StoreError> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        if let Some(id) = &self.message_id {
            let mut found = messages::find_by_rfc_ids(store, &[id.as_str()]).await?;
            found.retain(|message| self.fits_all(&head(message)));
            newest_first(&mut found);
            found.truncate(limit);
            return Ok(Searched {
                messages: found,
                back_to: None,
            });
        }
        let mut ids = Vec::new();
        let mut last: Option<Head> = None;
        let mut read = 0;
        let back_to = loop {
            let heads = heads::page(store, &self.among, last.as_ref(), page).await?;
            let is_last_page = (heads.len() as u64) < page;
            read += heads.len() as u64;
            let fitting = heads.iter().filter(|head| self.fits(head));
            ids.extend(fitting.map(|head| head.id));
            last = heads.into_iter().last().or(last);
            if is_last_page || ids.len() >= limit {
                break None;
            }
            if read >= most {
                break last.map(|head| head.received_at);
            }
        };
        ids.truncate(limit);
        let mut found = messages::by_ids(store, &ids).await?;
        newest_first(&mut found);
        Ok(Searched {
            messages: found,
            back_to,
        })
    }

    /// Whether the texts fit; the database looks after the rest.
    fn fits(&self, head: &Head) -> bool {
        if self.from.is_empty() && self.subject.is_empty() && self.words.is_empty() {
            return true;
        }
        let subject = fold(&head.subject);
        let sender = fold(&format!("{} {}", head.from_name, head.from_email));
        self.from.iter().all(|part| sender.contains(part))
            && self.subject.iter().all(|part| subject.contains(part))
            && self
                .words
                .iter()
                .all(|word| subject.contains(word) || sender.contains(word))
    }

    fn fits_all(&self, head: &Head) -> bool {
        let Among {
            from_email,
            since,
            before,
        } = &self.among;
        from_email
            .as_ref()
            .is_none_or(|email| email.eq_ignore_ascii_case(&head.from_email))
            && since.is_none_or(|since| head.received_at >= since)
            && before.is_none_or(|before| head.received_at < before)
            && self.fits(head)
    }
}

/// A whole address, and not a part of one.
fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && domain.contains('.') && !text.contains(char::is_whitespace)
    })
}

fn head(message: &Model) -> Head {
    Head {
        id: message.id,
        received_at: message.received_at,
        subject: message.subject.clone(),
        from_email: message.from_email.clone(),
        from_name: message.from_name.clone(),
    }
}

fn newest_first(messages: &mut [Model]) {
    messages.sort_by_key(|message| std::cmp::Reverse((message.received_at, message.id)));
}

#[cfg(test)]
#[path = "searching_tests.rs"]
mod tests;
