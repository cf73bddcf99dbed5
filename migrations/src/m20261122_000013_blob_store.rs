//! Objects of the blob store: what a blob's is called, which of them nobody named when they were last looked at, and how
//! far that looking is. What names a blob is found by an index.

use sea_orm_migration::prelude::*;

use crate::columns::{add_columns, drop_tables, index, integer, moment, text, text_null};

const NAMING: [&str; 2] = ["deliveries", "messages"];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "blobs", [text_null("object")]).await?;
        for table in NAMING {
            manager.create_index(index(table, &["blob_hash"])).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("blob_sweeps")
                    .col(integer("id").primary_key())
                    .col(text("owner"))
                    .col(text("rows_after"))
                    .col(text("objects_after"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("blob_orphans")
                    .col(text("object").primary_key())
                    .col(moment("found_at"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["blob_orphans", "blob_sweeps"]).await?;
        for table in NAMING {
            let name = format!("{table}_blob_hash");
            let dropped = Index::drop().name(name).table(table).to_owned();
            manager.drop_index(dropped).await?;
        }
        let column = Table::alter()
            .table("blobs")
            .drop_column("object")
            .to_owned();
        manager.alter_table(column).await
    }
}
