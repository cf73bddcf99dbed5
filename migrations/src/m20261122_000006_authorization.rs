//! Getting into mailboxes: OAuth clients and grants, pending authorizations, who is signed in, what lights showed and
//! what is to be told about it.

use sea_orm_migration::prelude::*;

use crate::columns::{
    add_columns, big_integer, big_integer_null, big_pk_auto, binary, binary_null, boolean,
    date_null, drop_columns, drop_tables, index, integer, json_binary, json_binary_null, moment,
    moment_null, reference, text, text_null, text_uniq,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const NEW_IN_MAIL_SERVERS: [&str; 6] = ["preset", "domain", "smtp", "pop3", "active", "visible"];
const NEW_IN_MAILBOXES: [&str; 2] = ["aliases", "delegates"];
const NEW_IN_CREDENTIALS: [&str; 10] = [
    "access_sealed",
    "access_key_id",
    "access_expires_at",
    "refresh_expires_at",
    "granted_scopes",
    "identity",
    "refreshed_at",
    "claimed_by",
    "claimed_until",
    "version",
];
const NEW_IN_LIGHTS: [&str; 5] = [
    "probe_at",
    "probes",
    "suspected",
    "suspected_at",
    "reminded_at",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        widen(manager).await?;
        manager.create_table(service_keys()).await?;
        manager.create_table(oauth_clients()).await?;
        manager
            .create_index(index("oauth_clients", &["service_key_id"]))
            .await?;
        manager.create_table(authorizations()).await?;
        for columns in [["mailbox_id"], ["mail_server_id"], ["expires_at"]] {
            manager
                .create_index(index("authorizations", &columns))
                .await?;
        }
        for (name, table) in [("sessions", sessions()), ("sign_in_links", sign_in_links())] {
            manager.create_table(table).await?;
            for columns in [["user_id"], ["expires_at"]] {
                manager.create_index(index(name, &columns)).await?;
            }
        }
        manager.create_index(index("lights", &["probe_at"])).await?;
        manager.create_table(light_changes()).await?;
        manager
            .create_index(index("light_changes", &["mailbox_id", "id"]))
            .await?;
        manager.create_table(outbox()).await?;
        manager
            .create_index(index("outbox", &["next_try_at"]))
            .await?;
        manager.create_table(sign_in_brakes()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            manager,
            &[
                "sign_in_brakes",
                "outbox",
                "light_changes",
                "sign_in_links",
                "sessions",
                "authorizations",
                "oauth_clients",
                "service_keys",
            ],
        )
        .await?;
        manager
            .drop_index(
                Index::drop()
                    .name("lights_probe_at")
                    .table("lights")
                    .to_owned(),
            )
            .await?;
        drop_columns(manager, "lights", &NEW_IN_LIGHTS).await?;
        // What came by consent has no place in the older table.
        manager
            .exec_stmt(
                Query::delete()
                    .from_table("credentials")
                    .and_where(Expr::col("kind").eq("oauth"))
                    .to_owned(),
            )
            .await?;
        drop_columns(manager, "credentials", &NEW_IN_CREDENTIALS).await?;
        drop_columns(manager, "mailboxes", &NEW_IN_MAILBOXES).await?;
        drop_columns(manager, "mail_servers", &NEW_IN_MAIL_SERVERS).await
    }
}

/// Columns for tables that are there already.
async fn widen(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    add_columns(
        manager,
        "mail_servers",
        [
            text("preset").default("generic").take(),
            text_null("domain"),
            json_binary_null("smtp"),
            json_binary_null("pop3"),
            boolean("active").default(true).take(),
            boolean("visible").default(true).take(),
        ],
    )
    .await?;
    add_columns(
        manager,
        "mailboxes",
        [
            json_binary("aliases").default("[]").take(),
            json_binary("delegates").default("[]").take(),
        ],
    )
    .await?;
    add_columns(
        manager,
        "credentials",
        [
            binary_null("access_sealed"),
            text_null("access_key_id"),
            moment_null("access_expires_at"),
            moment_null("refresh_expires_at"),
            json_binary_null("granted_scopes"),
            json_binary_null("identity"),
            moment_null("refreshed_at"),
            text_null("claimed_by"),
            moment_null("claimed_until"),
            big_integer("version").default(0).take(),
        ],
    )
    .await?;
    add_columns(
        manager,
        "lights",
        [
            moment_null("probe_at"),
            integer("probes").default(0).take(),
            text_null("suspected"),
            moment_null("suspected_at"),
            moment_null("reminded_at"),
        ],
    )
    .await
}

