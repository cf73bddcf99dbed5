//! Asks the mail servers for a message, folder by folder, and says why what is there was not read.
//!
//! Apart from scans and their leases, as the doctor does it: looking changes no mail.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveTime, Utc};
use entities::folders;
use entities::ids::MailboxId;
use serde::Serialize;

use super::super::output::{moment, number};
use super::fate::Fates;
use super::searching::Search;
use super::{Copy, Places, sentence};
use crate::access::Entered;
use crate::app::App;
use crate::audit::Auditing;
use crate::imap::{Examined, ServerError, Session, Uid};
use crate::pop3;
use crate::store::deliveries::chosen::by_uids;
use crate::store::scanners::Placed;

/// A server looks through so many UIDs at once.
const WINDOW: u32 = 50_000;

/// A message that a server has.
#[derive(Debug, Serialize)]
pub(super) struct OnServer {
    mailbox: String,
    folder: String,
    uid: u32,
    /// When the server received it.
    received_at: Option<DateTime<Utc>>,
    /// Its copies in the ledger, one for each scanner that read it.
    copies: Vec<Copy>,
    /// Why no scanner has read it.
    why_not: Vec<String>,
}

impl OnServer {
    pub(super) fn sentence(&self) -> String {
        let place = format!(
            "On the server: {} {} UID {}",
            self.mailbox, self.folder, self.uid
        );
        if self.copies.is_empty() {
            format!("{place}, not read: {}", self.why_not.join(" "))
        } else {
            let known: Vec<String> = self.copies.iter().map(sentence).collect();
            format!("{place}: {}", known.join("; "))
        }
    }
}

/// What every mailbox has of it, at most `limit` each folder; and which could not be asked.
pub(super) async fn ask(
    app: &App,
    search: &Search,
    places: &Places,
    limit: u64,
) -> anyhow::Result<(Vec<OnServer>, Vec<String>)> {
    let mut mailboxes: BTreeMap<MailboxId, Vec<&Placed>> = BTreeMap::new();
    for placed in places.sorted() {
        if placed.mailbox.active {
            mailboxes.entry(placed.mailbox.id).or_default().push(placed);
        }
    }
    let mut found = Vec::new();
    let mut unasked = Vec::new();
    for scanners in mailboxes.into_values() {
        let Some(Placed {
            mailbox, server, ..
        }) = scanners.first().copied()
        else {
            continue;
        };
        let asking = Asking {
            app,
            search,
            places,
            scanners: &scanners,
            limit,
        };
        match app.access.open(mailbox, server).await {
            Ok(opened) => match opened.session {
                Entered::Imap(session, _) => {
                    asking
                        .ask_mailbox(session, &mut found, &mut unasked)
                        .await?;
                }
                Entered::Pop3(session) => {
                    unasked.extend(asking.ask_maildrop(session).await?);
                }
            },
            Err(closed) => {
                unasked.push(format!("{} could not be asked: {closed}", mailbox.address));
            }
        }
    }
    Ok((found, unasked))
}

/// One mailbox being asked.
struct Asking<'a> {
    app: &'a App,
    search: &'a Search,
    places: &'a Places,
    /// Those that read it.
    scanners: &'a [&'a Placed],
    limit: u64,
}

