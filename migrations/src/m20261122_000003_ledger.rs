//! Raw messages, messages, their deliveries, tags and decisions.

use sea_orm_migration::prelude::*;

use crate::columns::{
    big_integer, big_integer_null, big_pk_auto, binary_null, drop_tables, index, integer,
    json_binary, json_binary_null, moment, moment_null, reference, text, text_null, unique,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(blobs()).await?;
        manager.create_table(messages()).await?;
        manager
            .create_index(unique("messages", &["identity"]))
            .await?;
        for columns in [["rfc_message_id"], ["from_email"], ["received_at"]] {
            manager.create_index(index("messages", &columns)).await?;
        }
        manager.create_table(deliveries()).await?;
        manager
            .create_index(unique("deliveries", &["folder_id", "uid_validity", "uid"]))
            .await?;
        manager
            .create_index(index("deliveries", &["folder_id", "state", "id"]))
            .await?;
        manager
            .create_index(index("deliveries", &["message_id"]))
            .await?;
        manager.create_table(message_tags()).await?;
        manager
            .create_index(index("message_tags", &["tag"]))
            .await?;
        manager.create_table(decisions()).await?;
        manager
            .create_index(unique("decisions", &["message_id", "scanner_id"]))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            manager,
            &[
                "decisions",
                "message_tags",
                "deliveries",
                "messages",
                "blobs",
            ],
        )
        .await
    }
}

fn blobs() -> TableCreateStatement {
    Table::create()
        .table("blobs")
        .col(text("hash").primary_key())
        .col(big_integer("size"))
        .col(text("encoding"))
        .col(binary_null("bytes"))
        .col(moment("created_at"))
        .to_owned()
}

fn messages() -> TableCreateStatement {
    Table::create()
        .table("messages")
        .col(big_pk_auto("id"))
        .col(text("identity"))
        .col(text_null("rfc_message_id"))
        .col(text("subject"))
        .col(text("from_email"))
        .col(text("from_name"))
        .col(json_binary_null("sender"))
        .col(json_binary("recipients"))
        .col(moment_null("date"))
        .col(moment("received_at"))
        .col(text("kind"))
        .col(text("kind_reason"))
        .col(text("direction"))
        .col(big_integer("size"))
        .col(integer("attachments"))
        .col(text("blob_hash"))
        .col(json_binary("notes"))
        .col(moment("created_at"))
        .foreign_key(&mut reference(
            ("messages", "blob_hash"),
            ("blobs", "hash"),
            ForeignKeyAction::Restrict,
        ))
        .to_owned()
}

fn deliveries() -> TableCreateStatement {
    Table::create()
        .table("deliveries")
        .col(big_pk_auto("id"))
        .col(big_integer("folder_id"))
        .col(big_integer("uid_validity"))
        .col(big_integer("uid"))
        .col(text("state"))
        .col(integer("attempts").default(0))
        .col(moment_null("next_try_at"))
        .col(text_null("error"))
        .col(text_null("blob_hash"))
        .col(big_integer("size"))
        .col(moment_null("internal_date"))
        .col(big_integer_null("message_id"))
        .col(big_integer_null("scan_id"))
        .col(moment("kept_at"))
        .foreign_key(&mut reference(
            ("deliveries", "folder_id"),
            ("folders", "id"),
            ForeignKeyAction::Cascade,
        ))
        .foreign_key(&mut reference(
            ("deliveries", "blob_hash"),
            ("blobs", "hash"),
            ForeignKeyAction::Restrict,
        ))
        .foreign_key(&mut reference(
            ("deliveries", "message_id"),
            ("messages", "id"),
            ForeignKeyAction::Restrict,
        ))
        .foreign_key(&mut reference(
            ("deliveries", "scan_id"),
            ("scans", "id"),
            ForeignKeyAction::SetNull,
        ))
        .to_owned()
}

fn message_tags() -> TableCreateStatement {
    Table::create()
        .table("message_tags")
        .col(big_integer("message_id"))
        .col(text("tag"))
        .primary_key(Index::create().col("message_id").col("tag"))
        .foreign_key(&mut reference(
            ("message_tags", "message_id"),
            ("messages", "id"),
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}

fn decisions() -> TableCreateStatement {
    Table::create()
        .table("decisions")
        .col(big_pk_auto("id"))
        .col(big_integer("message_id"))
        .col(big_integer("scanner_id"))
        .col(json_binary("body"))
        .col(moment("decided_at"))
        .foreign_key(&mut reference(
            ("decisions", "message_id"),
            ("messages", "id"),
            ForeignKeyAction::Cascade,
        ))
        .foreign_key(&mut reference(
            ("decisions", "scanner_id"),
            ("scanners", "id"),
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}
