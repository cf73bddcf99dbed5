//! To whom belongs what the presets of a scanner make, where its mailbox has no owner or another is wanted.

use sea_orm_migration::prelude::*;

use crate::columns::{add_columns, drop_columns, text_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "scanners", [text_null("preset_owner")]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "scanners", &["preset_owner"]).await
    }
}
