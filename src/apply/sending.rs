//! What rules have sent: answers and mail to pass on, as rows of the outbox that wait until sending exists, and word for
//! our own people.

use chrono::{DateTime, TimeDelta, Utc};
use entities::outbox::Channel;
use rules::{Notice, PassOn, Reply};
use serde_json::json;

use super::{Effects, Subject};
use crate::domains;
use crate::kinds::stored_record_kind;
use crate::records::owners;
use crate::store::auto_replies::Counting;
use crate::store::notices::{self, NoticeMail};
use crate::store::outbox::{self, Asked, NewRow};
use crate::store::{StoreError, Tx, auto_replies, message_states, messages, users};

/// Nothing is sent because of mail that is older: it is being imported, or was found late.
const OLDEST: TimeDelta = TimeDelta::days(1);
/// An answer that could not be sent for so long is out of place.
const ANSWERED_WITHIN: TimeDelta = TimeDelta::days(3);
/// Our people want to know for so long.
const TOLD_WITHIN: TimeDelta = TimeDelta::weeks(1);
/// And to have what is passed on.
const PASSED_ON_WITHIN: TimeDelta = TimeDelta::weeks(2);
/// How many answers one address gets a day, by whatever rules.
const A_DAY_TO_ONE: u64 = 5;
/// And how many one site, whose addresses may all be one machine's.
const A_DAY_TO_A_SITE: u64 = 20;
/// Why a message is not answered once more.
const ANSWERED: &str = "it was answered before";
/// How many answers there are an hour in all.
const AN_HOUR: u64 = 200;

/// Why nothing is sent because of a message: it arrived long ago, and nobody released it since.
async fn too_old(tx: &Tx, subject: Subject<'_>) -> Result<Option<String>, StoreError> {
    let released = subject.released_at;
    // Whoever releases it wants what the rules say, however long it was held.
    if released.is_some_and(|released| subject.now - released <= OLDEST) {
        return Ok(None);
    }
    let received: Option<DateTime<Utc>> = messages::by_id(tx, subject.message)
        .await?
        .map(|message| message.received_at);
    let old = received.is_some_and(|received| subject.now - received > OLDEST);
    Ok(old.then(|| "it arrived more than a day ago".to_owned()))
}

/// Asks for the answer; else says why there is none.
pub(super) async fn answer(
    tx: &Tx,
    subject: Subject<'_>,
    reply: &Reply,
    rule: &str,
) -> Result<Option<String>, StoreError> {
    if let Some(why) = too_old(tx, subject).await? {
        return Ok(Some(why));
    }
    auto_replies::lock(tx).await?;
    if let Some(why) = enough(tx, subject, reply, rule).await? {
        return Ok(Some(why));
    }
    let now = subject.now;
    let row = NewRow {
        channel: Channel::Reply,
        key: format!("reply-{}", subject.message),
        body: json!({
            "to": reply.to,
            "from": reply.from,
            "subject": reply.subject,
            "text": reply.text,
            "in_reply_to": reply.in_reply_to,
            "references": reply.references,
            "headers": { "Auto-Submitted": "auto-replied" },
            "message": subject.message,
            "rule": rule,
        }),
        asked: Some(asked(subject, rule, ANSWERED_WITHIN)),
    };
    // An answer that was not sent in time stands there, though nothing else remembers it.
    if !outbox::insert_unsent(tx, row, now).await? {
        return Ok(Some(ANSWERED.to_owned()));
    }
    let Counted { email, site } = Counted::of(&reply.to);
    auto_replies::insert(tx, (&email, &site), rule, subject.message, now).await?;
    Ok(None)
}

/// Whose wish something is that waits for so long.
fn asked(subject: Subject<'_>, rule: &str, wanted_for: TimeDelta) -> Asked {
    Asked {
        message: subject.message,
        rule: rule.to_owned(),
        scan: subject.scan,
        scanner: subject.scanner,
        expires_at: subject.now + wanted_for,
    }
}

/// Why there are answers enough.
async fn enough(
    tx: &Tx,
    subject: Subject<'_>,
    reply: &Reply,
    rule: &str,
) -> Result<Option<String>, StoreError> {
    let Counted { email, site } = Counted::of(&reply.to);
    let by_email = Counting::Email(&email);
    let to = reply.to.as_str();
    let ago = |span: TimeDelta| subject.now - span;
    if auto_replies::is_answered(tx, subject.message).await? {
        return Ok(Some(ANSWERED.to_owned()));
    }
    let once_in = TimeDelta::minutes(i64::from(reply.once_in));
    if auto_replies::count(tx, by_email, Some(rule), ago(once_in)).await? > 0 {
        let period = rules::Period(reply.once_in);
        return Ok(Some(format!(
            "{to} was answered by this rule within {period}"
        )));
    }
    let day = ago(TimeDelta::days(1));
    if auto_replies::count(tx, by_email, None, day).await? >= A_DAY_TO_ONE {
        return Ok(Some(format!(
            "{to} got {A_DAY_TO_ONE} answers within a day"
        )));
    }
    let by_site = Counting::Site(&site);
    if !site.is_empty() && auto_replies::count(tx, by_site, None, day).await? >= A_DAY_TO_A_SITE {
        return Ok(Some(format!(
            "{site} got {A_DAY_TO_A_SITE} answers within a day"
        )));
    }
    let at_most = u64::from(reply.at_most);
    if auto_replies::count(tx, Counting::All, Some(rule), day).await? >= at_most {
        return Ok(Some(format!("this rule answered {at_most} within a day")));
    }
    if auto_replies::count(tx, Counting::All, None, ago(TimeDelta::hours(1))).await? >= AN_HOUR {
        return Ok(Some(format!("there were {AN_HOUR} answers within an hour")));
    }
    Ok(None)
}

