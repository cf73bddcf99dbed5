//! Scanners that want news at once, and which worker waits in which mailbox.

use sea_orm_migration::prelude::*;

use crate::columns::{
    add_columns, big_integer, boolean, drop_columns, drop_tables, index, integer, moment_null,
    reference, text_null,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "scanners", [boolean("idle").default(false).take()]).await?;
        manager.create_table(idlings()).await?;
        manager.create_index(index("idlings", &["owner"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["idlings"]).await?;
        drop_columns(manager, "scanners", &["idle"]).await
    }
}

/// One for each mailbox in which somebody waited.
fn idlings() -> TableCreateStatement {
    Table::create()
        .table("idlings")
        .col(big_integer("mailbox_id").primary_key())
        .col(big_integer("scanner_id"))
        .col(text_null("owner"))
        .col(moment_null("expires_at"))
        .col(moment_null("since"))
        .col(integer("deaths").default(0).take())
        .col(moment_null("resting_until"))
        .col(text_null("reason"))
        .foreign_key(&mut reference(
            ("idlings", "mailbox_id"),
            ("mailboxes", "id"),
            ForeignKeyAction::Cascade,
        ))
        .foreign_key(&mut reference(
            ("idlings", "scanner_id"),
            ("scanners", "id"),
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}
