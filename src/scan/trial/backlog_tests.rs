#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use entities::credentials::CredentialKind;
use sandbox::{MailboxLogin, Options, Provider};
use sea_orm::{ConnectionTrait as _, EntityTrait as _, QueryOrder as _};

use super::{ADDRESS, PASSWORD, Trial, letter};
use crate::clock::{Clock, FixedClock};
use crate::secrets::Place;
use crate::store::scanners::ScannerFields;
use crate::store::{self, fixture};
use crate::worker::Turn;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

async fn empty() -> Trial {
    let trial = Trial::empty(fixture::sqlite().await, Options::default()).await;
    trial
        .sql("UPDATE scanners SET folders = '[\"INBOX\"]'")
        .await;
    trial
}

/// A clock that goes on by so much each time it is looked at.
#[derive(Debug)]
pub(super) struct Striding(pub(super) Arc<FixedClock>, pub(super) TimeDelta);

impl Clock for Striding {
    fn now(&self) -> DateTime<Utc> {
        let now = self.0.now();
        self.0.set(now + self.1);
        now
    }
}

/// A clock that goes on each time it is looked at, and brings a letter once the first window of a backlog was asked for.
#[derive(Debug)]
struct Postman {
    clock: Striding,
    provider: Provider,
    window: &'static str,
    came: AtomicBool,
}

impl Clock for Postman {
    fn now(&self) -> DateTime<Utc> {
        let transcript = self.provider.transcript();
        let is_time = transcript
            .iter()
            .any(|line| line.text.contains(self.window));
        if is_time && !self.came.swap(true, Ordering::Relaxed) {
            let raw = letter(9_999).into_bytes();
            let now = fixture::at(0);
            self.provider.deliver(ADDRESS, "INBOX", raw, now).unwrap();
        }
        self.clock.now()
    }
}

#[tokio::test]
async fn new_mail_that_comes_while_older_mail_is_read_is_looked_for_every_five_seconds() {
    for (stride, expected) in [
        (TimeDelta::seconds(5), vec![1_100, 1_101, 1, 2]),
        (TimeDelta::milliseconds(1), vec![1_100, 1, 2]),
    ] {
        let mut trial = empty().await;
        // Two windows of UIDs with little in them.
        for uid in 1..=1_100 {
            trial.deliver("INBOX");
            if (3..1_100).contains(&uid) {
                trial.provider.expunge(ADDRESS, "INBOX", uid).unwrap();
                trial.forget_removed(1);
            }
        }
        let postman = Postman {
            clock: Striding(Arc::clone(&trial.clock), stride),
            provider: trial.provider.clone(),
            window: "UID FETCH 101:1100 (",
            came: AtomicBool::new(false),
        };
        trial.worker.scanning.clock = Arc::new(postman);
        trial.worker.lease = TimeDelta::days(1);
        assert!(trial.scan_now().await.unwrap().is_clean());
        assert_eq!(trial.uids().await, expected);
        trial.delivered += 1;
        trial.heals().await;
    }
}

#[tokio::test]
async fn new_mail_is_read_first_and_older_mail_from_the_newest_on() {
    let mut trial = empty().await;
    for _ in 0..7 {
        trial.deliver("INBOX");
    }
    trial.sql("UPDATE scanners SET limit_per_scan = 3").await;
    trial.turn().await;
    assert_eq!(trial.uids().await, [5, 6, 7]);
    trial.deliver("INBOX");
    trial.turn().await;
    assert_eq!(trial.uids().await, [5, 6, 7, 8, 3, 4]);
    let counts = trial.seen().await.scan.counts;
    assert_eq!(
        (&counts["backlog_read"], &counts["backlog_left"]),
        (&2.into(), &2.into())
    );
    trial.turn().await;
    assert_eq!(trial.uids().await, [5, 6, 7, 8, 3, 4, 1, 2]);
    trial.heals().await;
}

