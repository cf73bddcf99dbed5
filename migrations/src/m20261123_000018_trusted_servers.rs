//! Which servers' checks of a sender are believed.

use sea_orm_migration::prelude::*;

use crate::columns::{add_columns, drop_columns, json_binary_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let servers = json_binary_null("trusted_servers");
        add_columns(manager, "mail_servers", [servers]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "mail_servers", &["trusted_servers"]).await
    }
}
