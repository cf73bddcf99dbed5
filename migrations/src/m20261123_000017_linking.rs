//! What linking asks of messages and records: who is in a message, what people said of links, what is to be linked
//! late, and by what a lead is known besides its address.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::columns::{
    add_columns, big_integer, big_integer_null, big_pk_auto, boolean, drop_columns, drop_index,
    drop_tables, index, integer, json_binary_null, moment, reference, text, text_null, text_uniq,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Tables of persons, with what they are found by.
const PERSONS: [&str; 2] = ["contacts", "leads"];
const KEYS: [&str; 2] = ["phone_key", "name_key"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(message_addresses()).await?;
        manager
            .create_index(index("message_addresses", &["site", "message_id"]))
            .await?;
        manager.create_table(late_links()).await?;
        manager.create_table(link_choices()).await?;
        for columns in [["message_id"], ["email"]] {
            manager
                .create_index(index("link_choices", &columns))
                .await?;
        }
        add_columns(manager, "decisions", [text_null("doubt")]).await?;
        manager.create_index(index("decisions", &["doubt"])).await?;
        for table in PERSONS {
            add_columns(manager, table, KEYS.map(text_null)).await?;
        }
        fill(manager).await?;
        for table in PERSONS {
            for key in KEYS {
                manager.create_index(index(table, &[key])).await?;
            }
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .get_connection()
            .execute_unprepared(
                "DELETE FROM record_addresses WHERE record_kind = 'organization' AND field = 'domains'",
            )
            .await?;
        for table in PERSONS {
            for key in KEYS {
                drop_index(manager, table, &[key]).await?;
            }
            drop_columns(manager, table, &KEYS).await?;
        }
        drop_index(manager, "decisions", &["doubt"]).await?;
        drop_columns(manager, "decisions", &["doubt"]).await?;
        drop_tables(
            manager,
            &["link_choices", "late_links", "message_addresses"],
        )
        .await
    }
}

/// Addresses of others in messages. No message is ever deleted by itself, so that none is looked up by its message.
fn message_addresses() -> TableCreateStatement {
    Table::create()
        .table("message_addresses")
        .col(text("email"))
        .col(big_integer("message_id"))
        .col(text("role"))
        .col(text_null("site"))
        .primary_key(Index::create().col("email").col("message_id"))
        .foreign_key(&mut reference(
            ("message_addresses", "message_id"),
            ("messages", "id"),
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}

fn late_links() -> TableCreateStatement {
    Table::create()
        .table("late_links")
        .col(big_pk_auto("id"))
        .col(text_uniq("wanted"))
        .col(big_integer_null("below"))
        .col(integer("looked_at").default(0))
        .to_owned()
}

fn link_choices() -> TableCreateStatement {
    Table::create()
        .table("link_choices")
        .col(big_pk_auto("id"))
        .col(big_integer("message_id"))
        .col(text("record_kind"))
        .col(big_integer("record_id"))
        .col(boolean("belongs"))
        .col(text("email"))
        .col(text("chosen_by"))
        .col(json_binary_null("removed"))
        .col(moment("chosen_at"))
        .foreign_key(&mut reference(
            ("link_choices", "message_id"),
            ("messages", "id"),
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}

/// Brings in what is stored already. Sites are whole domains here, and names fold ASCII only on SQLite: what is
/// written from now on is exact.
async fn fill(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let postgres = manager.get_database_backend() == DbBackend::Postgres;
    let own = "(SELECT address FROM mailboxes UNION SELECT email FROM users)";
    let receivers = if postgres {
        "SELECT DISTINCT lower(one.value ->> 'email'), m.id FROM messages m, jsonb_array_elements(m.recipients) AS one (value)"
    } else {
        "SELECT DISTINCT lower(json_extract(one.value, '$.email')), m.id FROM messages m, json_each(m.recipients) one"
    };
    let replies = if postgres {
        "SELECT lower(sender ->> 'email'), id FROM messages WHERE sender IS NOT NULL"
    } else {
        "SELECT lower(json_extract(sender, '$.email')), id FROM messages WHERE sender IS NOT NULL"
    };
    let at = |email: &str| {
        if postgres {
            format!("position('@' in {email})")
        } else {
            format!("instr({email}, '@')")
        }
    };
    for (role, rows) in [
        ("from", "SELECT from_email, id FROM messages"),
        ("reply_to", replies),
        ("to", receivers),
    ] {
        let (email, begins) = ("found.email", at("found.email"));
        let insert = format!(
            "WITH found (email, message_id) AS ({rows}) \
             INSERT INTO message_addresses (email, message_id, role, site) \
             SELECT {email}, message_id, '{role}', substr({email}, {begins} + 1) FROM found \
             WHERE {begins} > 0 AND {email} NOT IN {own} ON CONFLICT DO NOTHING"
        );
        manager.get_connection().execute_unprepared(&insert).await?;
    }
    let domains = if postgres {
        "SELECT DISTINCT '@' || lower(one.value), organizations.id FROM organizations, jsonb_array_elements_text(domains) AS one (value)"
    } else {
        "SELECT DISTINCT '@' || lower(one.value), organizations.id FROM organizations, json_each(domains) one"
    };
    let insert = format!(
        "WITH found (email, id) AS ({domains}) \
         INSERT INTO record_addresses (email, record_kind, record_id, field) \
         SELECT email, 'organization', id, 'domains' FROM found WHERE TRUE ON CONFLICT DO NOTHING"
    );
    manager.get_connection().execute_unprepared(&insert).await?;
    for table in PERSONS {
        let update = format!("UPDATE {table} SET {}", keys(postgres));
        manager.get_connection().execute_unprepared(&update).await?;
    }
    search_new_fields_too(manager, postgres).await
}

/// Telephone numbers and names as they are compared.
fn keys(postgres: bool) -> String {
    let phone = phone_key(postgres);
    format!(
        "phone_key = {phone}, name_key = nullif(lower(trim(first_name || ' ' || last_name)), '')"
    )
}

/// The last nine digits of the column `phone`.
pub(crate) fn phone_key(postgres: bool) -> String {
    let digits = if postgres {
        "regexp_replace(phone, '[^0-9]', '', 'g')".to_owned()
    } else {
        [" ", "-", "(", ")", ".", "/", "+"]
            .iter()
            .fold("phone".to_owned(), |text, mark| {
                format!("replace({text}, '{mark}', '')")
            })
    };
    let last = if postgres {
        format!("right({digits}, 9)")
    } else {
        format!("substr({digits}, -9)")
    };
    // `substr` of a shorter text from its ninth last letter is empty on SQLite.
    format!(
        "CASE WHEN length({digits}) >= 9 THEN {last} WHEN length({digits}) >= 7 THEN {digits} END"
    )
}

/// Scanners that search all there was search all there is.
async fn search_new_fields_too(manager: &SchemaManager<'_>, postgres: bool) -> Result<(), DbErr> {
    let cast = if postgres { "::jsonb" } else { "" };
    let update = format!(
        "UPDATE scanners SET search_fields = \
         '[\"contacts.email\",\"contacts.other_emails\",\"leads.email\",\"organizations.domains\",\"leads.number\"]'{cast} \
         WHERE search_fields = '[\"contacts.email\",\"contacts.other_emails\",\"leads.email\"]'{cast}"
    );
    manager
        .get_connection()
        .execute_unprepared(&update)
        .await
        .map(drop)
}