#[tokio::test]
async fn older_mail_is_read_from_the_oldest_on_where_that_is_wanted() {
    let mut trial = empty().await;
    for _ in 0..5 {
        trial.deliver("INBOX");
    }
    trial
        .sql("UPDATE scanners SET limit_per_scan = 2, backfill = 'oldest_first'")
        .await;
    trial.turn().await;
    assert_eq!(trial.uids().await, [1, 2]);
    trial.deliver("INBOX");
    trial.turn().await;
    assert_eq!(trial.uids().await, [1, 2, 6, 3]);
    // In the middle the other way round.
    trial
        .sql("UPDATE scanners SET backfill = 'newest_first'")
        .await;
    trial.turn().await;
    trial.heals().await;
}

#[tokio::test]
async fn a_start_date_that_is_moved_back_has_only_the_older_mail_read() {
    let mut trial = empty().await;
    let raw = |number: u32| {
        format!(
            "Message-ID: <{number}@mail.example>\r\nFrom: p{number}@mail.example\r\nTo: {ADDRESS}\r\n\
             Date: Sun, 22 Nov 2026 11:00:00 +0000\r\n\r\nHi\r\n"
        )
        .into_bytes()
    };
    for number in 1..=6 {
        let day = fixture::at(0) - TimeDelta::days(i64::from(60 - 10 * number));
        trial
            .provider
            .deliver(ADDRESS, "INBOX", raw(number), day)
            .unwrap();
        trial.delivered += 1;
    }
    let day = |days| (fixture::at(0) - TimeDelta::days(days)).date_naive();
    let since = |days| format!("UPDATE scanners SET start_date = '{}'", day(days));
    trial.sql(&since(15)).await;
    assert_eq!(trial.turn().await.scan.counts["too_old"], 4);
    assert_eq!(trial.uids().await, [5, 6]);

    // Forward: nothing happens, also not to what is to come.
    trial.sql(&since(5)).await;
    trial.provider.clear_transcript();
    trial.turn().await;
    assert!(!trial.said("UID FETCH"), "nothing is asked for");

    trial.sql(&since(35)).await;
    trial.provider.clear_transcript();
    trial.turn().await;
    assert_eq!(trial.uids().await, [5, 6, 3, 4]);
    assert!(
        trial.said("UID FETCH 3:4 ("),
        "{:?}",
        trial.provider.transcript()
    );
    trial.sql("UPDATE scanners SET start_date = NULL").await;
    trial.heals().await;
}

#[tokio::test]
async fn a_database_of_an_earlier_version_goes_on_where_it_stopped() {
    let mut trial = empty().await;
    for _ in 0..7 {
        trial.deliver("INBOX");
    }
    trial
        .sql("UPDATE scanners SET limit_per_scan = 3, backfill = 'oldest_first'")
        .await;
    trial.turn().await;
    // As it was when a cursor climbed through all there was.
    trial
        .sql(
            "UPDATE folders SET last_uid = 3, backlog_first = NULL, backlog_last = NULL, \
             backlog_left = NULL, backlog_total = NULL",
        )
        .await;
    trial.turn().await;
    assert_eq!(trial.uids().await, [1, 2, 3, 4, 5, 6]);
    trial.deliver("INBOX");
    trial.heals().await;
}

#[tokio::test]
async fn much_that_came_meanwhile_is_read_behind_what_comes_now() {
    let mut trial = empty().await;
    trial.deliver("INBOX");
    trial.turn().await;
    // As after months without a scan: the UIDs in between were removed.
    let validity = u32::try_from(trial.folder().await.uid_validity.unwrap()).unwrap();
    trial
        .provider
        .set_uid_validity(ADDRESS, "INBOX", validity, 9_000)
        .unwrap();
    trial.sql("UPDATE scanners SET limit_per_scan = 1").await;
    trial.deliver("INBOX");
    trial.turn().await;
    trial.sql("UPDATE scanners SET limit_per_scan = NULL").await;
    trial.turn().await;
    assert_eq!(trial.folder().await.backlog_last, None);
    trial.heals().await;
}

#[tokio::test]
async fn a_repair_reads_again_only_what_the_ledger_lacks() {
    let mut trial = empty().await;
    for _ in 0..5 {
        trial.deliver("INBOX");
    }
    trial.turn().await;
    trial.sql("DELETE FROM deliveries WHERE uid = 2").await;
    let folder = trial.folder().await.id;
    let all = store::folders::Stretch { first: 1, last: 99 };
    store::folders::widen_backlog(trial.store(), folder, all)
        .await
        .unwrap();
    trial.provider.clear_transcript();
    trial.heals().await;
    assert!(
        trial.said("UID FETCH 2 (UID BODY"),
        "{:?}",
        trial.provider.transcript()
    );
}

