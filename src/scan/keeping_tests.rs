#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use crate::access::Berth;
use chrono::{DateTime, TimeDelta, Utc};
use entities::folders;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::Counts;
use crate::blobs::BlobStore;
use crate::imap::{Announced, Uid, UidValidity};
use crate::message::read_prefix;
use crate::scan::Job;
use crate::scan::basis::Basis;
use crate::scan::packing::Packer;
use crate::scan::progress::Progress;
use crate::scan::reading::{Batch, Begun, Body, ByUidl, Delivered, Missing, Shrunk, Step, Stretch};
use crate::store::fixture::{Fixture, at, both, inbox};
use crate::store::leases;
use crate::store::{StoreError, blobs, deliveries, scanners, scans};

struct Place {
    db: Fixture,
    folder: folders::Model,
    job: Job,
}

async fn places() -> Vec<Place> {
    let mut places = Vec::new();
    for db in both().await {
        let folder = inbox(&db.store, "sales").await;
        let of_inbox = scanners::with_mailbox_and_server(&db.store, folder.scanner_id)
            .await
            .unwrap()
            .unwrap();
        let ttl = TimeDelta::seconds(60);
        let lease = leases::take(&db.store, of_inbox.mailbox.id, "us", at(0), ttl)
            .await
            .unwrap()
            .unwrap();
        let trigger = entities::scans::ScanTrigger::Schedule;
        let scan = scans::start(&db.store, of_inbox.scanner.id, "us", trigger, at(0))
            .await
            .unwrap();
        let job = Job {
            berth: Berth::default(),
            scan,
            scanner: of_inbox.scanner,
            mailbox: of_inbox.mailbox,
            server: of_inbox.server,
            lease,
            by_person: false,
            started_at: at(0),
            stop: CancellationToken::new(),
        };
        places.push(Place { db, folder, job });
    }
    places
}

impl Place {
    async fn keep(&self, batch: Batch, now: DateTime<Utc>) -> Result<Counts, StoreError> {
        let (shown, counts) = watch::channel(Counts::default());
        let progress = Progress {
            job: &self.job,
            shown: &shown,
        };
        let packer = Packer {
            basis: Arc::new(Basis::of(self.db.store.clone(), Arc::default(), Vec::new())),
            read: read_prefix,
            files: BlobStore::in_folder("/dev/null/nowhere".into()),
            scan_name: "7".to_owned(),
        };
        let batch = packer.pack(batch).await.unwrap();
        super::keep(&self.db.store, progress, batch, now).await?;
        Ok(*counts.borrow())
    }

    fn batch(&self, uids: &[u32]) -> Batch {
        Batch {
            folder: self.folder.id,
            uid_validity: 1,
            delivered: uids
                .iter()
                .map(|uid| Delivered {
                    uid: i64::from(*uid),
                    internal_date: None,
                    server_id: None,
                    body: Body::Whole(format!("Subject: {uid}\r\n\r\n").into_bytes()),
                })
                .collect(),
            missing: Vec::new(),
            gone: Vec::new(),
            step: uids.last().map_or(Step::None, |uid| Step::UpTo(Uid(*uid))),
            highest_modseq: None,
            by_uidl: ByUidl::default(),
            renumbered: false,
        }
    }

    async fn cursor(&self) -> i64 {
        let folders = crate::store::folders::list(&self.db.store, self.folder.scanner_id).await;
        folders.unwrap().remove(0).last_uid
    }

    async fn pending(&self) -> usize {
        let store = &self.db.store;
        let pending = deliveries::pending(store, self.folder.scanner_id, at(0), 100).await;
        pending.unwrap().len()
    }
}

#[tokio::test]
async fn bytes_deliveries_and_cursor_are_kept_together() {
    for place in places().await {
        let counts = place.keep(place.batch(&[3, 4]), at(0)).await.unwrap();
        assert_eq!((counts.kept, counts.bytes), (2, 28));
        assert_eq!((place.cursor().await, place.pending().await), (4, 2));

        // The same once more, as after a crash before the next command: nothing doubles.
        let again = place.keep(place.batch(&[3, 4]), at(0)).await.unwrap();
        assert_eq!(again.kept, 0);
        assert_eq!((place.cursor().await, place.pending().await), (4, 2));
    }
}

#[tokio::test]
async fn without_the_lease_nothing_is_kept() {
    for place in places().await {
        let store = &place.db.store;
        let batch = place.batch(&[3, 4]);
        let late = place.keep(batch, at(61)).await;
        assert!(matches!(late, Err(StoreError::LeaseLost)), "{late:?}");
        assert_eq!((place.cursor().await, place.pending().await), (0, 0));
        let hash = crate::blobs::hash_of(b"Subject: 3\r\n\r\n");
        assert_eq!(blobs::read(store, &hash).await, Ok(None));
    }
}

#[tokio::test]
async fn what_did_not_come_is_counted_as_failed_or_held() {
    for place in places().await {
        let missing = |uid, cure| Missing {
            announced: Announced {
                size: 9,
                ..Announced::bare(Uid(uid))
            },
            reason: "it did not come".to_owned(),
            cure,
            doubt: None,
        };
        let batch = Batch {
            missing: vec![missing(5, None), missing(6, Some("Raise it."))],
            gone: vec![Uid(7)],
            ..place.batch(&[4])
        };
        let counts = place.keep(batch, at(0)).await.unwrap();
        assert_eq!(
            (counts.kept, counts.failed, counts.held, counts.gone),
            (1, 1, 1, 1)
        );
        let troubles = deliveries::troubles(&place.db.store, None).await.unwrap();
        let mut told: Vec<String> = troubles.iter().map(ToString::to_string).collect();
        told.sort();
        assert_eq!(
            told,
            [
                "1 message failed: It did not come. It is tried again by itself.",
                "1 message held: It did not come. Raise it.",
            ]
        );
    }
}

#[tokio::test]
async fn a_backlog_shrinks_with_what_is_kept_of_it_and_what_is_gone_may_come_back() {
    for place in places().await {
        let store = &place.db.store;
        let (shown, counts) = watch::channel(Counts::default());
        let progress = Progress {
            job: &place.job,
            shown: &shown,
        };
        let begun = Begun {
            folder: place.folder.id,
            uid_validity: UidValidity(1),
            last_uid: 9,
            exists: 4,
            highest_modseq: None,
        };
        super::begin(store, progress, begun, at(0)).await.unwrap();
        assert_eq!(counts.borrow().backlog_left, Some(4));
        assert_eq!(place.cursor().await, 9);

        let stretch = |first, last| Stretch { first, last };
        let step = |was, left, messages| {
            Step::Backlog(Shrunk {
                was,
                left,
                messages,
                exists: 4,
            })
        };
        let upper = Batch {
            gone: vec![Uid(8)],
            step: step(stretch(1, 9), Some(stretch(1, 5)), 3),
            ..place.batch(&[6, 9])
        };
        let read = place.keep(upper, at(0)).await.unwrap();
        assert_eq!((read.kept, read.gone, read.backlog_read), (2, 1, 3));
        assert_eq!(read.backlog_left, Some(1));
        assert_eq!(place.cursor().await, 9, "the cursor stays");

        let lower = Batch {
            step: step(stretch(1, 5), None, 2),
            ..place.batch(&[2, 8])
        };
        let read = place.keep(lower, at(0)).await.unwrap();
        assert_eq!((read.kept, read.backlog_left), (2, Some(0)));
        assert_eq!(place.pending().await, 4);
    }
}
