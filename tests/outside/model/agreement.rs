//! What must hold once the server is quiet and everything was scanned.

use std::collections::{BTreeMap, BTreeSet};

use entities::deliveries::DeliveryState;
use entities::scans::ScanOutcome;
use parts::Dovecot;

use super::super::contents::Contents;
use super::mailbox::Mailbox;

/// Fails unless ledger and server agree, and everything was done once.
#[track_caller]
pub(super) fn assert_agreed(contents: &Contents, mailbox: &Mailbox, dovecot: &Dovecot) {
    for folder in mailbox.scanned() {
        assert_folder(contents, mailbox, dovecot, folder);
    }
    assert_ledger_once(contents);
    assert_messages(contents, mailbox);
    assert_effects(contents, mailbox);
    assert_reported(contents);
}

/// Every message that the server has is in the ledger under the UIDVALIDITY of now, and is the same message there.
#[track_caller]
fn assert_folder(contents: &Contents, mailbox: &Mailbox, dovecot: &Dovecot, name: &str) {
    let listed = dovecot.messages(&mailbox.address, name);
    let mut lies: Vec<&str> = listed.iter().map(|one| &*one.message_id).collect();
    let mut put: Vec<&str> = mailbox
        .numbers_in(name)
        .iter()
        .map(|number| &*mailbox.sent()[*number].message_id)
        .collect();
    lies.sort_unstable();
    put.sort_unstable();
    assert_eq!(lies, put, "{name} on the server");

    let numbers = dovecot.numbers(&mailbox.address, name);
    let folder = contents.folder(&mailbox.address, name);
    let ledger = contents.ledger(folder);
    if listed.is_empty() {
        return;
    }
    assert_eq!(
        folder.uid_validity,
        Some(i64::from(numbers.uid_validity)),
        "{name}"
    );
    assert_eq!(folder.last_uid, i64::from(numbers.uid_next) - 1, "{name}");
    assert_eq!(folder.backlog_first, None, "{name}: {folder:?}");
    for one in &listed {
        let delivery = ledger.get(&i64::from(one.uid));
        let delivery = delivery.unwrap_or_else(|| panic!("{name} {one:?} is missing"));
        assert!(
            matches!(delivery.state, DeliveryState::Done | DeliveryState::Ignored),
            "{name} {delivery:?}"
        );
        let message = contents
            .messages
            .iter()
            .find(|message| Some(message.id) == delivery.message_id);
        let known = message.and_then(|message| message.rfc_message_id.as_deref());
        assert_eq!(known, Some(&*one.message_id), "{name} {one:?}");
    }
}

#[track_caller]
fn assert_ledger_once(contents: &Contents) {
    let mut known = BTreeSet::new();
    for delivery in &contents.deliveries {
        let place = (delivery.folder_id, delivery.uid_validity, delivery.uid);
        assert!(known.insert(place), "{delivery:?}");
        assert!(
            !matches!(delivery.state, DeliveryState::Pending | DeliveryState::Held),
            "{delivery:?}"
        );
    }
}

/// Each message is there once, and none is missing that a scan must have seen.
#[track_caller]
fn assert_messages(contents: &Contents, mailbox: &Mailbox) {
    let all = contents.messages.iter();
    let mut stored: Vec<&str> = all
        .map(|it| it.rfc_message_id.as_deref().unwrap())
        .collect();
    stored.sort_unstable();
    let once: BTreeSet<&str> = stored.iter().copied().collect();
    assert_eq!(stored, once.iter().copied().collect::<Vec<_>>(), "messages");

    let sent = mailbox.sent();
    let strange = once
        .iter()
        .find(|id| !sent.iter().any(|one| one.message_id == **id));
    assert_eq!(strange, None, "nobody sent it");
    let owed = owed(contents, mailbox);
    let lost: Vec<&&str> = owed.difference(&once).collect();
    assert!(lost.is_empty(), "lost: {lost:?} of {}", owed.len());
}

/// Messages that lay where they were through the whole of a scan that came to its end.
fn owed<'a>(contents: &Contents, mailbox: &'a Mailbox) -> BTreeSet<&'a str> {
    let whole: Vec<_> = contents
        .scans
        .iter()
        .filter(|scan| scan.outcome == ScanOutcome::Done)
        .filter_map(|scan| Some((scan.started_at, scan.finished_at?)))
        .collect();
    mailbox
        .spans()
        .filter(|span| whole.iter().any(|(from, to)| span.covers(*from, *to)))
        .map(|span| &*mailbox.sent()[span.number].message_id)
        .collect()
}

/// One decision and one link for each message, one lead for each stranger.
#[track_caller]
fn assert_effects(contents: &Contents, mailbox: &Mailbox) {
    let decided: BTreeSet<_> = contents
        .decisions
        .iter()
        .map(|decision| (decision.message_id, decision.scanner_id))
        .collect();
    assert_eq!(contents.decisions.len(), decided.len(), "decisions");
    assert_eq!(decided.len(), contents.messages.len(), "decisions");

    let writer_of: BTreeMap<&str, &str> = mailbox
        .sent()
        .iter()
        .map(|one| (&*one.message_id, &*one.from))
        .collect();
    let all = contents.messages.iter();
    let expected: BTreeMap<&str, BTreeSet<&str>> = all
        .filter_map(|message| message.rfc_message_id.as_deref())
        .map(|id| (id, BTreeSet::from([writer_of[id]])))
        .collect();
    assert_eq!(contents.linked(), expected, "links");
    assert_eq!(contents.links.len(), expected.len(), "links");

    let known = mailbox.known();
    let strangers: BTreeSet<&str> = expected.values().flatten().copied().collect();
    let strangers: Vec<&str> = strangers.into_iter().filter(|it| *it != known).collect();
    let mut leads: Vec<&str> = contents.leads.iter().map(|lead| &*lead.email).collect();
    leads.sort_unstable();
    assert_eq!(leads, strangers, "leads");
}

#[track_caller]
fn assert_reported(contents: &Contents) {
    for scan in &contents.scans {
        assert_ne!(scan.outcome, ScanOutcome::Running, "{scan:?}");
        assert!(scan.finished_at.is_some(), "{scan:?}");
    }
    for (count, done) in [
        ("new_messages", contents.messages.len()),
        ("leads", contents.leads.len()),
    ] {
        assert_eq!(contents.counted(count), done as u64, "{count}");
    }
}

/// Fails where something that was made is gone: what is expunged on the server stays with us.
#[track_caller]
pub(super) fn assert_kept(now: &Contents, before: &Contents) {
    assert!(now.messages.starts_with(&before.messages), "messages");
    assert!(now.leads.starts_with(&before.leads), "leads");
    assert!(now.links.starts_with(&before.links), "links");
    assert!(now.decisions.starts_with(&before.decisions), "decisions");
    let kept: BTreeSet<_> = now.deliveries.iter().map(|one| one.id).collect();
    for delivery in &before.deliveries {
        assert!(kept.contains(&delivery.id), "{delivery:?}");
    }
}
