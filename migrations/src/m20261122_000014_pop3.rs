//! Mailboxes that are read over POP3: what a server speaks, the lasting names of messages, and which of them were left out
//! for their age, as POP3 has no other place to remember that.

use sea_orm_migration::prelude::*;

use crate::columns::{
    add_columns, big_integer, drop_columns, drop_tables, moment, reference, text, text_null, unique,
};

const UIDL: [&str; 2] = ["folder_id", "uidl"];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let protocol = text("protocol").default("imap").take();
        add_columns(manager, "mail_servers", [protocol]).await?;
        add_columns(manager, "deliveries", [text_null("uidl")]).await?;
        // Rows without a name are never equal, in either database.
        manager.create_index(unique("deliveries", &UIDL)).await?;
        manager
            .create_table(
                Table::create()
                    .table("left_out")
                    .col(big_integer("folder_id"))
                    .col(text("uidl"))
                    .col(moment("received_at"))
                    .primary_key(Index::create().col("folder_id").col("uidl"))
                    .foreign_key(&mut reference(
                        ("left_out", "folder_id"),
                        ("folders", "id"),
                        ForeignKeyAction::Cascade,
                    ))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["left_out"]).await?;
        let dropped = Index::drop()
            .name("deliveries_folder_id_uidl")
            .table("deliveries")
            .to_owned();
        manager.drop_index(dropped).await?;
        drop_columns(manager, "deliveries", &["uidl"]).await?;
        drop_columns(manager, "mail_servers", &["protocol"]).await
    }
}
