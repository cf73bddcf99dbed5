//! What a folder still owes of its older mail, and from which day on it was read; in which order a scanner reads older
//! mail, and how large its messages may be.

use sea_orm_migration::prelude::*;

use crate::columns::{
    add_columns, big_integer_null, date_null, drop_columns, integer_null, json_binary_null, text,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const NEW_IN_FOLDERS: [&str; 6] = [
    "backlog_first",
    "backlog_last",
    "backlog_left",
    "backlog_total",
    "read_since",
    "narrowed",
];
const NEW_IN_SCANNERS: [&str; 2] = ["backfill", "max_message_mib"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut backfill = text("backfill");
        backfill.default("newest_first");
        add_columns(
            manager,
            "scanners",
            [backfill, integer_null("max_message_mib")],
        )
        .await?;
        add_columns(
            manager,
            "folders",
            [
                big_integer_null("backlog_first"),
                big_integer_null("backlog_last"),
                big_integer_null("backlog_left"),
                big_integer_null("backlog_total"),
                date_null("read_since"),
                json_binary_null("narrowed"),
            ],
        )
        .await?;
        // Until now every scan asked the scanner for its day: what is kept was read from that day on.
        manager
            .get_connection()
            .execute_unprepared(
                "UPDATE folders SET read_since = \
                 (SELECT start_date FROM scanners WHERE scanners.id = folders.scanner_id)",
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "folders", &NEW_IN_FOLDERS).await?;
        drop_columns(manager, "scanners", &NEW_IN_SCANNERS).await
    }
}
