//! Organizations, contacts, leads, and every address they have.

use sea_orm_migration::prelude::*;

use crate::columns::{
    big_integer, big_integer_null, big_pk_auto, drop_tables, index, json_binary, moment, reference,
    text, text_null, text_uniq, unique,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(organizations()).await?;
        manager.create_table(contacts()).await?;
        manager
            .create_index(unique("contacts", &["external_id"]))
            .await?;
        for columns in [["organization_id"], ["owner_id"]] {
            manager.create_index(index("contacts", &columns)).await?;
        }
        manager.create_table(leads()).await?;
        for columns in [["message_id"], ["owner_id"]] {
            manager.create_index(index("leads", &columns)).await?;
        }
        manager.create_table(record_addresses()).await?;
        manager
            .create_index(unique(
                "record_addresses",
                &["email", "record_kind", "record_id"],
            ))
            .await?;
        manager
            .create_index(index("record_addresses", &["record_kind", "record_id"]))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            manager,
            &["record_addresses", "leads", "contacts", "organizations"],
        )
        .await
    }
}

fn organizations() -> TableCreateStatement {
    Table::create()
        .table("organizations")
        .col(big_pk_auto("id"))
        .col(text_uniq("name"))
        .col(json_binary("domains"))
        .col(text("phone"))
        .col(text("website"))
        .col(moment("created_at"))
        .col(moment("updated_at"))
        .to_owned()
}

fn contacts() -> TableCreateStatement {
    Table::create()
        .table("contacts")
        .col(big_pk_auto("id"))
        .col(text("first_name"))
        .col(text("last_name"))
        .col(big_integer_null("organization_id"))
        .col(text("phone"))
        .col(big_integer_null("owner_id"))
        .col(text_null("external_id"))
        .col(moment("created_at"))
        .col(moment("updated_at"))
        .foreign_key(&mut reference(
            ("contacts", "organization_id"),
            ("organizations", "id"),
            ForeignKeyAction::SetNull,
        ))
        .foreign_key(&mut reference(
            ("contacts", "owner_id"),
            ("users", "id"),
            ForeignKeyAction::SetNull,
        ))
        .to_owned()
}

fn leads() -> TableCreateStatement {
    Table::create()
        .table("leads")
        .col(big_pk_auto("id"))
        .col(text("first_name"))
        .col(text("last_name"))
        .col(text("company"))
        .col(text("email"))
        .col(text("phone"))
        .col(text("title"))
        .col(text("description"))
        .col(text("source"))
        .col(text("campaign"))
        .col(text("status"))
        .col(big_integer_null("owner_id"))
        .col(big_integer_null("message_id"))
        .col(text_null("rule"))
        .col(moment("created_at"))
        .foreign_key(&mut reference(
            ("leads", "owner_id"),
            ("users", "id"),
            ForeignKeyAction::SetNull,
        ))
        .foreign_key(&mut reference(
            ("leads", "message_id"),
            ("messages", "id"),
            ForeignKeyAction::SetNull,
        ))
        .to_owned()
}

/// The record is of several tables, so no foreign key can hold it: deleting a record deletes these.
fn record_addresses() -> TableCreateStatement {
    Table::create()
        .table("record_addresses")
        .col(big_pk_auto("id"))
        .col(text("email"))
        .col(text("record_kind"))
        .col(big_integer("record_id"))
        .col(text("field"))
        .to_owned()
}
