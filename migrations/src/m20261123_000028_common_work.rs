//! Work that several rules did: who else asked for a link or a tag, so that undoing one of them leaves it to the others;
//! and which changes of messages are taken back.

use sea_orm_migration::prelude::*;

use crate::columns::{
    add_columns, big_integer, big_integer_null, boolean, drop_columns, drop_tables, index,
    json_binary, reference, text,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const ASKERS: [&str; 2] = ["link_askers", "tag_askers"];
/// By what the work of a rule, a scan or a scanner is chosen.
const CHOSEN_BY: [&str; 3] = ["author", "scan_id", "scanner_id"];

/// What rules said before somebody took back what rules said of it. What was taken back before was written as said anew.
const TAKEN_BACK: &str = "UPDATE message_changes SET undone = TRUE WHERE author_kind = 'rule' AND EXISTS \
    (SELECT 1 FROM message_changes later WHERE later.message_id = message_changes.message_id \
    AND later.what = message_changes.what AND later.id > message_changes.id AND later.author_kind = 'undo')";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(link_askers()).await?;
        manager.create_table(tag_askers()).await?;
        for table in ASKERS {
            for column in CHOSEN_BY {
                manager.create_index(index(table, &[column])).await?;
            }
        }
        let undone = boolean("undone").default(false).to_owned();
        add_columns(manager, "message_changes", [undone]).await?;
        let connection = manager.get_connection();
        connection.execute_unprepared(TAKEN_BACK).await.map(drop)
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "message_changes", &["undone"]).await?;
        drop_tables(manager, &ASKERS).await
    }
}

/// Rules that asked for a link which another had made.
fn link_askers() -> TableCreateStatement {
    Table::create()
        .table("link_askers")
        .col(big_integer("link_id"))
        .col(text("author"))
        .col(big_integer("scanner_id"))
        .col(big_integer_null("scan_id"))
        .col(json_binary("evidence"))
        .primary_key(
            Index::create()
                .col("link_id")
                .col("author")
                .col("scanner_id"),
        )
        .foreign_key(&mut reference(
            ("link_askers", "link_id"),
            ("links", "id"),
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}

/// Rules that asked for a tag which another had put on.
fn tag_askers() -> TableCreateStatement {
    Table::create()
        .table("tag_askers")
        .col(big_integer("message_id"))
        .col(text("tag"))
        .col(text("author"))
        .col(big_integer("scanner_id"))
        .col(big_integer_null("scan_id"))
        .primary_key(
            Index::create()
                .col("message_id")
                .col("tag")
                .col("author")
                .col("scanner_id"),
        )
        .foreign_key(&mut reference(
            ("tag_askers", "message_id"),
            ("messages", "id"),
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}
