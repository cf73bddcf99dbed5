//! What scanners came to day by day, so that an overview need not go through every scan, and the folders of a mailbox as its
//! server lists them, for a form that asks for them.

use sea_orm_migration::prelude::*;

use crate::columns::{
    big_integer, big_integer_null, date, drop_tables, index, json_binary_null, moment, moment_null,
    reference, text_null,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(scan_days()).await?;
        manager.create_index(index("scan_days", &["day"])).await?;
        manager.create_table(folder_lists()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["folder_lists", "scan_days"]).await
    }
}

/// One for each scanner and day with a scan.
fn scan_days() -> TableCreateStatement {
    let counted = |name: &'static str| big_integer(name).default(0).to_owned();
    Table::create()
        .table("scan_days")
        .col(big_integer("scanner_id"))
        .col(date("day"))
        .col(counted("kept"))
        .col(counted("linked"))
        .col(counted("leads"))
        .col(counted("failed"))
        .col(counted("held"))
        .primary_key(Index::create().col("scanner_id").col("day"))
        .foreign_key(&mut reference(
            ("scan_days", "scanner_id"),
            ("scanners", "id"),
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}

/// One for each mailbox: the last.
fn folder_lists() -> TableCreateStatement {
    Table::create()
        .table("folder_lists")
        .col(big_integer("mailbox_id").primary_key())
        .col(big_integer_null("asked_by"))
        .col(moment("asked_at"))
        .col(text_null("taken_by"))
        .col(moment_null("taken_at"))
        .col(moment_null("finished_at"))
        .col(json_binary_null("folders"))
        .col(text_null("error"))
        .foreign_key(&mut reference(
            ("folder_lists", "mailbox_id"),
            ("mailboxes", "id"),
            ForeignKeyAction::Cascade,
        ))
        .foreign_key(&mut reference(
            ("folder_lists", "asked_by"),
            ("users", "id"),
            ForeignKeyAction::SetNull,
        ))
        .to_owned()
}
