//! The first transaction: raw bytes, deliveries and the folder's cursor, together. After it nothing can be lost.

use chrono::{DateTime, Utc};
use entities::deliveries::DeliveryState;
use entities::ids::FolderId;

use super::failure::Failure;
use super::packing::{Fresh, Packed};
use super::progress::Progress;
use super::reading::{Batch, Begun, Missing, Postponed, Shrunk, Step};
use super::report::Counts;
use crate::imap::Uid;
use crate::store::deliveries::uidl::VALIDITY;
use crate::store::deliveries::{self, NewDelivery, Next, OF_FILES, known, owed, settled, uidl};
use crate::store::folders::{Beginning, Passed};
use crate::store::{Store, StoreError, Tx, blobs, folders};

/// What a person can do about a message that the server keeps owing.
const LOOK_AT_IT: &str = "Look at it with another mail program and remove or repair it there.";

/// Puts a folder's cursor at its end; all that is there is its backlog.
pub(super) async fn begin(
    store: &Store,
    progress: Progress<'_>,
    begun: Begun,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let uid_validity = i64::from(begun.uid_validity.0);
    let beginning = Beginning {
        uid_validity,
        last_uid: i64::from(begun.last_uid),
        messages: i64::from(begun.exists.min(begun.last_uid)),
        highest_modseq: modseq(begun.highest_modseq),
        read_since: progress.job.scanner.start_date,
    };
    let tx = store.begin().await?;
    folders::begin(&tx, begun.folder, beginning).await?;
    owed::forget_older(&tx, begun.folder, uid_validity).await?;
    let counts = with_backlog(&tx, progress, Counts::default()).await?;
    progress.commit(tx, counts, now).await
}

/// Has mail read as older mail.
pub(super) async fn postpone(
    store: &Store,
    progress: Progress<'_>,
    postponed: Postponed,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Postponed {
        folder,
        uid_validity,
        stretch,
        last_uid,
        highest_modseq,
    } = postponed;
    let (validity, last) = (i64::from(uid_validity.0), i64::from(last_uid));
    let tx = store.begin().await?;
    folders::set_cursor(&tx, folder, validity, last, modseq(highest_modseq)).await?;
    folders::widen_backlog(&tx, folder, stretch.into()).await?;
    let counts = with_backlog(&tx, progress, Counts::default()).await?;
    progress.commit(tx, counts, now).await
}

/// Begins a folder that is read over POP3: it owes nothing and has no backlog from before.
pub(super) async fn begin_maildrop(
    store: &Store,
    progress: Progress<'_>,
    folder: FolderId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let beginning = Beginning {
        uid_validity: VALIDITY,
        last_uid: 0,
        messages: 0,
        highest_modseq: None,
        read_since: None,
    };
    let tx = store.begin().await?;
    folders::begin(&tx, folder, beginning).await?;
    owed::forget_older(&tx, folder, VALIDITY).await?;
    progress.commit(tx, Counts::default(), now).await
}

/// Says how many older messages a maildrop has for us.
pub(super) async fn count_backlog(
    store: &Store,
    progress: Progress<'_>,
    folder: &entities::folders::Model,
    left: usize,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let left = i64::try_from(left).unwrap_or(i64::MAX);
    let wanted = (left > 0).then_some(left);
    if folder.backlog_last == wanted && folder.backlog_left == wanted {
        return Ok(());
    }
    let tx = store.begin().await?;
    folders::count_backlog(&tx, folder, left).await?;
    let counts = with_backlog(&tx, progress, Counts::default()).await?;
    progress.commit(tx, counts, now).await
}

/// Keeps `batch` and moves the folder's cursor or shrinks its backlog; gives what its messages say.
pub(super) async fn keep(
    store: &Store,
    progress: Progress<'_>,
    batch: Batch<Packed>,
    now: DateTime<Utc>,
) -> Result<Fresh, StoreError> {
    let Batch {
        folder,
        uid_validity,
        delivered,
        missing,
        gone,
        step,
        highest_modseq,
        mut by_uidl,
        renumbered,
    } = batch;
    let before = match step {
        Step::Again(attempts) => attempts,
        _ => 0,
    };
    let template = NewDelivery {
        folder_id: folder,
        uid_validity,
        uid: 0,
        state: DeliveryState::Pending,
        attempts: 0,
        next_try_at: None,
        error: None,
        blob_hash: None,
        size: 0,
        internal_date: None,
        server_id: None,
        scan_id: Some(progress.job.scan),
        kept_at: now,
        uidl: None,
    };
    let (new_blobs, mut delivered, fresh) = rows(delivered, &template);
    let mut missing: Vec<_> = missing
        .iter()
        .map(|one| missing_row(one, before, &template))
        .collect();
    let gone: Vec<_> = gone
        .into_iter()
        .map(|uid| gone_row(uid, &template))
        .collect();
    for row in delivered.iter_mut().chain(&mut missing) {
        row.uidl = by_uidl.names.remove(&row.uid);
    }
    let held = missing
        .iter()
        .filter(|row| row.next_try_at.is_none())
        .count() as u64;
    let mut counts = Counts {
        kept: delivered.len() as u64,
        bytes: new_blobs.iter().map(|blob| blob.size.unsigned_abs()).sum(),
        failed: missing.len() as u64 - held,
        held,
        gone: gone.len() as u64,
        ..Counts::default()
    };

    let tx = store.begin().await?;
    blobs::insert_missing(&tx, new_blobs).await?;
    if let Step::Again(_) = step {
        settle(&tx, &delivered, &missing, &gone).await?;
    } else {
        let known_before = if renumbered {
            [&delivered[..], &missing].concat()
        } else {
            Vec::new()
        };
        counts.kept = keep_new(&tx, delivered).await?;
        keep_new(&tx, missing).await?;
        deliveries::keep(&tx, gone).await?;
        settled::stay_settled(&tx, &known_before).await?;
    }
    uidl::leave_out(&tx, folder, by_uidl.old).await?;
    match step {
        Step::UpTo(uid) => {
            let (uid, modseq) = (i64::from(uid.0), modseq(highest_modseq));
            folders::set_cursor(&tx, folder, uid_validity, uid, modseq).await?;
        }
        Step::Backlog(shrunk) => {
            shrink(&tx, folder, shrunk).await?;
            counts.backlog_read = shrunk.messages as u64;
            counts = with_backlog(&tx, progress, counts).await?;
        }
        Step::Again(_) | Step::None => {}
    }
    progress.commit(tx, counts, now).await?;
    Ok(fresh)
}

