//! What taking back asks of what rules did: whose scanner did it, which changes are taken back already, and indexes for
//! both; and what linking lacked: telephone numbers of organizations, keys of contacts that were merged, bounces.

use std::collections::BTreeMap;

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{DbBackend, Statement};

use crate::columns::{
    add_columns, big_integer, big_integer_null, big_pk_auto, boolean, drop_columns, drop_index,
    drop_tables, index, moment, reference, text, text_null, unique,
};
use crate::m20261123_000017_linking::phone_key;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Tables of what rules did.
const DONE: [&str; 3] = ["links", "message_tags", "ticket_changes"];
/// By what that is chosen; links by their scan already.
const CHOSEN_BY: [(&str, &str); 8] = [
    ("links", "author"),
    ("links", "scanner_id"),
    ("message_tags", "author"),
    ("message_tags", "scan_id"),
    ("message_tags", "scanner_id"),
    ("ticket_changes", "author"),
    ("ticket_changes", "scan_id"),
    ("ticket_changes", "scanner_id"),
];
/// A message changed a ticket once; now a rule may do so by a message that others changed it by.
const ONCE: [&str; 3] = ["ticket_id", "message_id", "after"];

const FIELDS: &str = "[\"contacts.email\",\"contacts.other_emails\",\"leads.email\",\"organizations.domains\",\"leads.number\"]";
const MORE_FIELDS: &str = "[\"contacts.email\",\"contacts.other_emails\",\"leads.email\",\"leads.other_emails\",\"organizations.domains\",\"leads.number\"]";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in DONE {
            add_columns(manager, table, [big_integer_null("scanner_id")]).await?;
        }
        let undone = boolean("undone").default(false).to_owned();
        add_columns(manager, "ticket_changes", [undone]).await?;
        add_columns(manager, "decisions", [text_null("late_error")]).await?;
        add_columns(manager, "organizations", [text_null("phone_key")]).await?;
        add_columns(manager, "record_moves", [text_null("from_key")]).await?;
        manager.create_table(bounces()).await?;
        fill(manager).await?;
        for (table, column) in CHOSEN_BY {
            manager.create_index(index(table, &[column])).await?;
        }
        drop_index(manager, "ticket_changes", &ONCE).await?;
        for (table, column) in [
            ("ticket_changes", "ticket_id"),
            ("organizations", "phone_key"),
            ("record_moves", "from_key"),
            ("bounces", "scan_id"),
            ("bounces", "scanner_id"),
        ] {
            manager.create_index(index(table, &[column])).await?;
        }
        manager
            .create_index(unique("bounces", &["email", "message_id"]))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["bounces"]).await?;
        for (table, column) in [
            ("record_moves", "from_key"),
            ("organizations", "phone_key"),
            ("ticket_changes", "ticket_id"),
        ] {
            drop_index(manager, table, &[column]).await?;
        }
        for (table, column) in CHOSEN_BY {
            drop_index(manager, table, &[column]).await?;
        }
        for table in DONE {
            drop_columns(manager, table, &["scanner_id"]).await?;
        }
        drop_columns(manager, "record_moves", &["from_key"]).await?;
        drop_columns(manager, "organizations", &["phone_key"]).await?;
        drop_columns(manager, "decisions", &["late_error"]).await?;
        drop_columns(manager, "ticket_changes", &["undone"]).await?;
        run(
            manager,
            "DELETE FROM ticket_changes WHERE message_id IS NOT NULL AND id NOT IN \
             (SELECT min(id) FROM ticket_changes GROUP BY ticket_id, message_id, after)",
        )
        .await?;
        manager
            .create_index(unique("ticket_changes", &ONCE))
            .await?;
        search(manager, MORE_FIELDS, FIELDS).await
    }
}

/// What reports say of addresses, one row an address and a report.
fn bounces() -> TableCreateStatement {
    Table::create()
        .table("bounces")
        .col(big_pk_auto("id"))
        .col(text("email"))
        .col(big_integer("message_id"))
        .col(text("outcome"))
        .col(text("status"))
        .col(text("diagnosis"))
        .col(big_integer_null("scan_id"))
        .col(big_integer_null("scanner_id"))
        .col(moment("reported_at"))
        .foreign_key(&mut reference(
            ("bounces", "message_id"),
            ("messages", "id"),
            ForeignKeyAction::Cascade,
        ))
        .foreign_key(&mut reference(
            ("bounces", "scan_id"),
            ("scans", "id"),
            ForeignKeyAction::SetNull,
        ))
        .to_owned()
}

async fn run(manager: &SchemaManager<'_>, statement: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    connection.execute_unprepared(statement).await.map(drop)
}

/// What can be told of what is stored already.
async fn fill(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let postgres = manager.get_database_backend() == DbBackend::Postgres;
    for table in DONE {
        run(
            manager,
            &format!(
                "UPDATE {table} SET scanner_id = \
                 (SELECT scans.scanner_id FROM scans WHERE scans.id = {table}.scan_id) WHERE scan_id IS NOT NULL"
            ),
        )
        .await?;
        // The reports of old scans are forgotten; where one scanner alone decided a message it was that.
        run(
            manager,
            &format!(
                "UPDATE {table} SET scanner_id = (SELECT min(decisions.scanner_id) FROM decisions \
                 WHERE decisions.message_id = {table}.message_id \
                 GROUP BY decisions.message_id HAVING count(*) = 1) \
                 WHERE scanner_id IS NULL AND author_kind = 'rule'"
            ),
        )
        .await?;
    }
    let key = phone_key(postgres);
    run(
        manager,
        &format!("UPDATE organizations SET phone_key = {key}"),
    )
    .await?;
    let external = if postgres {
        "before #>> '{gone,row,external_id}'"
    } else {
        "json_extract(before, '$.gone.row.external_id')"
    };
    run(
        manager,
        &format!("UPDATE record_moves SET from_key = {external} WHERE from_kind = 'contact' AND reason = 'merged'"),
    )
    .await?;
    search(manager, FIELDS, MORE_FIELDS).await?;
    register_sites(manager, postgres).await
}

/// Scanners that search all there was search all there is.
async fn search(manager: &SchemaManager<'_>, from: &str, to: &str) -> Result<(), DbErr> {
    let cast = match manager.get_database_backend() {
        DbBackend::Postgres => "::jsonb",
        _ => "",
    };
    let update = format!(
        "UPDATE scanners SET search_fields = '{to}'{cast} WHERE search_fields = '{from}'{cast}"
    );
    run(manager, &update).await
}

/// Of mail from before linking whole domains were kept as sites: now what of them somebody registered.
async fn register_sites(manager: &SchemaManager<'_>, postgres: bool) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let select = "SELECT DISTINCT site FROM message_addresses WHERE site IS NOT NULL";
    let select = Statement::from_string(manager.get_database_backend(), select);
    let mut registered = BTreeMap::new();
    for row in connection.query_all_raw(select).await? {
        let site: String = row.try_get("", "site")?;
        let is_address = site.parse::<std::net::IpAddr>().is_ok();
        let known = psl::domain_str(&site).filter(|_| site.contains('.') && !is_address);
        if known != Some(site.as_str()) {
            registered.insert(site.clone(), known.map(str::to_owned));
        }
    }
    let update = if postgres {
        "UPDATE message_addresses SET site = $1 WHERE site = $2"
    } else {
        "UPDATE message_addresses SET site = ? WHERE site = ?"
    };
    for (site, known) in registered {
        let values = [Value::from(known), Value::from(site)];
        let update = Statement::from_sql_and_values(manager.get_database_backend(), update, values);
        connection.execute_raw(update).await?;
    }
    Ok(())
}
