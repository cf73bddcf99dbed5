//! The first transaction: raw bytes, deliveries and the folder's cursor, together. After it nothing can be lost.

use std::io;

use chrono::{DateTime, Utc};
use entities::blobs::BlobEncoding;
use entities::deliveries::DeliveryState;
use entities::ids::ScanId;

use super::failure::Failure;
use super::reading::{Batch, Body, Delivered, Missing};
use super::report::Counts;
use crate::imap::Uid;
use crate::store::blob_files::hash_of;
use crate::store::deliveries::{self, NewDelivery, Next, owed};
use crate::store::leases::Lease;
use crate::store::{Store, StoreError, Tx, blobs, folders, leases};

/// zstd's quickest level; mail is mostly base64, which higher ones hardly make smaller.
const COMPRESSION: i32 = 1;

/// What a person can do about a message that the server keeps owing.
const LOOK_AT_IT: &str = "Look at it with another mail program and remove or repair it there.";

/// Why a batch could not be kept.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeepError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The compressor, which only fails without memory.
    #[error(
        "A message could not be compressed: {0}. The machine may be out of memory; the message will be read again."
    )]
    Compress(#[from] io::Error),
}

/// Keeps `batch` and moves the folder's cursor.
pub(super) async fn keep(
    store: &Store,
    lease: &Lease,
    scan: ScanId,
    batch: Batch,
    now: DateTime<Utc>,
) -> Result<Counts, KeepError> {
    let Batch {
        folder,
        uid_validity,
        delivered,
        missing,
        gone,
        cursor,
        highest_modseq,
        renewed,
        owed,
    } = batch;
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
        scan_id: Some(scan),
        kept_at: now,
    };
    let of_delivered = template.clone();
    let (new_blobs, delivered) =
        tokio::task::spawn_blocking(move || encoded(delivered, &of_delivered))
            .await
            .map_err(io::Error::other)??;
    let missing: Vec<_> = missing
        .into_iter()
        .map(|one| missing_row(&one, owed.unwrap_or(0), &template))
        .collect();
    let gone: Vec<_> = gone
        .into_iter()
        .map(|uid| gone_row(uid, &template))
        .collect();
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
    if owed.is_some() {
        settle(&tx, &delivered, &missing, &gone).await?;
    } else {
        let rows: Vec<_> = delivered.into_iter().chain(missing).chain(gone).collect();
        let all = rows.len() as u64;
        let known = all - deliveries::keep(&tx, rows).await?.min(all);
        // A file that is imported again, a batch that is read again after a crash.
        counts.kept = counts.kept.saturating_sub(known);
    }
    if renewed {
        owed::forget_older(&tx, folder, uid_validity).await?;
    }
    if let Some(cursor) = cursor {
        let modseq = highest_modseq.and_then(|modseq| i64::try_from(modseq).ok());
        folders::set_cursor(&tx, folder, uid_validity, i64::from(cursor.0), modseq).await?;
    }
    leases::assert_held(&tx, lease, now).await?;
    tx.commit().await?;
    Ok(counts)
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

type Rows = (Vec<blobs::NewBlob>, Vec<NewDelivery>);

fn encoded(delivered: Vec<Delivered>, template: &NewDelivery) -> io::Result<Rows> {
    let mut compressor = zstd::bulk::Compressor::new(COMPRESSION)?;
    // So that a damaged row is known from a good one when it is read.
    compressor.include_checksum(true)?;
    let mut new_blobs = Vec::with_capacity(delivered.len());
    let mut rows = Vec::with_capacity(delivered.len());
    for message in delivered {
        let blob = match message.body {
            Body::Whole(bytes) => blobs::NewBlob {
                hash: hash_of(&bytes),
                size: size(bytes.len() as u64),
                encoding: BlobEncoding::Zstd,
                bytes: Some(compressor.compress(&bytes)?),
                created_at: template.kept_at,
            },
            Body::File(written) => blobs::NewBlob {
                hash: written.hash,
                size: size(written.size),
                encoding: BlobEncoding::File,
                bytes: None,
                created_at: template.kept_at,
            },
        };
        rows.push(NewDelivery {
            uid: message.uid,
            blob_hash: Some(blob.hash.clone()),
            size: blob.size,
            internal_date: message.internal_date,
            ..template.clone()
        });
        new_blobs.push(blob);
    }
    Ok((new_blobs, rows))
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
        attempts: failure.attempts,
        next_try_at: failure.next_try_at,
        error: Some(failure.error),
        size: size(missing.announced.size),
        internal_date: missing.announced.internal_date,
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