/// Whom an answer counts for.
#[derive(Debug, PartialEq, Eq)]
struct Counted {
    /// The address without its detail: `anna+1@example.it` is Anna (RFC 5233 §4), and anybody makes up as many as wanted.
    email: String,
    /// Its registered domain; empty where that is everybody's.
    site: String,
}

impl Counted {
    fn of(email: &str) -> Self {
        let email = email.trim().to_lowercase();
        let Some((local, domain)) = email.rsplit_once('@') else {
            return Self {
                email,
                site: String::new(),
            };
        };
        let user = match local.split_once('+') {
            Some((user, _)) if !user.is_empty() => user,
            _ => local,
        };
        let site = if domains::is_free_mail(domain) {
            ""
        } else {
            domains::registered(domain).unwrap_or(domain)
        };
        Self {
            email: format!("{user}@{domain}"),
            site: site.to_owned(),
        }
    }
}

/// Asks for the message to be passed on; else says why it is not.
pub(super) async fn pass_on(
    tx: &Tx,
    subject: Subject<'_>,
    passed_on: &PassOn,
    rule: &str,
) -> Result<Option<String>, StoreError> {
    if let Some(why) = too_old(tx, subject).await? {
        return Ok(Some(why));
    }
    let mut was_new = false;
    for to in &passed_on.to {
        let row = NewRow {
            channel: Channel::Forward,
            key: format!("forward-{}-{to}", subject.message),
            body: json!({
                "to": to,
                "from": passed_on.from,
                "headers": { "X-Mailroom-Forwarded": subject.message.to_string() },
                "message": subject.message,
                "rule": rule,
            }),
            asked: Some(asked(subject, rule, PASSED_ON_WITHIN)),
        };
        was_new |= outbox::insert_unsent(tx, row, subject.now).await?;
    }
    Ok((!was_new).then(|| "it was passed on before".to_owned()))
}

/// Asks for our people to be told; `notice` then says who is. Else says why nobody is.
pub(super) async fn notify(
    tx: &Tx,
    subject: Subject<'_>,
    notice: &mut Notice,
    rule: &str,
    effects: &Effects,
) -> Result<Option<String>, StoreError> {
    if let Some(why) = too_old(tx, subject).await? {
        return Ok(Some(why));
    }
    let mut told: Vec<String> = Vec::new();
    let mut refused: Vec<String> = Vec::new();
    for receiver in &notice.to {
        let email = match receiver.as_str() {
            "owner" => owner(tx, effects).await?,
            "assignee" => assignee(tx, subject).await?,
            email => Some(email.to_owned()),
        };
        let Some(email) = email else {
            refused.push(format!("it has no {receiver}"));
            continue;
        };
        match users::find_by_email(tx, &email).await? {
            Some(user) if user.active => told.push(user.email),
            Some(_) => refused.push(format!("{email} is switched off")),
            None => refused.push(format!("there is no user {email}")),
        }
    }
    told.dedup();
    let facts = subject.facts;
    let from = facts.sender().map(|sender| sender.email.clone());
    let mut was_new = false;
    for to in &told {
        let mail = NoticeMail {
            to: to.clone(),
            notice: notices::Notice {
                message: subject.message.0,
                subject: facts.subject.clone(),
                from: from.clone().unwrap_or_default(),
                rule: rule.to_owned(),
                text: notice.text.clone(),
            },
        };
        let asked = asked(subject, rule, TOLD_WITHIN);
        was_new |= notices::ask(tx, &mail, asked, subject.now).await?;
    }
    if told.is_empty() {
        return Ok(Some(refused.join("; ")));
    }
    notice.told = told;
    Ok((!was_new).then(|| "they were told before".to_owned()))
}

/// Whoever owns the first record that the message is linked to and that has an owner.
async fn owner(tx: &Tx, effects: &Effects) -> Result<Option<String>, StoreError> {
    for (record, _) in &effects.linked {
        let kind = stored_record_kind(record.kind);
        if let Some(owner) = owners::owner_of(tx, kind, record.id).await? {
            return Ok(Some(owner.email));
        }
    }
    Ok(None)
}

async fn assignee(tx: &Tx, subject: Subject<'_>) -> Result<Option<String>, StoreError> {
    let states = message_states::of(tx, &[subject.message]).await?;
    let assignee = states
        .get(&subject.message)
        .and_then(|state| state.assignee_id);
    match assignee {
        Some(user) => Ok(users::by_id(tx, user).await?.map(|user| user.email)),
        None => Ok(None),
    }
}

#[cfg(test)]
#[path = "sending_tests.rs"]
mod tests;
