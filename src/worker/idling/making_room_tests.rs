#![allow(clippy::unwrap_used, clippy::panic)]

use entities::credentials::CredentialKind;
use entities::ids::ScannerId;
use entities::mailboxes::MailboxKind;
use sandbox::{Fault, Harm, MailboxLogin, Moment, Options, Verb};
use sea_orm::ConnectionTrait as _;

use crate::clock::Clock as _;
use crate::scan::Ending;
use crate::scan::trial::{ADDRESS, PASSWORD, Trial};
use crate::store::fixture::{self, at, scanner_fields};
use crate::store::mailboxes::MailboxFields;
use crate::store::scanners::ScannerFields;
use crate::worker::Turn;

use super::*;

/// A scanner that wants to hear at once, of a mailbox of its own that is opened with `login`.
async fn another(trial: &Trial, name: &str, login: &str) -> ScannerId {
    let store = trial.store();
    let right = MailboxLogin::Password(PASSWORD.to_owned());
    if trial.provider.uids(login, "INBOX").is_err() {
        trial.provider.add_mailbox(login, right);
    }
    let fields = MailboxFields {
        address: format!("{name}@example.com"),
        login: login.to_owned(),
        mail_server_id: trial.server,
        kind: MailboxKind::Shared,
        owner_id: None,
        active: true,
        aliases: Vec::new(),
        delegates: Vec::new(),
    };
    let mailbox = store::mailboxes::insert(store, fields, at(0)).await;
    let mailbox = mailbox.unwrap().id;
    trial
        .give_to(mailbox, CredentialKind::Password, PASSWORD)
        .await;
    let fields = ScannerFields {
        idle: true,
        ..scanner_fields(name, mailbox)
    };
    store::scanners::insert(store, fields, at(0))
        .await
        .unwrap()
        .id
}

/// A server with room for so many connections, and mailboxes that are waited in, the first for longest.
async fn crowded(room: usize, waiting: usize) -> (Trial, Vec<ScannerId>) {
    let mut options = Options::default();
    options.limits.connections = room;
    let trial = Trial::empty(fixture::sqlite().await, options).await;
    store::scanners::pause(trial.store(), trial.scanner, "anna")
        .await
        .unwrap();
    let mut scanners = Vec::new();
    for number in 0..waiting {
        let name = format!("m{number}");
        scanners.push(another(&trial, &name, &format!("{name}@example.com")).await);
        assert_eq!(turn(&trial).await, (name, true));
        trial.clock.set(trial.clock.now() + TimeDelta::seconds(1));
    }
    assert_eq!(trial.worker.idling.len(), waiting);
    (trial, scanners)
}

/// One scan: whose, and whether it got in.
async fn turn(trial: &Trial) -> (String, bool) {
    match trial.worker.run_one().await.unwrap() {
        Turn::Done(report) => {
            let well = matches!(report.ending, Ending::Done { .. });
            (report.scanner, well)
        }
        Turn::Idle => panic!("nothing is due"),
    }
}

/// Scans one scanner, which may be let in after a few tries: the server has to notice who left.
async fn gets_in(trial: &Trial, scanner: ScannerId) {
    for _ in 0..3 {
        let found = store::scanners::by_id(trial.store(), scanner)
            .await
            .unwrap();
        let next = found.unwrap().next_scan_at.unwrap_or_else(|| at(0));
        let now = trial.clock.now();
        assert!(next <= now + TimeDelta::seconds(10), "soon");
        trial.clock.set(now.max(next));
        if turn(trial).await.1 {
            return;
        }
    }
    panic!("it was never let in");
}

async fn reason_of(trial: &Trial, scanner: ScannerId) -> Option<String> {
    let found = store::scanners::by_id(trial.store(), scanner)
        .await
        .unwrap();
    let mailbox = found.unwrap().mailbox_id;
    let row = idlings::find(trial.store(), mailbox).await.unwrap();
    row.and_then(|row| row.reason)
}

#[tokio::test]
async fn where_a_server_has_no_room_left_some_that_wait_give_way() {
    let (trial, waiting) = crowded(4, 4).await;
    let late = another(&trial, "late", "late@example.com").await;
    assert_eq!(turn(&trial).await, ("late".to_owned(), false));
    assert_eq!(trial.worker.idling.len(), 3);
    gets_in(&trial, late).await;

    let said = "The server localhost let no more connections in while so many waited for new mail there; until 13:00 UTC no more than 3 wait, and here the schedule finds it.";
    assert_eq!(reason_of(&trial, waiting[0]).await.as_deref(), Some(said));
    assert_eq!(reason_of(&trial, late).await.as_deref(), Some(said));
    for scanner in &waiting[1..] {
        assert_eq!(reason_of(&trial, *scanner).await, None);
    }

    // It stays so, and everybody gets in: those that wait over their sessions, the others one after the other.
    let mut scanned = 0;
    while trial.clock.now() < at(50 * 60) {
        trial.clock.set(trial.clock.now() + TimeDelta::minutes(5));
        trial.worker.watch_once(true).await.unwrap();
        for _ in 0..8 {
            if let Turn::Done(report) = trial.worker.run_one().await.unwrap() {
                scanned += 1;
                let well = matches!(report.ending, Ending::Done { .. });
                assert!(well, "{report:?}");
            }
        }
        assert_eq!(trial.worker.idling.len(), 3);
    }
    assert!(scanned > 30, "{scanned}");

    // After an hour another one may wait again.
    trial.clock.set(at(62 * 60));
    trial.worker.watch_once(true).await.unwrap();
    for _ in 0..4 {
        trial.worker.run_one().await.unwrap();
    }
    assert_eq!(trial.worker.idling.len(), 4);
}

