//! Brakes for token endpoints, beside those for the sign-ins at mail hosts; and what was told or given up in the outbox is
//! found by an index, to be forgotten.

use sea_orm_migration::prelude::*;

use crate::columns::{drop_tables, index, integer, moment, text};

const OUTBOX: [&str; 2] = ["delivered_at", "given_up_at"];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("endpoint_brakes")
                    .col(text("endpoint").primary_key())
                    .col(integer("refusals"))
                    .col(moment("refused_at"))
                    .col(moment("closed_until"))
                    .to_owned(),
            )
            .await?;
        for column in OUTBOX {
            manager.create_index(index("outbox", &[column])).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in OUTBOX {
            let name = format!("outbox_{column}");
            let dropped = Index::drop().name(name).table("outbox").to_owned();
            manager.drop_index(dropped).await?;
        }
        drop_tables(manager, &["endpoint_brakes"]).await
    }
}
