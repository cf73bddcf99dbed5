//! Users, mail servers, mailboxes and what opens them.

use sea_orm_migration::prelude::*;

use crate::columns::{
    big_integer, big_integer_null, big_pk_auto, binary_null, boolean, drop_tables, index, integer,
    moment, reference, text, text_null, text_uniq,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(users()).await?;
        manager.create_table(mail_servers()).await?;
        manager.create_table(mailboxes()).await?;
        for columns in [["mail_server_id"], ["owner_id"]] {
            manager.create_index(index("mailboxes", &columns)).await?;
        }
        manager.create_table(mailbox_members()).await?;
        manager
            .create_index(index("mailbox_members", &["user_id"]))
            .await?;
        manager.create_table(credentials()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(
            manager,
            &[
                "credentials",
                "mailbox_members",
                "mailboxes",
                "mail_servers",
                "users",
            ],
        )
        .await
    }
}

fn users() -> TableCreateStatement {
    Table::create()
        .table("users")
        .col(big_pk_auto("id"))
        .col(text_uniq("email"))
        .col(text("name"))
        .col(text("role"))
        .col(boolean("active"))
        .col(moment("created_at"))
        .col(moment("updated_at"))
        .to_owned()
}

fn mail_servers() -> TableCreateStatement {
    Table::create()
        .table("mail_servers")
        .col(big_pk_auto("id"))
        .col(text_uniq("name"))
        .col(text("host"))
        .col(integer("port"))
        .col(text("tls"))
        .col(boolean("verify_certificate"))
        .col(text_null("ca_file"))
        .col(text("auth"))
        .col(moment("created_at"))
        .col(moment("updated_at"))
        .to_owned()
}

fn mailboxes() -> TableCreateStatement {
    Table::create()
        .table("mailboxes")
        .col(big_pk_auto("id"))
        .col(text_uniq("address"))
        .col(text("login"))
        .col(big_integer("mail_server_id"))
        .col(text("kind"))
        .col(big_integer_null("owner_id"))
        .col(boolean("active"))
        .col(moment("created_at"))
        .col(moment("updated_at"))
        .foreign_key(&mut reference(
            ("mailboxes", "mail_server_id"),
            ("mail_servers", "id"),
            ForeignKeyAction::Restrict,
        ))
        .foreign_key(&mut reference(
            ("mailboxes", "owner_id"),
            ("users", "id"),
            ForeignKeyAction::Restrict,
        ))
        .to_owned()
}

fn mailbox_members() -> TableCreateStatement {
    Table::create()
        .table("mailbox_members")
        .col(big_integer("mailbox_id"))
        .col(big_integer("user_id"))
        .primary_key(Index::create().col("mailbox_id").col("user_id"))
        .foreign_key(&mut reference(
            ("mailbox_members", "mailbox_id"),
            ("mailboxes", "id"),
            ForeignKeyAction::Cascade,
        ))
        .foreign_key(&mut reference(
            ("mailbox_members", "user_id"),
            ("users", "id"),
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}

fn credentials() -> TableCreateStatement {
    Table::create()
        .table("credentials")
        .col(big_integer("mailbox_id").primary_key())
        .col(text("kind"))
        .col(text_null("reference"))
        .col(binary_null("sealed"))
        .col(text_null("key_id"))
        .col(moment("updated_at"))
        .foreign_key(&mut reference(
            ("credentials", "mailbox_id"),
            ("mailboxes", "id"),
            ForeignKeyAction::Cascade,
        ))
        .to_owned()
}
