//! Tickets, and what became of them.

use sea_orm_migration::prelude::*;

use crate::columns::{
    big_integer, big_integer_null, big_pk_auto, drop_tables, index, moment, reference, text,
    text_null, unique,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(tickets()).await?;
        for columns in [
            ["contact_id"],
            ["organization_id"],
            ["owner_id"],
            ["message_id"],
        ] {
            manager.create_index(index("tickets", &columns)).await?;
        }
        manager.create_table(changes()).await?;
        // One message changes a ticket once, however often it is decided.
        manager
            .create_index(unique(
                "ticket_changes",
                &["ticket_id", "message_id", "after"],
            ))
            .await?;
        manager
            .create_index(index("ticket_changes", &["message_id"]))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["ticket_changes", "tickets"]).await
    }
}

fn tickets() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("tickets")
        .col(big_pk_auto("id"))
        .col(text("title"))
        .col(text("description"))
        .col(text("status"))
        .col(text("priority"))
        .col(big_integer_null("contact_id"))
        .col(big_integer_null("organization_id"))
        .col(big_integer_null("owner_id"))
        .col(big_integer_null("message_id"))
        .col(text_null("rule"))
        .col(moment("created_at"))
        .col(moment("updated_at"));
    for (column, target) in [
        ("contact_id", "contacts"),
        ("organization_id", "organizations"),
        ("owner_id", "users"),
        ("message_id", "messages"),
    ] {
        table.foreign_key(&mut reference(
            ("tickets", column),
            (target, "id"),
            ForeignKeyAction::SetNull,
        ));
    }
    table
}

fn changes() -> TableCreateStatement {
    Table::create()
        .table("ticket_changes")
        .col(big_pk_auto("id"))
        .col(big_integer("ticket_id"))
        .col(text("before"))
        .col(text("after"))
        .col(text("author_kind"))
        .col(text("author"))
        .col(big_integer_null("message_id"))
        .col(big_integer_null("scan_id"))
        .col(moment("created_at"))
        .foreign_key(&mut reference(
            ("ticket_changes", "ticket_id"),
            ("tickets", "id"),
            ForeignKeyAction::Cascade,
        ))
        .foreign_key(&mut reference(
            ("ticket_changes", "message_id"),
            ("messages", "id"),
            ForeignKeyAction::Cascade,
        ))
        .foreign_key(&mut reference(
            ("ticket_changes", "scan_id"),
            ("scans", "id"),
            ForeignKeyAction::SetNull,
        ))
        .to_owned()
}