#[tokio::test]
async fn a_scan_by_schedule_leaves_a_long_backlog_for_others_and_goes_on_behind_them() {
    let mut trial = empty().await;
    for _ in 0..450 {
        trial.deliver("INBOX");
    }
    // A minute goes by between two looks at the clock.
    let stride = Striding(Arc::clone(&trial.clock), TimeDelta::seconds(61));
    trial.worker.scanning.clock = Arc::new(stride);
    trial.worker.lease = TimeDelta::days(1);

    let first = trial.one_turn().await;
    assert!(first.leaves_backlog && first.is_clean(), "{first:?}");
    assert_eq!((first.counts.kept, first.counts.announced), (200, 200));
    assert_eq!(first.counts.backlog_left, Some(250));
    let small = trial.small_inbox().await;
    let second = trial.one_turn().await;
    assert_eq!(
        (second.scanner.as_str(), second.counts.leads),
        ("support", 1),
        "{second:?}"
    );
    store::scanners::pause(trial.store(), small, "us")
        .await
        .unwrap();
    let third = trial.one_turn().await;
    assert_eq!((third.scanner.as_str(), third.counts.kept), ("sales", 200));
    // A person's scan goes on to the end.
    let last = trial.scan_now().await.unwrap();
    assert_eq!((last.counts.kept, last.leaves_backlog), (50, false));
    assert_eq!(trial.folder().await.backlog_left, None);
}

impl Trial {
    pub(super) async fn sql(&self, statement: &str) {
        self.store().execute_unprepared(statement).await.unwrap();
    }

    pub(super) async fn folder(&self) -> entities::folders::Model {
        let folders = store::folders::list(self.store(), self.scanner).await;
        folders.unwrap().remove(0)
    }

    /// The UIDs of the ledger in the order they were kept.
    pub(super) async fn uids(&self) -> Vec<i64> {
        entities::deliveries::Entity::find()
            .order_by_asc(entities::deliveries::Column::Id)
            .all(self.store().reader())
            .await
            .unwrap()
            .into_iter()
            .map(|copy| copy.uid)
            .collect()
    }

    fn said(&self, words: &str) -> bool {
        let transcript = self.provider.transcript();
        transcript.iter().any(|line| line.text.contains(words))
    }

    pub(super) async fn one_turn(&self) -> crate::scan::Report {
        match self.worker.run_one().await.unwrap() {
            Turn::Done(report) => *report,
            Turn::Idle => panic!("nothing is due"),
        }
    }

    /// Another mailbox on the same server, with one message, which is due.
    async fn small_inbox(&self) -> entities::ids::ScannerId {
        const SUPPORT: &str = "support@example.com";
        let login = MailboxLogin::Password(PASSWORD.to_owned());
        self.provider.add_mailbox(SUPPORT, login);
        let raw = format!(
            "Message-ID: <s@mail.example>\r\nFrom: s@mail.example\r\nTo: {SUPPORT}\r\n\r\nHi\r\n"
        );
        self.provider
            .deliver(SUPPORT, "INBOX", raw.into_bytes(), fixture::at(0))
            .unwrap();
        let store = self.store();
        let mailbox = fixture::mailbox(store, SUPPORT).await;
        self.sql(&format!(
            "UPDATE mailboxes SET mail_server_id = {}",
            self.server
        ))
        .await;
        let place = Place {
            table: "credentials",
            row: mailbox.0,
            column: "sealed",
        };
        let keys = &self.worker.scanning.access.keys;
        let sealed = keys.seal(&place, &PASSWORD.into(), &mut StdRng::seed_from_u64(2));
        store::credentials::set_sealed(
            store,
            mailbox,
            CredentialKind::Password,
            sealed.bytes,
            sealed.key_id.as_str(),
            fixture::at(0),
        )
        .await
        .unwrap();
        let fields = ScannerFields {
            schedule: "* * * * *".to_owned(),
            ..fixture::scanner_fields("support", mailbox)
        };
        let scanner = store::scanners::insert(store, fields, fixture::at(0)).await;
        scanner.unwrap().id
    }
}
