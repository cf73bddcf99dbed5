//! Examinations that people ask for on a page, what authorization servers say of themselves, and the object that stands for
//! an app in Microsoft's tenant.

use sea_orm_migration::prelude::*;

use crate::columns::{
    add_columns, big_integer, big_integer_null, drop_columns, drop_tables, json_binary_null,
    moment, moment_null, reference, text_null,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const NEW_IN_OAUTH_CLIENTS: [&str; 3] = ["service_principal", "discovered", "discovered_at"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(
            manager,
            "oauth_clients",
            [
                text_null("service_principal"),
                json_binary_null("discovered"),
                moment_null("discovered_at"),
            ],
        )
        .await?;
        manager.create_table(examinations()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["examinations"]).await?;
        drop_columns(manager, "oauth_clients", &NEW_IN_OAUTH_CLIENTS).await
    }
}

/// One for each mailbox: the last.
fn examinations() -> TableCreateStatement {
    Table::create()
        .table("examinations")
        .col(big_integer("mailbox_id").primary_key())
        .col(big_integer_null("asked_by"))
        .col(moment("asked_at"))
        .col(text_null("taken_by"))
        .col(moment_null("taken_at"))
        .col(moment_null("finished_at"))
        .col(json_binary_null("report"))
        .foreign_key(&mut reference(
            ("examinations", "mailbox_id"),
            ("mailboxes", "id"),
            ForeignKeyAction::Cascade,
        ))
        .foreign_key(&mut reference(
            ("examinations", "asked_by"),
            ("users", "id"),
            ForeignKeyAction::SetNull,
        ))
        .to_owned()
}
