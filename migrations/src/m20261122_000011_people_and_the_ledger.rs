//! What people do with the ledger: messages that are decided anew, messages that are discarded; and what they look for
//! (who wrote, what one scan kept, old reports) is found by an index.

use sea_orm_migration::prelude::*;

use crate::columns::{
    add_columns, big_integer_null, drop_columns, drop_index, index, moment_null, text_null,
};

const COLUMNS: [&str; 4] = [
    "asked_anew",
    "discarded_by",
    "discarded_at",
    "discard_reason",
];

const INDEXES: [(&str, &[&str]); 4] = [
    ("messages", &["from_email", "received_at"]),
    ("deliveries", &["scan_id"]),
    ("links", &["scan_id"]),
    ("scans", &["started_at"]),
];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            big_integer_null("asked_anew"),
            text_null("discarded_by"),
            moment_null("discarded_at"),
            text_null("discard_reason"),
        ];
        add_columns(manager, "deliveries", columns).await?;
        for (table, columns) in INDEXES {
            manager.create_index(index(table, columns)).await?;
        }
        // The one of both columns serves whoever asks by the first alone.
        drop_index(manager, "messages", &["from_email"]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_index(index("messages", &["from_email"]))
            .await?;
        for (table, columns) in INDEXES {
            drop_index(manager, table, columns).await?;
        }
        // The program of before knows no such state.
        manager
            .get_connection()
            .execute_unprepared(
                "UPDATE deliveries SET state = 'held', error = discard_reason WHERE state = 'discarded'",
            )
            .await?;
        drop_columns(manager, "deliveries", &COLUMNS).await
    }
}