impl Asking<'_> {
    fn address(&self) -> &str {
        self.scanners
            .first()
            .map_or("", |placed| placed.mailbox.address.as_str())
    }

    async fn ask_mailbox(
        &self,
        session: Session,
        found: &mut Vec<OnServer>,
        unasked: &mut Vec<String>,
    ) -> anyhow::Result<()> {
        let folders = match session.folders().await {
            Ok(folders) => folders,
            Err(error) => {
                unasked.push(self.could_not("its folders", &error));
                return Ok(());
            }
        };
        for folder in folders.into_iter().filter(|folder| folder.selectable) {
            let uids = match self.look(&session, &folder.name).await {
                Ok((examined, uids)) => {
                    self.explain(&session, &folder.name, &examined, &uids).await
                }
                Err(error) => Ok(Err(error)),
            };
            match uids? {
                Ok(there) => found.extend(there),
                Err(error) => unasked.push(self.could_not(&folder.name, &error)),
            }
            if !session.is_open() {
                return Ok(());
            }
        }
        session.logout().await;
        Ok(())
    }

    /// POP3 can't search, and need not where the ledger has all that is there; else why it may not have what is looked for.
    async fn ask_maildrop(&self, session: pop3::Session) -> anyhow::Result<Option<String>> {
        let Some(placed) = self.scanners.first() else {
            return Ok(None);
        };
        let auditing = Auditing {
            store: self.app.store.clone(),
            access: self.app.access.clone(),
        };
        let there = auditing.maildrop(session, placed).await?;
        if let Some(error) = there.error {
            return Ok(Some(format!("{}: {error}", self.address())));
        }
        let unread = there.on_server - there.known + there.failed + there.held + there.waiting;
        Ok((unread > 0).then(|| {
            format!(
                "{} is read over POP3, which can't search: of the {} messages there {} are not in the ledger or wait in it. `mailroom audit {}` counts them.",
                self.address(),
                number(there.on_server),
                number(unread),
                placed.scanner.name
            )
        }))
    }

    fn could_not(&self, what: &str, error: &ServerError) -> String {
        format!("{}, {what}: {error} {}", self.address(), error.remedy())
    }

    /// The newest that fit.
    async fn look(
        &self,
        session: &Session,
        folder: &str,
    ) -> Result<(Examined, Vec<Uid>), ServerError> {
        let examined = session.examine(folder).await?;
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let mut uids = Vec::new();
        if examined.exists == 0 {
            return Ok((examined, uids));
        }
        let Some(next) = examined.uid_next else {
            let all = session
                .search(&self.search.wanted, Uid(1), Uid(u32::MAX))
                .await?;
            uids.extend(all.into_iter().rev().take(limit));
            return Ok((examined, uids));
        };
        let mut last = next.0.saturating_sub(1);
        while last > 0 && uids.len() < limit {
            let first = last.saturating_sub(WINDOW - 1).max(1);
            let there = session
                .search(&self.search.wanted, Uid(first), Uid(last))
                .await?;
            uids.extend(there.into_iter().rev());
            last = first - 1;
        }
        uids.truncate(limit);
        Ok((examined, uids))
    }

    async fn explain(
        &self,
        session: &Session,
        folder: &str,
        examined: &Examined,
        uids: &[Uid],
    ) -> anyhow::Result<Result<Vec<OnServer>, ServerError>> {
        let mut there = Vec::new();
        for uid in uids {
            let received_at = match session.announce(*uid, *uid).await {
                Ok(announced) => announced.first().and_then(|message| message.internal_date),
                Err(error) => return Ok(Err(error)),
            };
            let mut one = OnServer {
                mailbox: self.address().to_owned(),
                folder: folder.to_owned(),
                uid: uid.0,
                received_at,
                copies: Vec::new(),
                why_not: Vec::new(),
            };
            for placed in self.scanners {
                self.look_up(placed, examined, &mut one).await?;
            }
            if one.copies.is_empty() && one.why_not.is_empty() {
                let names: Vec<&str> = self
                    .scanners
                    .iter()
                    .map(|placed| placed.scanner.name.as_str())
                    .collect();
                one.why_not.push(format!(
                    "no scanner reads this folder; add it to `folders` of {}.",
                    names.join(" or ")
                ));
            }
            there.push(one);
        }
        Ok(Ok(there))
    }

    /// The copy that a scanner has of it, or why it has none; nothing where it does not read the folder.
    async fn look_up(
        &self,
        placed: &Placed,
        examined: &Examined,
        one: &mut OnServer,
    ) -> anyhow::Result<()> {
        let store = &self.app.store;
        let rows = crate::store::folders::list(store, placed.scanner.id).await?;
        let row = rows.into_iter().find(|row| row.name == one.folder);
        let validity = i64::from(examined.uid_validity.0);
        if let Some(row) = &row {
            let found = by_uids(store, row.id, validity, &[i64::from(one.uid)]).await?;
            if let Some(listed) = found.first() {
                let messages: Vec<_> = listed.delivery.message_id.into_iter().collect();
                let fates = Fates::read(store, &messages).await?;
                one.copies.push(self.places.copy(listed, [listed], &fates));
                return Ok(());
            }
        }
        if !placed.scanner.folders.0.contains(&one.folder) {
            return Ok(());
        }
        let mut why = unread(placed, row.as_ref(), validity, one);
        if let Some(standstill) = super::standstill(self.app, placed).await? {
            why = format!("{why} {}: {standstill}", placed.scanner.name);
        }
        one.why_not.push(why);
        Ok(())
    }
}

/// Why a scanner that reads the folder has not read this message, as a sentence.
fn unread(
    placed: &Placed,
    row: Option<&folders::Model>,
    uid_validity: i64,
    one: &OnServer,
) -> String {
    let name = &placed.scanner.name;
    let too_old = placed.scanner.start_date.filter(|day| {
        let start = day.and_time(NaiveTime::MIN).and_utc();
        one.received_at.is_some_and(|received| received < start)
    });
    let next = match placed.scanner.next_scan_at {
        Some(next) => format!("the next scan of {name} is due {}.", moment(next)),
        None => format!("the next scan of {name} is due at once."),
    };
    match (row, too_old) {
        (_, Some(day)) => format!("it is older than {day}, since when {name} reads."),
        (None, None) => format!("the folder has not been read yet; {next}"),
        (Some(row), None) if row.uid_validity != Some(uid_validity) => {
            format!("the folder has not been read since its messages were numbered anew; {next}")
        }
        (Some(row), None) if i64::from(one.uid) > row.last_uid => {
            format!("it came after the last scan; {next}")
        }
        (Some(row), None) if waits(row, i64::from(one.uid)) => {
            format!("it is older mail that is still to be read, after what is new; {next}")
        }
        (Some(_), None) => format!(
            "it should have been: `mailroom audit {name} --repair` reads it, and please report it."
        ),
    }
}

/// Whether a UID is in the folder's backlog.
fn waits(row: &folders::Model, uid: i64) -> bool {
    let backlog = row.backlog_first.zip(row.backlog_last);
    backlog.is_some_and(|(first, last)| (first..=last).contains(&uid))
}
