//! Links from messages to records.

use sea_orm_migration::prelude::*;

use crate::columns::{
    big_integer, big_integer_null, big_pk_auto, drop_tables, index, json_binary, moment, reference,
    text, unique,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(links()).await?;
        manager
            .create_index(unique("links", &["message_id", "record_kind", "record_id"]))
            .await?;
        manager
            .create_index(index("links", &["record_kind", "record_id"]))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["links"]).await
    }
}

fn links() -> TableCreateStatement {
    Table::create()
        .table("links")
        .col(big_pk_auto("id"))
        .col(big_integer("message_id"))
        .col(text("record_kind"))
        .col(big_integer("record_id"))
        .col(json_binary("evidence"))
        .col(text("author_kind"))
        .col(text("author"))
        .col(big_integer_null("scan_id"))
        .col(moment("created_at"))
        .foreign_key(&mut reference(
            ("links", "message_id"),
            ("messages", "id"),
            ForeignKeyAction::Cascade,
        ))
        .foreign_key(&mut reference(
            ("links", "scan_id"),
            ("scans", "id"),
            ForeignKeyAction::SetNull,
        ))
        .to_owned()
}
