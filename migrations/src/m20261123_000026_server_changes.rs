//! What rules asked to be changed of messages on their servers.

use sea_orm_migration::prelude::*;

use crate::columns::{
    big_integer, big_integer_null, big_pk_auto, drop_tables, index, integer, moment, moment_null,
    reference, text, text_null, unique,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(changes()).await?;
        // A message is changed once as a rule asks, however often it is decided.
        manager
            .create_index(unique(
                "server_changes",
                &["delivery_id", "rule", "change", "argument"],
            ))
            .await?;
        // What is done is the most of it, and nobody looks there.
        let indexes: [&[&'static str]; 3] = [
            &["scanner_id", "done_at", "next_try_at"],
            &["scan_id"],
            &["rule"],
        ];
        for columns in indexes {
            manager
                .create_index(index("server_changes", columns))
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["server_changes"]).await
    }
}

fn changes() -> TableCreateStatement {
    Table::create()
        .table("server_changes")
        .col(big_pk_auto("id"))
        .col(big_integer("delivery_id"))
        .col(big_integer("scanner_id"))
        .col(text("change"))
        .col(text("argument"))
        .col(text("rule"))
        .col(big_integer_null("scan_id"))
        .col(integer("attempts"))
        .col(moment_null("begun_at"))
        .col(moment_null("next_try_at"))
        .col(moment_null("done_at"))
        .col(text_null("error"))
        .col(moment("created_at"))
        .foreign_key(&mut reference(
            ("server_changes", "delivery_id"),
            ("deliveries", "id"),
            ForeignKeyAction::Cascade,
        ))
        .foreign_key(&mut reference(
            ("server_changes", "scanner_id"),
            ("scanners", "id"),
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}
