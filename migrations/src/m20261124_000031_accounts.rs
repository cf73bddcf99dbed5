//! How people prove who they are: passwords, second factors with their recovery codes, browsers that are known, accounts
//! at the company's identity provider; what a sign-in link is for; brakes on whatever is guessed at; who did what.

use sea_orm_migration::prelude::*;

use crate::columns::{
    add_columns, big_integer, big_integer_null, big_pk_auto, binary_null, boolean, drop_columns,
    drop_tables, index, json_binary, moment, moment_null, reference, text, text_null,
};

const NEW_IN_SESSIONS: [&str; 4] = ["browser", "remote", "code_due", "proved_at"];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        rename_brakes(manager, "host", "name").await?;
        let in_sessions = [
            text("browser").default("").to_owned(),
            text("remote").default("").to_owned(),
            boolean("code_due").default(false).to_owned(),
            moment_null("proved_at"),
        ];
        add_columns(manager, "sessions", in_sessions).await?;
        let purpose = text("purpose").default("sign_in").to_owned();
        add_columns(manager, "sign_in_links", [purpose]).await?;
        manager.create_table(accounts()).await?;
        for (name, table) in [
            ("recovery_codes", recovery_codes()),
            ("known_browsers", known_browsers()),
            ("identities", identities()),
        ] {
            manager.create_table(table).await?;
            manager.create_index(index(name, &["user_id"])).await?;
        }
        manager.create_table(audit_entries()).await?;
        let indexes: [&[&'static str]; 2] = [&["user_id"], &["object_kind", "object_id"]];
        for columns in indexes {
            manager
                .create_index(index("audit_entries", columns))
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            "audit_entries",
            "identities",
            "known_browsers",
            "recovery_codes",
            "accounts",
        ];
        drop_tables(manager, &tables).await?;
        // The program of before takes every link and every session for one that signs in.
        let unprepared = manager.get_connection();
        unprepared
            .execute_unprepared("DELETE FROM sign_in_links WHERE purpose <> 'sign_in'")
            .await?;
        unprepared
            .execute_unprepared("DELETE FROM sessions WHERE code_due")
            .await?;
        drop_columns(manager, "sign_in_links", &["purpose"]).await?;
        drop_columns(manager, "sessions", &NEW_IN_SESSIONS).await?;
        rename_brakes(manager, "name", "host").await
    }
}

async fn rename_brakes(
    manager: &SchemaManager<'_>,
    from: &'static str,
    to: &'static str,
) -> Result<(), DbErr> {
    let mut alter = Table::alter();
    alter.table("sign_in_brakes").rename_column(from, to);
    manager.alter_table(alter).await
}

fn of_user(table: &'static str) -> ForeignKeyCreateStatement {
    reference(
        (table, "user_id"),
        ("users", "id"),
        ForeignKeyAction::Cascade,
    )
}

fn accounts() -> TableCreateStatement {
    Table::create()
        .table("accounts")
        .col(big_integer("user_id").primary_key())
        .col(text_null("password_hash"))
        .col(moment_null("password_set_at"))
        .col(binary_null("code_secret_sealed"))
        .col(text_null("code_secret_key_id"))
        .col(moment_null("code_confirmed_at"))
        .col(big_integer_null("code_step"))
        .col(text_null("time_zone"))
        .foreign_key(&mut of_user("accounts"))
        .to_owned()
}

fn recovery_codes() -> TableCreateStatement {
    Table::create()
        .table("recovery_codes")
        .col(text("hash").primary_key())
        .col(big_integer("user_id"))
        .col(moment("created_at"))
        .col(moment_null("used_at"))
        .foreign_key(&mut of_user("recovery_codes"))
        .to_owned()
}

fn known_browsers() -> TableCreateStatement {
    Table::create()
        .table("known_browsers")
        .col(text("hash").primary_key())
        .col(big_integer("user_id"))
        .col(moment("last_used_at"))
        .foreign_key(&mut of_user("known_browsers"))
        .to_owned()
}

fn identities() -> TableCreateStatement {
    Table::create()
        .table("identities")
        .col(text("issuer"))
        .col(text("subject"))
        .col(big_integer("user_id"))
        .col(moment("created_at"))
        .col(moment("last_used_at"))
        .primary_key(Index::create().col("issuer").col("subject"))
        .foreign_key(&mut of_user("identities"))
        .to_owned()
}

fn audit_entries() -> TableCreateStatement {
    Table::create()
        .table("audit_entries")
        .col(big_pk_auto("id"))
        .col(moment("at"))
        .col(big_integer_null("user_id"))
        .col(text("who"))
        .col(text("action"))
        .col(text("object_kind"))
        .col(text("object_id"))
        .col(text("object_name"))
        .col(json_binary("changes"))
        .col(text("remote"))
        .foreign_key(&mut reference(
            ("audit_entries", "user_id"),
            ("users", "id"),
            ForeignKeyAction::SetNull,
        ))
        .to_owned()
}
