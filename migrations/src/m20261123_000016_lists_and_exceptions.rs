//! Lists that rules share by name, and the senders whose mail is kept and otherwise left alone: of all scanners, and of
//! each.

use sea_orm_migration::prelude::*;

use crate::columns::{
    add_columns, big_pk_auto, drop_columns, drop_tables, json_binary, moment, text, text_uniq,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("rule_lists")
                    .col(big_pk_auto("id"))
                    .col(text_uniq("name"))
                    .col(json_binary("members"))
                    .col(moment("created_at"))
                    .col(moment("updated_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("exceptions")
                    .col(text("entry").primary_key())
                    .col(moment("created_at"))
                    .to_owned(),
            )
            .await?;
        let exceptions = json_binary("exceptions").default("[]").take();
        add_columns(manager, "scanners", [exceptions]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "scanners", &["exceptions"]).await?;
        drop_tables(manager, &["exceptions", "rule_lists"]).await
    }
}
