#![allow(clippy::unwrap_used, clippy::panic)]

use chrono::DateTime;
use entities::blobs::Model;
use entities::ids::FolderId;

use super::*;
use crate::blobs::{WrittenBlob, unpack};
use crate::message::read_prefix;
use crate::scan::reading::{ByUidl, Step};
use crate::store::fixture::{Fixture, sqlite};

const HELLO: &[u8] = b"From: anna@example.org\r\nSubject: Hello\r\n\r\nHow are you?\r\n";

fn packer(db: &Fixture, read: ReadMail) -> Packer {
    Packer {
        basis: Arc::new(Basis::of(db.store.clone(), Arc::default(), Vec::new())),
        read,
        files: BlobStore::in_folder("/dev/null/nowhere".into()),
        scan_name: "7".to_owned(),
    }
}

fn batch(bodies: Vec<Body>) -> Batch {
    let delivered = (1..).zip(bodies).map(|(uid, body)| Delivered {
        uid,
        internal_date: None,
        server_id: None,
        body,
    });
    Batch {
        folder: FolderId(1),
        uid_validity: 1,
        delivered: delivered.collect(),
        missing: Vec::new(),
        gone: Vec::new(),
        step: Step::None,
        highest_modseq: None,
        renumbered: false,
        by_uidl: ByUidl::default(),
    }
}

fn whole() -> Body {
    Body::Whole(HELLO.to_vec())
}

#[tokio::test]
async fn what_is_packed_unpacks_to_the_same_bytes_and_says_what_they_say() {
    let db = sqlite().await;
    let stored = WrittenBlob {
        hash: "ab".to_owned(),
        size: 7,
        object: "ab/c".to_owned(),
    };
    let bodies = vec![whole(), Body::Stored(stored)];
    let packed = packer(&db, read_prefix).pack(batch(bodies)).await.unwrap();
    let [small, large]: [Packed; 2] = packed.delivered.try_into().unwrap();

    let own = Own::default();
    assert_eq!(
        small.mail,
        Some(read_prefix(HELLO, HELLO.len() as u64, &own))
    );
    let row = small.bytes.into_row(DateTime::UNIX_EPOCH);
    assert_eq!((&*row.hash, row.object), (&*hash_of(HELLO), None));
    let bytes = row.bytes.unwrap();
    assert_eq!(unpack(&row.hash, row.size, &bytes).unwrap(), HELLO);

    // What is large is read when it is decided, and no more of it than its beginning.
    assert_eq!(large.mail, None);
    let row = large.bytes.into_row(DateTime::UNIX_EPOCH);
    assert_eq!((row.size, row.bytes), (7, None));
    assert_eq!(row.object.as_deref(), Some("ab/c"));
}

#[tokio::test]
async fn a_large_message_in_memory_becomes_an_object_and_says_at_once_what_it_says() {
    let db = sqlite().await;
    let folder = tempfile::tempdir().unwrap();
    let files = BlobStore::in_folder(folder.path().to_owned());
    let packer = Packer {
        files: files.clone(),
        ..packer(&db, read_prefix)
    };
    let large = [HELLO, &vec![b'x'; LARGEST_ROW]].concat();
    let bodies = vec![whole(), Body::Whole(large.clone()), whole()];
    let batch = packer.pack(batch(bodies)).await.unwrap();
    let uids: Vec<i64> = batch.delivered.iter().map(|one| one.uid).collect();
    assert_eq!(uids, [1, 2, 3]);

    let [_, object, _]: [Packed; 3] = batch.delivered.try_into().unwrap();
    let own = Own::default();
    assert_eq!(
        object.mail,
        Some(read_prefix(&large, large.len() as u64, &own))
    );
    let row = object.bytes.into_row(DateTime::UNIX_EPOCH);
    assert_eq!((&*row.hash, &row.bytes), (&*hash_of(&large), &None));
    let row = Model {
        hash: row.hash,
        size: row.size,
        encoding: row.encoding,
        bytes: row.bytes,
        object: row.object,
        created_at: row.created_at,
    };
    assert_eq!(files.read_prefix(&row, usize::MAX).await.unwrap(), large);
}

#[tokio::test]
async fn without_room_for_an_object_the_batch_is_not_packed() {
    let db = sqlite().await;
    let bodies = vec![whole(), Body::Whole(vec![b'x'; LARGEST_ROW + 1])];
    let packed = packer(&db, read_prefix).pack(batch(bodies)).await;
    assert!(matches!(packed, Err(ScanError::Machine(_))), "{packed:?}");
}

#[tokio::test]
async fn a_message_that_breaks_its_reader_is_packed_all_the_same() {
    fn breaks(raw: &[u8], size: u64, own: &Own) -> Mail {
        assert_ne!(raw, HELLO, "this one is bad");
        read_prefix(raw, size, own)
    }
    let db = sqlite().await;
    let bodies = vec![whole(), Body::Whole(b"Subject: Good\r\n\r\n".to_vec())];
    let packed = packer(&db, breaks).pack(batch(bodies)).await.unwrap();
    let read: Vec<bool> = packed
        .delivered
        .iter()
        .map(|one| one.mail.is_some())
        .collect();
    assert_eq!(read, [false, true]);
}

#[tokio::test]
async fn what_was_found_is_handed_on_in_its_order() {
    let db = sqlite().await;
    let (found, inbox) = mpsc::channel(4);
    let mut ready = packer(&db, read_prefix).ahead(inbox);
    for one in [
        Found::Announced(2),
        Found::Batch(batch(vec![whole(), whole()])),
        Found::TooOld(1),
    ] {
        found.send(one).await.unwrap();
    }
    drop(found);
    assert!(matches!(ready.recv().await, Some(Ok(Found::Announced(2)))));
    let Some(Ok(Found::Batch(batch))) = ready.recv().await else {
        panic!("no batch")
    };
    assert_eq!(batch.announced(), 2);
    assert!(matches!(ready.recv().await, Some(Ok(Found::TooOld(1)))));
    assert!(ready.recv().await.is_none());
}
