//! Who is absent, whose turn it is, how far a message is, which records rules made, and who was answered by themselves.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::date;

use crate::columns::{
    add_columns, big_integer, big_integer_null, big_pk_auto, boolean, drop_columns, drop_tables,
    index, moment, reference, text, text_null, unique,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(absences()).await?;
        manager
            .create_index(unique("absences", &["user_id", "first_day"]))
            .await?;
        manager.create_table(turns()).await?;
        manager.create_table(states()).await?;
        manager
            .create_index(index("message_states", &["assignee_id", "status"]))
            .await?;
        manager.create_table(changes()).await?;
        manager
            .create_index(index("message_changes", &["message_id", "what"]))
            .await?;
        manager.create_table(made_records()).await?;
        manager
            .create_index(index("made_records", &["message_id"]))
            .await?;
        manager.create_table(auto_replies()).await?;
        manager
            .create_index(index("auto_replies", &["email", "created_at"]))
            .await?;
        manager
            .create_index(index("auto_replies", &["created_at"]))
            .await?;
        manager
            .create_index(index("auto_replies", &["message_id"]))
            .await?;
        add_columns(manager, "organizations", [big_integer_null("owner_id")]).await?;
        let columns = [text_null("priority_before"), text_null("priority_after")];
        add_columns(manager, "ticket_changes", columns).await?;
        let mut released = boolean("released");
        add_columns(manager, "deliveries", [released.default(false).to_owned()]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "deliveries", &["released"]).await?;
        drop_columns(
            manager,
            "ticket_changes",
            &["priority_before", "priority_after"],
        )
        .await?;
        drop_columns(manager, "organizations", &["owner_id"]).await?;
        let tables = [
            "auto_replies",
            "made_records",
            "message_changes",
            "message_states",
            "owner_turns",
            "absences",
        ];
        drop_tables(manager, &tables).await
    }
}

fn absences() -> TableCreateStatement {
    Table::create()
        .table("absences")
        .col(big_pk_auto("id"))
        .col(big_integer("user_id"))
        .col(date("first_day"))
        .col(date("last_day"))
        .foreign_key(&mut reference(
            ("absences", "user_id"),
            ("users", "id"),
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}

fn turns() -> TableCreateStatement {
    Table::create()
        .table("owner_turns")
        .col(text("rule"))
        .col(text("action"))
        .col(text("last"))
        .primary_key(Index::create().col("rule").col("action"))
        .to_owned()
}

fn states() -> TableCreateStatement {
    Table::create()
        .table("message_states")
        .col(big_integer("message_id").primary_key())
        .col(big_integer_null("assignee_id"))
        .col(text("status"))
        .col(text("priority"))
        .col(moment("updated_at"))
        .foreign_key(&mut reference(
            ("message_states", "message_id"),
            ("messages", "id"),
            ForeignKeyAction::Cascade,
        ))
        .foreign_key(&mut reference(
            ("message_states", "assignee_id"),
            ("users", "id"),
            ForeignKeyAction::SetNull,
        ))
        .to_owned()
}

fn changes() -> TableCreateStatement {
    Table::create()
        .table("message_changes")
        .col(big_pk_auto("id"))
        .col(big_integer("message_id"))
        .col(text("what"))
        .col(text("before"))
        .col(text("after"))
        .col(text("author_kind"))
        .col(text("author"))
        .col(big_integer_null("scan_id"))
        .col(big_integer_null("scanner_id"))
        .col(moment("created_at"))
        .foreign_key(&mut reference(
            ("message_changes", "message_id"),
            ("messages", "id"),
            ForeignKeyAction::Cascade,
        ))
        .foreign_key(&mut reference(
            ("message_changes", "scan_id"),
            ("scans", "id"),
            ForeignKeyAction::SetNull,
        ))
        .to_owned()
}

/// Records are of several tables, so no foreign key can hold them.
fn made_records() -> TableCreateStatement {
    Table::create()
        .table("made_records")
        .col(text("record_kind"))
        .col(big_integer("record_id"))
        .col(big_integer("message_id"))
        .col(text("rule"))
        .col(moment("created_at"))
        .primary_key(Index::create().col("record_kind").col("record_id"))
        .foreign_key(&mut reference(
            ("made_records", "message_id"),
            ("messages", "id"),
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}

fn auto_replies() -> TableCreateStatement {
    Table::create()
        .table("auto_replies")
        .col(big_pk_auto("id"))
        .col(text("email"))
        .col(text("rule"))
        .col(big_integer("message_id"))
        .col(moment("created_at"))
        .foreign_key(&mut reference(
            ("auto_replies", "message_id"),
            ("messages", "id"),
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}
