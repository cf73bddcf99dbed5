//! What waits for a person: red lights, held messages, doubts, what soon ends, announcements that don't get out.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use entities::ids::{MailServerId, MailboxId};
use maud::{Markup, html};

use super::super::moment::{Now, day};
use super::super::untold::{self, Untold};
use super::rows::Row;
use crate::access::announce::sign_in_ends_on;
use crate::http::Visitor;
use crate::store::{self, Store, StoreError, waiting};

/// More are not counted.
const MOST: u64 = 1_000;
/// An end is told when it is as near as this.
const NEAR: Days = Days::new(30);
/// Ended so long ago, a secret is told of by the light.
const LONG_AGO: Days = Days::new(365);
/// Sign-ins that soon end, named one by one.
const NAMED: usize = 10;

/// What there is.
#[derive(Debug, Default)]
pub(super) struct Needs {
    pub(super) red: usize,
    pub(super) held: u64,
    pub(super) in_doubt: u64,
    pub(super) secrets: Vec<(MailServerId, String, NaiveDate)>,
    pub(super) sign_ins: Vec<(MailboxId, String, NaiveDate)>,
    pub(super) untold: Option<Untold>,
    /// Answers that waited too long to be sent.
    pub(super) expired: u64,
}

impl Needs {
    fn is_nothing(&self) -> bool {
        self.red == 0
            && self.held == 0
            && self.in_doubt == 0
            && self.secrets.is_empty()
            && self.sign_ins.is_empty()
            && self.untold.is_none()
            && self.expired == 0
    }
}

/// Counts it.
pub(super) async fn read(
    store: &Store,
    visitor: &Visitor,
    rows: &[Row],
    now: Now,
) -> Result<Needs, StoreError> {
    let red: BTreeSet<MailboxId> = rows
        .iter()
        .filter(|row| row.light.is_red() && row.placed.mailbox.active)
        .map(|row| row.placed.mailbox.id)
        .collect();
    let today = now.at.date_naive();
    let (first, last) = (
        today.checked_sub_days(LONG_AGO).unwrap_or(today),
        today.checked_add_days(NEAR).unwrap_or(today),
    );
    let secrets = store::oauth_clients::with_secret_until(store, first, last).await?;
    let since = now.at - store::outbox::GIVEN_UP_SHOWN_FOR;
    Ok(Needs {
        red: red.len(),
        held: waiting::held(store, MOST).await?,
        in_doubt: waiting::in_doubt(store, MOST).await?,
        secrets: secrets
            .into_iter()
            .filter_map(|(client, server)| {
                Some((server.id, server.name, client.secret_expires_on?))
            })
            .collect(),
        sign_ins: sign_ins(store, rows, last, now).await?,
        untold: untold::read(store, visitor, now.at).await?,
        expired: store::outbox::asked::expired(store, since).await?,
    })
}

async fn sign_ins(
    store: &Store,
    rows: &[Row],
    last: NaiveDate,
    now: Now,
) -> Result<Vec<(MailboxId, String, NaiveDate)>, StoreError> {
    let mut near = Vec::new();
    for credential in store::credentials::list(store).await? {
        let of = |row: &&Row| row.placed.mailbox.id == credential.mailbox_id;
        let Some(row) = rows.iter().find(of).filter(|row| !row.light.is_red()) else {
            continue;
        };
        let ends = sign_in_ends_on(&credential, row.placed.server.preset, now.at);
        if let Some(ends) = ends.filter(|ends| *ends <= last) {
            near.push((
                credential.mailbox_id,
                row.placed.mailbox.address.clone(),
                ends,
            ));
        }
    }
    near.sort_by_key(|(_, _, ends)| *ends);
    near.truncate(NAMED);
    Ok(near)
}

/// The list, or that there is nothing.
pub(super) fn render(needs: &Needs, now: Now) -> Markup {
    html! {
        section.needs aria-labelledby="needs" {
            h2 #needs { "What needs a person" }
            @if needs.is_nothing() { p.lead { "Nothing waits for anybody." } }
            @else {
                ul {
                    @if needs.red > 0 {
                        li {
                            a href="/mailboxes" { (counted(needs.red as u64, "mailbox is red", "mailboxes are red")) }
                            ": Mailroom can't get in until somebody acts."
                        }
                    }
                    @if needs.held > 0 {
                        li {
                            a href="/held" { (counted(needs.held, "message is held", "messages are held")) }
                            ": they could not be dealt with."
                        }
                    }
                    @if needs.in_doubt > 0 {
                        li {
                            (counted(needs.in_doubt, "message waits", "messages wait"))
                            " for somebody to say to which record they belong."
                        }
                    }
                    @for (id, name, ends) in &needs.secrets {
                        li { "The client secret of " a href={ "/servers/" (id) } { (name) } " ends " (day(*ends, now)) "." }
                    }
                    @for (id, address, ends) in &needs.sign_ins {
                        li { "The sign-in of " a href={ "/mailboxes/" (id) } { (address) } " ends " (day(*ends, now)) "." }
                    }
                    @if needs.expired > 0 {
                        li { (counted(needs.expired, "answer", "answers")) " of rules waited too long within the last week and will not be sent." }
                    }
                }
                @if let Some(untold) = &needs.untold { (untold::render(untold)) }
            }
        }
    }
}

/// `1 message is held`, `5 messages are held`, `1,000 or more messages are held`.
fn counted(count: u64, one: &str, many: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        count if count >= MOST => format!("{count} or more {many}"),
        count => format!("{count} {many}"),
    }
}
