#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use entities::ids::DeliveryId;

use super::*;
use crate::store::blobs;
use crate::store::deliveries::chosen::by_uids;
use crate::store::deliveries::keep;
use crate::store::fixture::{at, blob, delivery, inbox, sqlite};

async fn copy() -> Model {
    let db = sqlite().await;
    let store = &db.store;
    let inbox = inbox(store, "sales").await;
    blobs::insert_missing(store, vec![blob("a")]).await.unwrap();
    keep(store, vec![delivery(inbox.id, 1, "a")]).await.unwrap();
    by_uids(store, inbox.id, 1, &[1])
        .await
        .unwrap()
        .remove(0)
        .delivery
}

fn place<'a>(copy: &'a Model, folder: &'a str, mailbox: i64) -> Place<'a> {
    Place {
        copy,
        folder,
        mailbox: Some(MailboxId(mailbox)),
    }
}

fn told(here: &Place<'_>, copies: &[Place<'_>]) -> Option<String> {
    let moved_to = moved_to(here, copies.iter().copied());
    away(here, moved_to.as_deref())
}

#[tokio::test]
async fn a_copy_that_vanished_was_removed_or_moved_or_has_another_number() {
    let present = copy().await;
    let vanished = Model {
        vanished_at: Some(at(0)),
        ..present.clone()
    };
    let later = |id, uid| Model {
        id: DeliveryId(id),
        uid,
        ..present.clone()
    };
    let here = place(&vanished, "INBOX", 1);
    let removed = told(&here, &[here]).unwrap();
    assert!(
        removed.starts_with("removed on the server since 20"),
        "{removed}"
    );
    assert_eq!(told(&place(&present, "INBOX", 1), &[here]), None);

    let (first, second) = (later(2, 5), later(3, 6));
    let copies = [
        here,
        place(&second, "Archive", 1),
        place(&first, "Receipts", 1),
    ];
    assert_eq!(told(&here, &copies).as_deref(), Some("moved to Archive"));
    let anew = [here, place(&second, "INBOX", 1)];
    assert_eq!(
        told(&here, &anew).as_deref(),
        Some("has another number there now")
    );
    // In another mailbox, as the copy of another scanner that has not looked since, from a file, or gone as well.
    let (of_file, gone) = (
        Model {
            uid_validity: OF_FILES,
            ..later(4, 7)
        },
        Model {
            state: DeliveryState::Gone,
            ..later(5, 8)
        },
    );
    for other in [
        place(&second, "Archive", 2),
        place(&present, "INBOX", 1),
        place(&of_file, "INBOX", 1),
        place(&gone, "Archive", 1),
        place(&vanished, "Archive", 1),
    ] {
        assert_eq!(
            told(&here, &[here, other]).as_deref(),
            Some(removed.as_str())
        );
    }
    // What was never read is not said to have been removed twice.
    let unread = Model {
        state: DeliveryState::Gone,
        ..vanished.clone()
    };
    assert_eq!(told(&place(&unread, "INBOX", 1), &[]), None);
}