fn service_keys() -> TableCreateStatement {
    Table::create()
        .table("service_keys")
        .col(big_pk_auto("id"))
        .col(text_uniq("name"))
        .col(text("kind"))
        .col(boolean("active"))
        .col(json_binary("allowed_ips"))
        .col(text_uniq("callback_path"))
        .col(moment("created_at"))
        .col(moment("updated_at"))
        .to_owned()
}

fn oauth_clients() -> TableCreateStatement {
    Table::create()
        .table("oauth_clients")
        .col(big_integer("mail_server_id").primary_key())
        .col(text("flow"))
        .col(text("client_id"))
        .col(text_null("secret_reference"))
        .col(binary_null("secret_sealed"))
        .col(text_null("secret_key_id"))
        .col(date_null("secret_expires_on"))
        .col(text_null("tenant"))
        .col(text_null("cloud"))
        .col(json_binary("endpoints"))
        .col(json_binary("scopes"))
        .col(big_integer_null("service_key_id"))
        .col(text_null("redirect_uri"))
        .col(moment("created_at"))
        .col(moment("updated_at"))
        .foreign_key(&mut reference(
            ("oauth_clients", "mail_server_id"),
            ("mail_servers", "id"),
            ForeignKeyAction::Cascade,
        ))
        .foreign_key(&mut reference(
            ("oauth_clients", "service_key_id"),
            ("service_keys", "id"),
            ForeignKeyAction::Restrict,
        ))
        .to_owned()
}

fn authorizations() -> TableCreateStatement {
    Table::create()
        .table("authorizations")
        .col(big_pk_auto("id"))
        .col(text_uniq("state_hash"))
        .col(text("session_hash"))
        .col(text("purpose"))
        .col(big_integer_null("mailbox_id"))
        .col(big_integer("mail_server_id"))
        .col(big_integer_null("user_id"))
        .col(binary("verifier_sealed"))
        .col(text("verifier_key_id"))
        .col(binary("nonce_sealed"))
        .col(text("nonce_key_id"))
        .col(text("redirect_uri"))
        .col(text_null("callback_path"))
        .col(moment("created_at"))
        .col(moment("expires_at"))
        .col(moment_null("used_at"))
        .foreign_key(&mut reference(
            ("authorizations", "mailbox_id"),
            ("mailboxes", "id"),
            ForeignKeyAction::Cascade,
        ))
        .foreign_key(&mut reference(
            ("authorizations", "mail_server_id"),
            ("mail_servers", "id"),
            ForeignKeyAction::Cascade,
        ))
        .foreign_key(&mut reference(
            ("authorizations", "user_id"),
            ("users", "id"),
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}

fn sessions() -> TableCreateStatement {
    Table::create()
        .table("sessions")
        .col(text("id_hash").primary_key())
        .col(big_integer("user_id"))
        .col(moment("created_at"))
        .col(moment("last_seen_at"))
        .col(moment("expires_at"))
        .foreign_key(&mut reference(
            ("sessions", "user_id"),
            ("users", "id"),
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}

fn sign_in_links() -> TableCreateStatement {
    Table::create()
        .table("sign_in_links")
        .col(text("hash").primary_key())
        .col(big_integer("user_id"))
        .col(moment("created_at"))
        .col(moment("expires_at"))
        .col(moment_null("used_at"))
        .foreign_key(&mut reference(
            ("sign_in_links", "user_id"),
            ("users", "id"),
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}

fn light_changes() -> TableCreateStatement {
    Table::create()
        .table("light_changes")
        .col(big_pk_auto("id"))
        .col(big_integer("mailbox_id"))
        .col(text("state"))
        .col(text_null("cause"))
        .col(text_null("who"))
        .col(text_null("remedy"))
        .col(text_null("provider_words"))
        .col(moment("changed_at"))
        .foreign_key(&mut reference(
            ("light_changes", "mailbox_id"),
            ("mailboxes", "id"),
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}

fn outbox() -> TableCreateStatement {
    Table::create()
        .table("outbox")
        .col(big_pk_auto("id"))
        .col(text("channel"))
        .col(text_uniq("key"))
        .col(json_binary("body"))
        .col(integer("attempts").default(0))
        .col(moment_null("next_try_at"))
        .col(moment_null("delivered_at"))
        .col(moment_null("given_up_at"))
        .col(text_null("error"))
        .col(moment("created_at"))
        .to_owned()
}

fn sign_in_brakes() -> TableCreateStatement {
    Table::create()
        .table("sign_in_brakes")
        .col(text("host").primary_key())
        .col(integer("refusals"))
        .col(moment("window_began_at"))
        .col(moment_null("closed_until"))
        .to_owned()
}