/// Keeps those that are not kept yet, and has those come back that the ledger calls gone: they are on the server after
/// all. Says how many rows that changed.
pub(super) async fn keep_new(tx: &Tx, rows: Vec<NewDelivery>) -> Result<u64, StoreError> {
    let mut kept = deliveries::keep(tx, rows.clone()).await?;
    if kept < rows.len() as u64 {
        // An imported file may have been kept before; none was ever gone.
        for row in rows.iter().filter(|row| row.uid_validity != OF_FILES) {
            kept += u64::from(known::came_back(tx, row).await?);
        }
    }
    Ok(kept)
}

async fn shrink(tx: &Tx, folder: FolderId, shrunk: Shrunk) -> Result<(), StoreError> {
    let passed = Passed {
        was: shrunk.was.into(),
        left: shrunk.left.map(Into::into),
        messages: i64::try_from(shrunk.messages).unwrap_or(i64::MAX),
        estimate: i64::from(shrunk.exists.min(shrunk.was.span())),
    };
    folders::shrink_backlog(tx, folder, passed).await
}

/// The counts, with how much older mail is left.
async fn with_backlog(
    tx: &Tx,
    progress: Progress<'_>,
    counts: Counts,
) -> Result<Counts, StoreError> {
    let backlogs = folders::backlogs(tx, Some(progress.job.scanner.id)).await?;
    let left = backlogs.first().map_or(0, |(_, backlog)| backlog.left);
    Ok(Counts {
        backlog_left: u64::try_from(left).ok(),
        ..counts
    })
}

fn modseq(highest: Option<u64>) -> Option<i64> {
    highest.and_then(|modseq| i64::try_from(modseq).ok())
}

/// Brings rows up to date that were announced and not delivered before.
async fn settle(
    tx: &Tx,
    delivered: &[NewDelivery],
    missing: &[NewDelivery],
    gone: &[NewDelivery],
) -> Result<(), StoreError> {
    for row in delivered {
        owed::arrived(tx, row).await?;
    }
    for row in missing {
        let next = row.next_try_at.map_or(Next::Hold, Next::TryAt);
        owed::still(tx, row, row.attempts, next).await?;
    }
    for row in gone {
        owed::gone(tx, row).await?;
    }
    Ok(())
}

/// The rows of what was delivered, and what it says.
fn rows(
    delivered: Vec<Packed>,
    template: &NewDelivery,
) -> (Vec<blobs::NewBlob>, Vec<NewDelivery>, Fresh) {
    let mut new_blobs = Vec::with_capacity(delivered.len());
    let mut rows = Vec::with_capacity(delivered.len());
    let mut fresh = Fresh::default();
    for message in delivered {
        if let Some(mail) = message.mail {
            fresh.remember(message.bytes.hash(), mail);
        }
        let blob = message.bytes.into_row(template.kept_at);
        rows.push(NewDelivery {
            uid: message.uid,
            blob_hash: Some(blob.hash.clone()),
            size: blob.size,
            internal_date: message.internal_date,
            server_id: message.server_id.map(|id| id.to_string()),
            ..template.clone()
        });
        new_blobs.push(blob);
    }
    (new_blobs, rows, fresh)
}

/// The row of a message that the server announces and does not deliver, after `before` earlier tries.
fn missing_row(missing: &Missing, before: i32, template: &NewDelivery) -> NewDelivery {
    let failure = match missing.cure {
        None => Failure::after(before, &missing.reason, LOOK_AT_IT, template.kept_at),
        Some(cure) => Failure::for_good(before, &missing.reason, cure),
    };
    NewDelivery {
        uid: i64::from(missing.announced.uid.0),
        state: failure.state(),
        // None marks the one that was too large to be asked for, so that it is asked for when it no longer is.
        attempts: missing.cure.map_or(failure.attempts, |_| 0),
        next_try_at: failure.next_try_at,
        error: Some(failure.error),
        size: size(missing.announced.size),
        internal_date: missing.announced.internal_date,
        server_id: missing
            .announced
            .server_id
            .as_ref()
            .map(ToString::to_string),
        ..template.clone()
    }
}

/// The row of a message that was removed between its announcement and its delivery.
fn gone_row(uid: Uid, template: &NewDelivery) -> NewDelivery {
    NewDelivery {
        uid: i64::from(uid.0),
        state: DeliveryState::Gone,
        ..template.clone()
    }
}

fn size(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

#[cfg(test)]
#[path = "keeping_tests.rs"]
mod tests;
