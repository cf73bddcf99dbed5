#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use std::collections::BTreeMap;
use std::num::NonZeroU64;

use chrono::{DateTime, TimeDelta, Utc};
use entities::deliveries;
use sandbox::{Fault, Harm, Options, Speaker, UidNextLie, Verb};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};

use super::{ADDRESS, ORDERS, Seen, Trial};
use crate::clock::Clock as _;
use crate::store;
use crate::store::fixture::{self, at};
use crate::store::scanners::ScannerFields;

impl Trial {
    /// Reads these folders from now on.
    pub(super) async fn read(&self, folders: &[&str]) {
        let fields = ScannerFields {
            folders: folders.iter().map(ToString::to_string).collect(),
            schedule: "* * * * *".to_owned(),
            ..fixture::scanner_fields("sales", self.mailbox)
        };
        store::scanners::update(self.store(), self.scanner, fields, at(0))
            .await
            .unwrap();
    }

    /// What the client said after signing in, since the transcript was cleared.
    pub(super) fn client_said(&self) -> Vec<String> {
        let all = self.provider.transcript().into_iter();
        all.filter(|line| line.speaker == Speaker::Client)
            .filter_map(|line| line.text.split_once(' ').map(|(_, said)| said.to_owned()))
            .filter(|said| {
                !["LOGIN", "AUTHENTICATE", "CAPABILITY", "ID "]
                    .iter()
                    .any(|verb| said.starts_with(verb))
            })
            .collect()
    }

    /// One turn that is good, later, with what was said in it.
    pub(super) async fn good_turn(&self) -> (Seen, Vec<String>) {
        self.later(TimeDelta::minutes(11)).await;
        self.provider.clear_transcript();
        let seen = self.turn().await;
        assert_eq!(seen.scan.outcome.as_str(), "done", "{:?}", seen.scan.error);
        (seen, self.client_said())
    }

    /// Since when each copy is no longer there, by folder and UID, for those of the folder's UIDVALIDITY.
    pub(super) async fn vanished(&self, folder: &str) -> BTreeMap<i64, Option<DateTime<Utc>>> {
        let row = store::folders::find_or_insert(self.store(), self.scanner, folder)
            .await
            .unwrap();
        let copies = deliveries::Entity::find()
            .filter(deliveries::Column::FolderId.eq(row.id))
            .filter(deliveries::Column::UidValidity.eq(row.uid_validity))
            .order_by_asc(deliveries::Column::Uid)
            .all(self.store())
            .await
            .unwrap();
        copies
            .into_iter()
            .map(|copy| (copy.uid, copy.vanished_at))
            .collect()
    }
}

/// How many of these commands ask for whole messages.
pub(super) fn bodies(commands: &[String]) -> usize {
    commands
        .iter()
        .filter(|command| command.contains("BODY.PEEK[]"))
        .count()
}

/// A count of the scan's report.
pub(super) fn count(seen: &Seen, name: &str) -> u64 {
    seen.scan.counts[name].as_u64().unwrap()
}

#[tokio::test]
async fn an_unchanged_folder_takes_one_round_trip() {
    let trial = Trial::new().await;
    trial.read(&["INBOX"]).await;
    trial.turn().await;
    let (seen, commands) = trial.good_turn().await;
    assert_eq!(seen.report(), "done");
    assert_eq!(commands, ["EXAMINE \"INBOX\" (CONDSTORE)", "LOGOUT"]);

    let others: Vec<String> = (1..20).map(|number| format!("Folder {number}")).collect();
    let mut trial = Trial::empty(fixture::sqlite().await, Options::default()).await;
    for folder in &others {
        trial.provider.create_folder(ADDRESS, folder).unwrap();
        trial.deliver(folder);
    }
    trial.deliver("INBOX");
    // INBOX is open before any other folder, wherever it stands.
    let mut folders: Vec<&str> = others.iter().map(String::as_str).collect();
    folders.insert(7, "INBOX");
    trial.read(&folders).await;
    trial.turn().await;
    let (_, commands) = trial.good_turn().await;
    assert_eq!(commands.len(), 21, "{commands:?}");
    assert!(
        commands[..20]
            .iter()
            .all(|command| command.starts_with("EXAMINE ")),
        "{commands:?}"
    );
    trial.has_everything_once().await;
}