#[tokio::test]
async fn a_limit_of_one_login_is_nobody_else_s_matter() {
    let (trial, waiting) = crowded(9, 3).await;
    let refused = "NO [UNAVAILABLE] Maximum number of connections from user+IP exceeded";
    trial.inject(Fault::on(Verb::Login, Harm::Answer(refused.to_owned())));
    let lone = another(&trial, "lone", ADDRESS).await;
    let before = trial.worker.idling.len();
    assert_eq!(turn(&trial).await, ("lone".to_owned(), false));
    assert_eq!(trial.worker.idling.len(), before, "others wait on");
    let row = store::scanners::by_id(trial.store(), lone).await.unwrap();
    let next = row.unwrap().next_scan_at.unwrap();
    assert!(
        next >= trial.clock.now() + TimeDelta::seconds(30),
        "backed off"
    );

    // A second mailbox of a login that waits already takes its place.
    let second = another(&trial, "second", "m2@example.com").await;
    assert_eq!(turn(&trial).await, ("second".to_owned(), false));
    assert_eq!(trial.worker.idling.len(), before - 1);
    let said = reason_of(&trial, waiting[2]).await.unwrap();
    assert!(
        said.contains("no more connections of this login in"),
        "{said}"
    );
    trial.provider.clear_faults();
    gets_in(&trial, second).await;
}

#[tokio::test]
async fn one_mailbox_that_is_never_let_in_costs_no_others_their_waits() {
    let (trial, _) = crowded(40, 7).await;
    trial.inject(Fault::on(Verb::Login, Harm::Drop(Moment::Before)));
    another(&trial, "broken", "broken@example.com").await;
    assert_eq!(turn(&trial).await, ("broken".to_owned(), false));
    let mut tried = 0;
    while trial.clock.now() < at(20 * 60) {
        // Within the time that claims last.
        trial.clock.set(trial.clock.now() + trial.worker.lease / 2);
        trial.worker.watch_once(true).await.unwrap();
        while let Turn::Done(report) = trial.worker.run_one().await.unwrap() {
            tried += u32::from(report.scanner == "broken");
        }
        assert_eq!(trial.worker.idling.len(), 7, "after {tried} tries");
    }
    assert!(tried >= 3, "{tried}");
}

#[tokio::test]
async fn when_it_is_tried_again_is_said_while_the_lease_is_held_and_said_once() {
    let (trial, _) = crowded(2, 2).await;
    let watch = "CREATE TRIGGER no_overwriting BEFORE UPDATE OF next_scan_at ON scanners \
        WHEN NOT EXISTS (SELECT 1 FROM leases WHERE mailbox_id = NEW.mailbox_id AND expires_at > '2000') \
        BEGIN SELECT RAISE(ABORT, 'another scan may have said when the next one is'); END";
    let late = another(&trial, "late", "late@example.com").await;
    trial.store().execute_unprepared(watch).await.unwrap();
    assert_eq!(turn(&trial).await, ("late".to_owned(), false));
    let row = store::scanners::by_id(trial.store(), late).await.unwrap();
    let soon = Some(trial.clock.now() + SOON);
    assert_eq!(row.unwrap().next_scan_at, soon);
    let health = health::find(trial.store(), late).await.unwrap();
    assert_eq!(health.unwrap().next_try_at, soon);
}

#[tokio::test]
async fn a_report_that_is_kept_is_given_though_no_room_could_be_made() {
    let (trial, _) = crowded(2, 2).await;
    another(&trial, "late", "late@example.com").await;
    let refused = "CREATE TRIGGER refused BEFORE UPDATE OF resting_until ON idlings \
        WHEN NEW.resting_until IS NOT NULL BEGIN SELECT RAISE(ABORT, 'the disk is full'); END";
    trial.store().execute_unprepared(refused).await.unwrap();
    assert_eq!(turn(&trial).await, ("late".to_owned(), false));
    let leases = store::leases::list(trial.store()).await.unwrap();
    let now = trial.clock.now();
    assert!(leases.iter().all(|lease| lease.expires_at <= now));
}

#[tokio::test]
async fn a_wait_that_is_given_up_and_could_not_be_written_off_is_not_claimed_for_ever() {
    let (trial, _) = crowded(8, 8).await;
    another(&trial, "late", "late@example.com").await;
    let refused = "CREATE TRIGGER refused BEFORE UPDATE OF resting_until ON idlings \
        WHEN NEW.resting_until IS NOT NULL AND EXISTS (SELECT 1 FROM idlings WHERE resting_until IS NOT NULL) \
        BEGIN SELECT RAISE(ABORT, 'the disk is full'); END";
    trial.store().execute_unprepared(refused).await.unwrap();
    assert_eq!(turn(&trial).await, ("late".to_owned(), false));
    assert_eq!(trial.worker.idling.len(), 6);
    let claims = async || {
        let rows = idlings::list(trial.store()).await.unwrap();
        let resting = rows.iter().filter(|row| row.resting_until.is_some());
        let claimed = rows.iter().filter(|row| row.owner.is_some());
        (resting.count(), claimed.count())
    };
    assert_eq!(claims().await, (0, 8), "all or none");
    for _ in 0..4 {
        trial.clock.set(trial.clock.now() + trial.worker.lease / 2);
        trial.worker.watch_once(true).await.unwrap();
    }
    assert_eq!(claims().await, (0, 6));
}
