//! Raw messages by the SHA-256 of their bytes.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A row.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "blobs")]
pub struct Model {
    /// SHA-256 of the raw bytes, lower-case hex.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hash: String,
    /// Raw size in bytes.
    pub size: i64,
    /// Where and how the bytes are.
    pub encoding: BlobEncoding,
    /// The encoded bytes; nothing when they are elsewhere.
    pub bytes: Option<Vec<u8>>,
    /// When it was kept.
    pub created_at: DateTimeUtc,
    /// What the blob store calls its object; nothing for bytes in the row and for files of earlier versions.
    pub object: Option<String>,
}

/// To other tables.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Where the bytes of a blob are.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum BlobEncoding {
    /// In the row, compressed.
    Zstd,
    /// A file as it came, named after the hash, as earlier versions wrote them.
    File,
    /// An object of the blob store, compressed in frames.
    Frames,
}

impl BlobEncoding {
    /// The name used in files and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Zstd => "zstd",
            Self::File => "file",
            Self::Frames => "frames",
        }
    }
}
