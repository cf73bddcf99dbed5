//! Brakes for token endpoints, beside those for the sign-ins at mail hosts.

use sea_orm_migration::prelude::*;

use crate::columns::{drop_tables, integer, moment, text};

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
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["endpoint_brakes"]).await
    }
}
