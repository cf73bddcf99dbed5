//! What the last complete look at a folder saw, what of the ledger is no longer on the server, and what servers call
//! messages.

use sea_orm_migration::prelude::*;

use crate::columns::{
    add_columns, big_integer_null, boolean, drop_columns, integer, moment_null, text_null,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const NEW_IN_FOLDERS: [&str; 7] = [
    "seen_uid_validity",
    "seen_exists",
    "seen_uid_next",
    "seen_highest_modseq",
    "sweep_owed",
    "swept_at",
    "renewals",
];
const NEW_IN_DELIVERIES: [&str; 2] = ["vanished_at", "server_id"];
const SERVER_IDS: &str = "deliveries_server_id";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(
            manager,
            "folders",
            [
                big_integer_null("seen_uid_validity"),
                big_integer_null("seen_exists"),
                big_integer_null("seen_uid_next"),
                big_integer_null("seen_highest_modseq"),
                boolean("sweep_owed").default(false).to_owned(),
                moment_null("swept_at"),
                integer("renewals").default(0).to_owned(),
            ],
        )
        .await?;
        add_columns(
            manager,
            "deliveries",
            [moment_null("vanished_at"), text_null("server_id")],
        )
        .await?;
        // Most servers have no such ids: their rows cost the index nothing.
        let server_ids = Index::create()
            .name(SERVER_IDS)
            .table("deliveries")
            .col("server_id")
            .cond_where(Expr::col("server_id").is_not_null())
            .to_owned();
        manager.create_index(server_ids).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let server_ids = Index::drop()
            .name(SERVER_IDS)
            .table("deliveries")
            .to_owned();
        manager.drop_index(server_ids).await?;
        drop_columns(manager, "deliveries", &NEW_IN_DELIVERIES).await?;
        drop_columns(manager, "folders", &NEW_IN_FOLDERS).await
    }
}
