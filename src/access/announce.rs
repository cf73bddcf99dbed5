//! Whether anybody is told of a change of a light, of a light that stays red, or of a credential that soon ends.
//!
//! What is told goes to the outbox as rows, in the transaction of the change itself, so that nothing is told twice and
//! nothing is forgotten. Knows nothing of how it is delivered.

mod event;
mod expiring;
mod expiry;
mod rows;

use chrono::{DateTime, TimeDelta, Utc};
use entities::lights::LightState;
use entities::mailboxes;
use sea_orm::ConnectionTrait;
use url::Url;

pub use event::{Credential, Event, OfCredential, OfLight, Was, What};
pub use expiring::sign_in_ends_on;
pub use rows::{Channels, Mail, rows};

use crate::cause::Cause;
use crate::config::Settings;
use crate::store::lights::Change;
use crate::store::{Store, StoreError, light_changes, lights, scanners};
use rows::{channels, tell};

/// How long a red light is left alone before people are told again.
const REMINDED_EVERY: TimeDelta = TimeDelta::days(1);
/// Who is told at all, and where links lead.
#[derive(Debug, Clone)]
pub struct Whom {
    /// Whether a webhook is.
    pub webhook: bool,
    /// Whether people are, and who besides owners and admins; nothing where no mail can be sent.
    pub mail: Option<Vec<String>>,
    /// Scheme, host and port of our pages.
    pub public_url: Url,
}

impl Whom {
    /// As the settings say.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        let mail = settings.announce.mail.as_ref();
        Self {
            webhook: settings.announce.webhook.is_some(),
            mail: mail.map(|mail| mail.to.iter().map(ToString::to_string).collect()),
            public_url: settings.public_url.clone(),
        }
    }

    /// Whether there is nobody to tell.
    #[must_use]
    pub fn is_nobody(&self) -> bool {
        !self.webhook && self.mail.is_none()
    }

    fn page(&self, path: &str, id: i64) -> String {
        let mut url = self.public_url.clone();
        url.set_path(&format!("/{path}/{id}"));
        url.into()
    }
}

/// What a change of a light is to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum News {
    Red,
    Recovered,
}

/// Asks for what has to be told of a change of a light. Wants the transaction that made the change.
pub async fn of_change(
    db: &impl ConnectionTrait,
    whom: &Whom,
    mailbox: &mailboxes::Model,
    change: &Change,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if whom.is_nobody() {
        return Ok(());
    }
    let Some(light) = lights::find(db, mailbox.id).await? else {
        return Ok(());
    };
    let past = light_changes::of_mailbox(db, mailbox.id, 5).await?;
    let Some(this) = past.iter().find(|one| one.id == change.id) else {
        return Ok(());
    };
    // A new credential darkens the light on its way from red to green.
    let before = past
        .iter()
        .find(|one| one.id < change.id && one.state != LightState::Unknown);
    let told = change
        .before
        .as_ref()
        .is_some_and(|before| before.reminded_at.is_some());
    let of_light = of_light(db, whom, mailbox, &light).await?;
    let (what, kind) = match news(light.state, told) {
        None => return Ok(()),
        Some(News::Red) => (What::Red(of_light), "red"),
        Some(News::Recovered) => {
            let was = before.map(|before| Was {
                cause: before.cause.clone(),
                since: before.changed_at,
            });
            (What::Recovered(OfLight { was, ..of_light }), "recovered")
        }
    };
    let event = Event {
        what,
        timestamp: now,
    };
    let channels = channels(db, whom, Some(mailbox)).await?;
    tell(db, &event, &format!("{}{kind}", name(this)), &channels, now).await?;
    if light.state == LightState::Red {
        lights::set_reminded(db, mailbox.id, now).await?;
    }
    Ok(())
}

/// Whether a light that came to show `state` is news; `told`: people know it as red.
fn news(state: LightState, told: bool) -> Option<News> {
    match state {
        LightState::Red => Some(News::Red),
        LightState::Green if told => Some(News::Recovered),
        LightState::Green | LightState::Unknown => None,
    }
}

/// How the names of all that is told of one change begin. The moment is in it, because in a new database the numbers
/// begin anew, and receivers remember what they were told.
fn name(change: &entities::light_changes::Model) -> String {
    let moment = change.changed_at.timestamp();
    format!("light-{}-{moment}-", change.id)
}

/// Asks for the reminders and warnings that are due at `now`, and says how many rows that are. Asks little when nothing
/// is; worth calling every few minutes. Where one sort of them can't be asked for, the others are all the same.
pub async fn due(store: &Store, whom: &Whom, now: DateTime<Utc>) -> Result<usize, StoreError> {
    if whom.is_nobody() {
        return Ok(0);
    }
    let asked = [
        reminders(store, whom, now).await,
        expiring::secrets(store, whom, now).await,
        expiring::grants(store, whom, now).await,
    ];
    asked.into_iter().sum()
}

async fn reminders(store: &Store, whom: &Whom, now: DateTime<Utc>) -> Result<usize, StoreError> {
    let mut asked = 0;
    for (light, mailbox) in lights::due_for_reminder(store, now - REMINDED_EVERY).await? {
        // Whoever disconnected a mailbox knows that it is red.
        if light.cause.as_deref() == Some(Cause::Disconnected.as_str()) {
            continue;
        }
        let tx = store.begin().await?;
        asked += remind(&tx, whom, &mailbox, &light, now).await?;
        tx.commit().await?;
    }
    Ok(asked)
}

async fn remind(
    db: &impl ConnectionTrait,
    whom: &Whom,
    mailbox: &mailboxes::Model,
    light: &entities::lights::Model,
    now: DateTime<Utc>,
) -> Result<usize, StoreError> {
    let of_light = of_light(db, whom, mailbox, light).await?;
    // Nothing waits for it.
    if of_light.scanners.is_empty() {
        return Ok(0);
    }
    let Some(change) = light_changes::of_mailbox(db, mailbox.id, 1).await?.pop() else {
        return Ok(0);
    };
    // Between the question and this transaction it may have turned green, and told so.
    if change.state != LightState::Red {
        return Ok(0);
    }
    let event = Event {
        what: What::Reminder(of_light),
        timestamp: now,
    };
    let name = format!("{}reminder-{}", name(&change), now.date_naive());
    let channels = channels(db, whom, Some(mailbox)).await?;
    lights::set_reminded(db, mailbox.id, now).await?;
    tell(db, &event, &name, &channels, now).await
}

async fn of_light(
    db: &impl ConnectionTrait,
    whom: &Whom,
    mailbox: &mailboxes::Model,
    light: &entities::lights::Model,
) -> Result<OfLight, StoreError> {
    Ok(OfLight {
        mailbox: mailbox.address.clone(),
        mailbox_id: mailbox.id.0,
        scanners: scanners::enabled_names(db, mailbox.id).await?,
        light: light.state,
        cause: light.cause.clone(),
        who: light.who.clone(),
        remedy: light.remedy.clone(),
        words: light.provider_words.clone(),
        since: light.since,
        was: None,
        url: whom.page("mailboxes", mailbox.id.0),
    })
}

#[cfg(test)]
#[path = "announce_tests.rs"]
mod tests;
