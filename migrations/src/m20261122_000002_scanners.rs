//! Scanners, their cursors, rules and reports; lights, health and leases.

use sea_orm_migration::prelude::*;

use crate::columns::{
    big_integer, big_integer_null, big_pk_auto, boolean, date_null, drop_tables, index, integer,
    integer_null, json_binary, moment, moment_null, reference, text, text_null, text_uniq, unique,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(scanners()).await?;
        for columns in [["mailbox_id"], ["next_scan_at"]] {
            manager.create_index(index("scanners", &columns)).await?;
        }
        manager.create_table(folders()).await?;
        manager
            .create_index(unique("folders", &["scanner_id", "name"]))
            .await?;
        manager.create_table(rules()).await?;
        manager.create_table(scans()).await?;
        for columns in [["scanner_id", "id"], ["outcome", "id"]] {
            manager.create_index(index("scans", &columns)).await?;
        }
        manager.create_table(lights()).await?;
        manager.create_table(health()).await?;
        manager.create_table(leases()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            manager,
            &[
                "leases", "health", "lights", "scans", "rules", "folders", "scanners",
            ],
        )
        .await
    }
}

fn scanners() -> TableCreateStatement {
    Table::create()
        .table("scanners")
        .col(big_pk_auto("id"))
        .col(text_uniq("name"))
        .col(big_integer("mailbox_id"))
        .col(json_binary("folders"))
        .col(text("schedule"))
        .col(text("time_zone"))
        .col(boolean("enabled"))
        .col(text_null("paused_by"))
        .col(date_null("start_date"))
        .col(integer_null("limit_per_scan"))
        .col(json_binary("search_fields"))
        .col(moment_null("next_scan_at"))
        .col(moment("created_at"))
        .col(moment("updated_at"))
        .foreign_key(&mut reference(
            ("scanners", "mailbox_id"),
            ("mailboxes", "id"),
            ForeignKeyAction::Restrict,
        ))
        .to_owned()
}

fn folders() -> TableCreateStatement {
    Table::create()
        .table("folders")
        .col(big_pk_auto("id"))
        .col(big_integer("scanner_id"))
        .col(text("name"))
        .col(big_integer_null("uid_validity"))
        .col(big_integer("last_uid").default(0))
        .col(big_integer_null("highest_modseq"))
        .foreign_key(&mut reference(
            ("folders", "scanner_id"),
            ("scanners", "id"),
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}

fn rules() -> TableCreateStatement {
    Table::create()
        .table("rules")
        .col(big_pk_auto("id"))
        .col(text_uniq("name"))
        .col(integer("position"))
        .col(boolean("enabled"))
        .col(json_binary("definition"))
        .col(moment("created_at"))
        .col(moment("updated_at"))
        .to_owned()
}

fn scans() -> TableCreateStatement {
    Table::create()
        .table("scans")
        .col(big_pk_auto("id"))
        .col(big_integer("scanner_id"))
        .col(text("worker"))
        .col(text("trigger"))
        .col(moment("started_at"))
        .col(moment_null("finished_at"))
        .col(text("outcome"))
        .col(json_binary("counts"))
        .col(text_null("cause"))
        .col(text_null("error"))
        .foreign_key(&mut reference(
            ("scans", "scanner_id"),
            ("scanners", "id"),
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}

fn lights() -> TableCreateStatement {
    Table::create()
        .table("lights")
        .col(big_integer("mailbox_id").primary_key())
        .col(text("state"))
        .col(text_null("cause"))
        .col(moment("since"))
        .col(text_null("who"))
        .col(text_null("remedy"))
        .col(text_null("provider_words"))
        .col(moment("checked_at"))
        .foreign_key(&mut reference(
            ("lights", "mailbox_id"),
            ("mailboxes", "id"),
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}

fn health() -> TableCreateStatement {
    Table::create()
        .table("health")
        .col(big_integer("scanner_id").primary_key())
        .col(text("state"))
        .col(text_null("reason"))
        .col(moment("since"))
        .col(moment_null("next_try_at"))
        .col(integer("failures").default(0))
        .foreign_key(&mut reference(
            ("health", "scanner_id"),
            ("scanners", "id"),
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}

fn leases() -> TableCreateStatement {
    Table::create()
        .table("leases")
        .col(big_integer("mailbox_id").primary_key())
        .col(text("owner"))
        .col(big_integer("fence"))
        .col(moment("expires_at"))
        .col(moment("heartbeat_at"))
        .foreign_key(&mut reference(
            ("leases", "mailbox_id"),
            ("mailboxes", "id"),
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}
