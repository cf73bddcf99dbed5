//! Who tagged a message, what was undone, and which records became others.

use sea_orm_migration::prelude::*;

use crate::columns::{
    add_columns, big_integer, big_integer_null, big_pk_auto, drop_columns, drop_tables, index,
    json_binary, moment, moment_null, text, text_null,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Tags from before this step have no author; nothing undoes them.
        let columns = [
            text_null("author_kind"),
            text_null("author"),
            big_integer_null("scan_id"),
        ];
        add_columns(manager, "message_tags", columns).await?;
        manager.create_table(undos()).await?;
        manager.create_table(moves()).await?;
        for side in ["from", "to"] {
            let columns = match side {
                "from" => ["from_kind", "from_id"],
                _ => ["to_kind", "to_id"],
            };
            manager
                .create_index(index("record_moves", &columns))
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["record_moves", "undos"]).await?;
        drop_columns(
            manager,
            "message_tags",
            &["author_kind", "author", "scan_id"],
        )
        .await
    }
}

fn undos() -> TableCreateStatement {
    Table::create()
        .table("undos")
        .col(big_pk_auto("id"))
        .col(text("scope"))
        .col(text("name"))
        .col(json_binary("counts"))
        .col(text("author"))
        .col(moment("created_at"))
        .to_owned()
}

/// Records are of several tables, so no foreign key can hold them.
fn moves() -> TableCreateStatement {
    Table::create()
        .table("record_moves")
        .col(big_pk_auto("id"))
        .col(text("reason"))
        .col(text("from_kind"))
        .col(big_integer("from_id"))
        .col(text("to_kind"))
        .col(big_integer("to_id"))
        .col(json_binary("before"))
        .col(text("author"))
        .col(moment("created_at"))
        .col(moment_null("undone_at"))
        .col(text_null("undone_by"))
        .to_owned()
}