#[tokio::test]
async fn a_server_without_uidnext_is_asked_for_it_and_not_read_again() {
    let mut trial = Trial::new().await;
    trial.read(&["INBOX", ORDERS]).await;
    trial.inject(Fault::on(Verb::Open, Harm::UidNext(UidNextLie::Absent)));
    trial.turn().await;
    trial.has_everything_once().await;
    let (_, commands) = trial.good_turn().await;
    // HIGHESTMODSEQ says as much as UIDNEXT.
    assert_eq!(commands.len(), 3, "{commands:?}");
    trial.deliver("INBOX");
    let (_, commands) = trial.good_turn().await;
    assert!(commands.contains(&"STATUS \"INBOX\" (UIDNEXT)".to_owned()));
    trial.has_everything_once().await;
}

#[tokio::test]
async fn what_a_server_leaves_out_by_uid_is_found_by_number() {
    let mut trial = Trial::new().await;
    trial.turn().await;
    let (fourth, fifth) = (trial.deliver("INBOX"), trial.deliver("INBOX"));
    trial.inject(Fault::withheld_by_uid(&[fourth, fifth]));
    let (seen, commands) = trial.good_turn().await;
    assert!(
        commands
            .iter()
            .any(|command| command.starts_with("FETCH 1:5 ")),
        "{commands:?}"
    );
    assert_eq!(seen.report(), "done server_odd");
    assert_eq!(
        seen.says(),
        "The server left messages of the folder \"INBOX\" out when it was asked by UID (2). They were found in another way and read."
    );
    assert_eq!(seen.health(), "ok");
    trial.has_everything_once().await;
    // The next one does not look again.
    let (seen, commands) = trial.good_turn().await;
    assert_eq!((seen.report().as_str(), commands.len()), ("done", 3));
    trial.provider.clear_faults();
    trial.heals().await;
}

#[tokio::test]
async fn what_a_server_leaves_out_of_the_first_look_is_found_too() {
    let trial = Trial::new().await;
    trial.inject(Fault::withheld_by_uid(&[1, 2]));
    let (seen, _) = trial.good_turn().await;
    assert_eq!(seen.report(), "done server_odd");
    trial.has_everything_once().await;
    trial.provider.clear_faults();
    trial.heals().await;
}

#[tokio::test]
async fn what_a_server_lists_and_never_shows_is_owed() {
    let mut trial = Trial::new().await;
    trial.turn().await;
    let fourth = trial.deliver("INBOX");
    trial.deliver("INBOX");
    trial.inject(Fault::withheld(&[fourth]));
    let (seen, _) = trial.good_turn().await;
    assert_eq!(seen.report(), "done messages");
    assert!(
        seen.says().contains(
            "The server lists messages of the folder \"INBOX\" that it does not show (1)."
        ),
        "{}",
        seen.says()
    );
    let ledger = trial.ledger().await;
    assert_eq!((ledger["done"], ledger["failed"]), (6, 1));
    // It is owed as long as it is listed.
    let (_, _) = trial.good_turn().await;
    assert_eq!(trial.ledger().await.get("gone"), None);
    trial.provider.clear_faults();
    trial.later(TimeDelta::hours(1)).await;
    trial.turn().await;
    trial.has_everything_once().await;
}

#[tokio::test]
async fn a_uidnext_that_stands_still_hides_nothing() {
    let mut trial = Trial::new().await;
    trial.turn().await;
    trial.inject(Fault::uid_next(UidNextLie::Says(4)));
    for _ in 0..3 {
        trial.deliver("INBOX");
        trial.good_turn().await;
        trial.has_everything_once().await;
    }
    trial.provider.clear_faults();
    trial.heals().await;
}

/// One goes and one comes, so that EXISTS stays.
fn exchange(trial: &mut Trial, goes: u32) {
    assert!(trial.provider.expunge(ADDRESS, "INBOX", goes).unwrap());
    trial.deliver("INBOX");
}

#[tokio::test]
async fn a_highestmodseq_that_goes_backwards_hides_nothing() {
    let mut trial = Trial::new().await;
    trial.read(&["INBOX", ORDERS]).await;
    let says = |trial: &Trial, number: u64| {
        trial.provider.clear_faults();
        // Without UIDNEXT it alone tells whether the folder has changed.
        trial.inject(Fault::on(Verb::Open, Harm::UidNext(UidNextLie::Absent)));
        let number = NonZeroU64::new(number).unwrap();
        trial.inject(Fault::highest_modseq(number));
    };
    says(&trial, 100);
    trial.turn().await;
    let (_, commands) = trial.good_turn().await;
    assert_eq!(commands.len(), 3, "{commands:?}");

    says(&trial, 50);
    trial.deliver("INBOX");
    trial.good_turn().await;
    trial.has_everything_once().await;
    // It is not believed the next time either: 50 again says nothing.
    exchange(&mut trial, 1);
    trial.good_turn().await;
    trial.has_everything_once().await;
    assert!(trial.vanished("INBOX").await[&1].is_some());
    says(&trial, 20);
    exchange(&mut trial, 2);
    trial.good_turn().await;
    trial.has_everything_once().await;
    trial.provider.clear_faults();
    trial.heals().await;
}

