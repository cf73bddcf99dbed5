//! Takes one entry away, unless something needs it.

use entities::credentials::CredentialKind;
use entities::ids::ScannerId;
use entities::scans::ScanOutcome;
use sea_orm::ConnectionTrait;

use super::super::after::{book_after, unfit};
use super::super::changes::{Change, Changes, Field, Kind, Target};
use super::super::stored::Stored;
use super::{Desk, NotDone, Section, carry_out, stored};
use crate::store::{self, Store, StoreError};

/// Removes the entry of that name.
///
/// # Errors
/// [`NotDone::InUse`] says what needs it.
pub async fn remove(
    store: &Store,
    section: Section,
    name: &str,
    desk: &Desk<'_>,
) -> Result<(), NotDone> {
    let tx = store.begin().await?;
    let stored = stored(&tx, desk.ring).await?;
    let change = removal(&stored, section, name).ok_or(NotDone::Gone)?;
    if let Some(why) = needed(&stored, section, name) {
        return Err(NotDone::InUse(why));
    }
    if let Some(why) = busy(&tx, &change.target).await? {
        return Err(NotDone::InUse(why.to_owned()));
    }
    let changes = Changes {
        changes: vec![change],
    };
    if changes.touch_rules() {
        let unfit = unfit(&stored.book(), &book_after(&stored, &changes));
        if let Some(why) = unfit.into_iter().next() {
            return Err(NotDone::InUse(super::sentence(&why)));
        }
    }
    carry_out(&tx, section, name, &changes, desk).await?;
    tx.commit().await?;
    Ok(())
}

fn removal(stored: &Stored, section: Section, name: &str) -> Option<Change> {
    let mut fields = Vec::new();
    let target = match section {
        Section::ServiceKeys => Target::NoServiceKey(stored.service_keys.get(name)?.id),
        Section::MailServers => Target::NoMailServer(stored.mail_servers.get(name)?.id),
        Section::Mailboxes => Target::NoMailbox(stored.mailboxes.get(name)?.id),
        Section::Scanners => {
            let row = stored.scanners.get(name)?;
            if !row.item.exceptions.is_empty() {
                fields.push(Field {
                    field: "exceptions".to_owned(),
                    before: Some(row.item.exceptions.clone().into()),
                    after: None,
                });
            }
            Target::NoScanner(row.id)
        }
        // They may be empty, and are always there.
        Section::Exceptions => return None,
        Section::Lists => Target::NoList(stored.lists.get(name)?.id),
    };
    Some(Change {
        section: section.key(),
        name: name.to_owned(),
        change: Kind::Delete,
        fields,
        target,
    })
}

/// What would be left without it.
fn needed(stored: &Stored, section: Section, name: &str) -> Option<String> {
    match section {
        Section::ServiceKeys => {
            let mut servers = stored.mail_servers.values().map(|row| &row.item);
            let user = servers.find(|server| {
                let key = server
                    .oauth
                    .as_ref()
                    .and_then(|oauth| oauth.service_key.as_deref());
                key == Some(name)
            })?;
            Some(format!(
                "Sign-ins of the mail server \"{}\" come back by this key. Name another key there first.",
                user.name
            ))
        }
        Section::MailServers => {
            let mut mailboxes = stored.mailboxes.values().map(|row| &row.item);
            let user = mailboxes.find(|mailbox| mailbox.server == name)?;
            Some(format!(
                "The mailbox {} lives on this server. Remove it first, or move it to another server.",
                user.address
            ))
        }
        Section::Mailboxes => {
            let mut scanners = stored.scanners.values().map(|row| &row.item);
            let user = scanners.find(|scanner| scanner.mailbox == name)?;
            Some(format!(
                "The scanner \"{}\" reads this mailbox. Remove it first.",
                user.name
            ))
        }
        Section::Scanners => {
            let mut rules = stored.rules.values().map(|row| &row.item.rule);
            let user = rules.find(|rule| rule.scanners.iter().any(|scanner| scanner == name))?;
            Some(format!(
                "The rule \"{}\" is for this scanner. Take the scanner out of the rule first.",
                user.name
            ))
        }
        Section::Exceptions | Section::Lists => None,
    }
}

/// What has to come to an end first.
async fn busy(
    tx: &impl ConnectionTrait,
    target: &Target,
) -> Result<Option<&'static str>, StoreError> {
    Ok(match target {
        Target::NoScanner(id) if is_scanned(tx, *id).await? => Some(
            "It is being scanned. Pause it, wait until the scan has ended, and remove it then.",
        ),
        Target::NoMailbox(id) => {
            let credential = store::credentials::find(tx, *id).await?;
            credential
                .is_some_and(|credential| credential.kind == CredentialKind::Oauth)
                .then_some("Somebody signed in for this mailbox. Disconnect it first, so that the access ends at the provider, too.")
        }
        _ => None,
    })
}

async fn is_scanned(tx: &impl ConnectionTrait, id: ScannerId) -> Result<bool, StoreError> {
    let last = store::scans::list(tx, Some(id), None, 1).await?;
    Ok(last
        .first()
        .is_some_and(|scan| scan.outcome == ScanOutcome::Running))
}
