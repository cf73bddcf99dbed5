//! What a look at a folder found out beside new mail: messages that are kept already, and messages that went.

use chrono::{DateTime, Utc};
use entities::deliveries::DeliveryState;

use super::keeping::keep_new;
use super::progress::Progress;
use super::reading::{LookOwed, Looked, Recognised};
use super::report::Counts;
use crate::store::deliveries::{NewDelivery, settled, vanished};
use crate::store::{Store, StoreError, folders};

/// Records messages that are kept already in the places where they were announced; they wait for their decision like
/// any others, which makes them copies.
pub(super) async fn keep_recognised(
    store: &Store,
    progress: Progress<'_>,
    recognised: Recognised,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Recognised {
        folder,
        uid_validity,
        messages,
        renumbered,
    } = recognised;
    let rows: Vec<NewDelivery> = messages
        .into_iter()
        .map(|(announced, kept)| NewDelivery {
            folder_id: folder,
            uid_validity,
            uid: i64::from(announced.uid.0),
            state: DeliveryState::Pending,
            attempts: 0,
            next_try_at: None,
            error: None,
            blob_hash: Some(kept.blob_hash),
            size: kept.size,
            internal_date: announced.internal_date,
            server_id: announced.server_id.map(|id| id.to_string()),
            scan_id: Some(progress.job.scan),
            kept_at: now,
            uidl: None,
        })
        .collect();
    let announced = rows.len() as u64;
    let tx = store.begin().await?;
    let kept = keep_new(&tx, rows.clone()).await?;
    if renumbered {
        settled::stay_settled(&tx, &rows).await?;
    }
    let counts = Counts {
        announced,
        kept,
        recognised: kept,
        ..Counts::default()
    };
    progress.commit(tx, counts, now).await
}

/// Remembers a complete look, and marks what went.
pub(super) async fn keep_look(
    store: &Store,
    progress: Progress<'_>,
    looked: Looked,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Looked {
        folder,
        look,
        swept,
        renewed,
    } = looked;
    let tx = store.begin().await?;
    folders::looks::set(&tx, folder, look).await?;
    if renewed {
        vanished::mark_older(&tx, folder, look.uid_validity, now).await?;
        settled::forget_unfinished(&tx, folder, look.uid_validity).await?;
    }
    let mut counts = Counts::default();
    if let Some(swept) = swept {
        let uids = 1..=i64::from(swept.last.0);
        let done = vanished::mark(&tx, folder, look.uid_validity, uids, &swept.present, now);
        counts.vanished = done.await?.vanished;
    }
    progress.commit(tx, counts, now).await
}

/// Remembers that a look did not come to its end: its folder is to be gone through once more.
pub(super) async fn keep_look_owed(
    store: &Store,
    progress: Progress<'_>,
    owed: LookOwed,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let tx = store.begin().await?;
    folders::looks::owe_sweep(&tx, owed.folder, owed.swept_at).await?;
    progress.commit(tx, Counts::default(), now).await
}
