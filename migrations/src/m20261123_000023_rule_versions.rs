//! Versions of the rules, by which version a message was decided, and how often each rule matches.

use sea_orm_migration::prelude::*;

use crate::columns::{
    add_columns, big_integer, big_integer_null, date, drop_columns, drop_tables, json_binary,
    moment, reference, text, text_null,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(books()).await?;
        manager.create_table(versions()).await?;
        manager.create_table(hits()).await?;
        // Decisions from before this step have no version; versions are never removed, so nothing has to hold them.
        add_columns(manager, "decisions", [big_integer_null("version")]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "decisions", &["version"]).await?;
        drop_tables(manager, &["rule_hits", "rule_versions", "rule_books"]).await
    }
}

/// Kept once, however often it is returned to.
fn books() -> TableCreateStatement {
    Table::create()
        .table("rule_books")
        .col(text("hash").primary_key())
        .col(json_binary("body"))
        .to_owned()
}

fn versions() -> TableCreateStatement {
    Table::create()
        .table("rule_versions")
        .col(big_integer("number").primary_key())
        .col(text("book_hash"))
        .col(text("author"))
        .col(text("source"))
        .col(text_null("note"))
        .col(json_binary("changes"))
        .col(moment("created_at"))
        .foreign_key(&mut reference(
            ("rule_versions", "book_hash"),
            ("rule_books", "hash"),
            ForeignKeyAction::Restrict,
        ))
        .to_owned()
}

/// One row a rule, scanner and day: a scanner is decided for by one worker at a time, so that no row is fought for.
fn hits() -> TableCreateStatement {
    Table::create()
        .table("rule_hits")
        .col(big_integer("scanner_id"))
        .col(date("day"))
        .col(text("rule"))
        .col(big_integer("matched"))
        .col(big_integer("done"))
        .col(moment("last_at"))
        .primary_key(Index::create().col("scanner_id").col("day").col("rule"))
        .foreign_key(&mut reference(
            ("rule_hits", "scanner_id"),
            ("scanners", "id"),
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}