#[tokio::test]
async fn a_highestmodseq_that_stands_still_hides_nothing_for_long() {
    let mut trial = Trial::new().await;
    trial.read(&["INBOX", ORDERS]).await;
    trial.inject(Fault::highest_modseq(NonZeroU64::MIN));
    trial.turn().await;
    // Beside UIDNEXT it is not asked.
    for goes in [1, 2] {
        exchange(&mut trial, goes);
        trial.good_turn().await;
        trial.has_everything_once().await;
        assert!(trial.vanished("INBOX").await[&i64::from(goes)].is_some());
    }
    // Without UIDNEXT nothing tells of an exchange; what comes after it brings both to light.
    trial.inject(Fault::on(Verb::Open, Harm::UidNext(UidNextLie::Absent)));
    trial.good_turn().await;
    exchange(&mut trial, 3);
    trial.good_turn().await;
    assert_ne!(trial.lost().await, None);
    trial.deliver("INBOX");
    trial.good_turn().await;
    trial.has_everything_once().await;
    assert!(trial.vanished("INBOX").await[&3].is_some());
}

#[tokio::test]
async fn a_wrong_exists_is_said_once_and_harms_nobody() {
    for (number, said) in [
        (
            0,
            "The server says that the folder \"INBOX\" has 0 messages and shows 3. All of them were read.",
        ),
        (
            4_000_000,
            "The server says that the folder \"INBOX\" has 4000000 messages, and no way of asking shows them all. What it shows was read.",
        ),
    ] {
        let trial = Trial::new().await;
        trial.read(&["INBOX"]).await;
        trial.inject(Fault::lying_exists(number));
        let seen = trial.turn().await;
        assert_eq!(seen.report(), "done server_odd");
        assert_eq!(seen.says(), said);
        let (seen, commands) = trial.good_turn().await;
        assert_eq!((seen.report().as_str(), commands.len()), ("done", 2));
        assert!(trial.vanished("INBOX").await.values().all(Option::is_none));
        trial.provider.clear_faults();
        trial.good_turn().await;
        assert!(trial.vanished("INBOX").await.values().all(Option::is_none));
    }
}

#[tokio::test]
async fn what_went_is_marked_and_its_records_stay() {
    let mut trial = Trial::new().await;
    trial.turn().await;
    assert!(trial.provider.expunge(ADDRESS, "INBOX", 2).unwrap());
    let (seen, commands) = trial.good_turn().await;
    assert_eq!(count(&seen, "vanished"), 1);
    assert_eq!(bodies(&commands), 0);
    let now = trial.clock.now();
    let expected = BTreeMap::from([(1, None), (2, Some(now)), (3, None)]);
    assert_eq!(trial.vanished("INBOX").await, expected);
    trial.has_everything_once().await;

    // One goes and one comes.
    trial.provider.expunge(ADDRESS, "INBOX", 3).unwrap();
    trial.deliver("INBOX");
    let (seen, _) = trial.good_turn().await;
    assert_eq!(count(&seen, "vanished"), 1);
    let gone: Vec<bool> = trial
        .vanished("INBOX")
        .await
        .values()
        .map(Option::is_some)
        .collect();
    assert_eq!(gone, [false, true, true, false]);
    let (_, commands) = trial.good_turn().await;
    assert_eq!(commands.len(), 3, "{commands:?}");
    trial.has_everything_once().await;
}

#[tokio::test]
async fn a_sweep_that_can_not_be_believed_marks_nothing_and_is_made_again() {
    let trial = Trial::new().await;
    trial.read(&["INBOX"]).await;
    trial.turn().await;
    trial.provider.expunge(ADDRESS, "INBOX", 2).unwrap();
    trial.inject(Fault::withheld(&[3]));
    trial.inject(Fault::answer_no(Verb::Search, "not now"));
    let (seen, _) = trial.good_turn().await;
    assert_eq!(count(&seen, "vanished"), 0);
    assert_eq!(
        seen.says(),
        "The server says that the folder \"INBOX\" has 2 messages and names 1. Which were removed can't be told, so none is shown as removed."
    );
    assert!(trial.vanished("INBOX").await.values().all(Option::is_none));
    trial.provider.clear_faults();
    let (seen, _) = trial.good_turn().await;
    assert_eq!(count(&seen, "vanished"), 1);
    assert!(trial.vanished("INBOX").await[&2].is_some());
}
