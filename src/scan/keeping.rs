//! The first transaction: raw bytes, deliveries and the folder's cursor, together. After it nothing can be lost.

use std::io;

use chrono::{DateTime, Duration, Utc};
use entities::blobs::BlobEncoding;
use entities::deliveries::DeliveryState;
use entities::ids::ScanId;

use super::report::Counts;
use super::reading::{Batch, Body, Delivered, Missing};
use crate::store::blob_files::hash_of;
use crate::store::leases::Lease;
use crate::store::{Store, StoreError, blobs, deliveries, folders, leases};

/// zstd's quickest level; mail is mostly base64, which higher ones hardly make smaller.
const COMPRESSION: i32 = 1;

/// What was announced and not delivered is asked for again after this long.
const ASK_AGAIN: Duration = Duration::minutes(5);

/// Why a batch could not be kept.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeepError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The compressor, which only fails without memory.
    #[error("a message could not be compressed ({0}); the machine may be out of memory")]
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
    let Batch { folder, uid_validity, delivered, missing, gone, cursor, highest_modseq } = batch;
    let template = deliveries::NewDelivery {
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
    let (new_blobs, mut rows) = tokio::task::spawn_blocking({
        let template = template.clone();
        move || encoded(delivered, &template)
    })
    .await
    .map_err(io::Error::other)??;
    let delivered = rows.len() as u64;
    rows.extend(missing.into_iter().map(|missing| owed(missing, &template)));
    let owed = rows.len() as u64 - delivered;

    let tx = store.begin().await?;
    let bytes = new_blobs.iter().map(|blob| blob.size.unsigned_abs()).sum();
    blobs::insert_missing(&tx, new_blobs).await?;
    deliveries::keep(&tx, rows).await?;
    if !gone.is_empty() {
        let uids: Vec<i64> = gone.iter().map(|uid| i64::from(uid.0)).collect();
        deliveries::mark_gone(&tx, folder, template.uid_validity, &uids).await?;
    }
    if let Some(cursor) = cursor {
        let modseq = highest_modseq.and_then(|modseq| i64::try_from(modseq).ok());
        folders::set_cursor(&tx, folder, template.uid_validity, i64::from(cursor.0), modseq).await?;
    }
    leases::assert_held(&tx, lease, now).await?;
    tx.commit().await?;
    Ok(Counts {
        kept: delivered,
        bytes,
        failed: owed,
        gone: gone.len() as u64,
        ..Counts::default()
    })
}

type Rows = (Vec<blobs::NewBlob>, Vec<deliveries::NewDelivery>);

fn encoded(delivered: Vec<Delivered>, template: &deliveries::NewDelivery) -> io::Result<Rows> {
    let mut new_blobs = Vec::with_capacity(delivered.len());
    let mut rows = Vec::with_capacity(delivered.len());
    for message in delivered {
        let blob = match message.body {
            Body::Whole(bytes) => blobs::NewBlob {
                hash: hash_of(&bytes),
                size: size(bytes.len() as u64),
                encoding: BlobEncoding::Zstd,
                bytes: Some(zstd::bulk::compress(&bytes, COMPRESSION)?),
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
        rows.push(deliveries::NewDelivery {
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

/// The row of a message that the server announces and does not deliver.
fn owed(missing: Missing, template: &deliveries::NewDelivery) -> deliveries::NewDelivery {
    let (state, next_try_at) = if missing.for_good {
        (DeliveryState::Held, None)
    } else {
        (DeliveryState::Failed, Some(template.kept_at + ASK_AGAIN))
    };
    deliveries::NewDelivery {
        uid: i64::from(missing.announced.uid.0),
        state,
        attempts: 1,
        next_try_at,
        error: Some(missing.reason),
        size: size(missing.announced.size),
        internal_date: missing.announced.internal_date,
        ..template.clone()
    }
}

fn size(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
