//! Because of which message and by whose rules something is sent, until when, and to which site; when a message was
//! released.

use sea_orm::{ConnectionTrait, DbBackend};
use sea_orm_migration::prelude::*;

use crate::columns::{
    add_columns, big_integer_null, drop_columns, drop_index, index, moment_null, text, text_null,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// By which rows of the outbox are looked for.
const SOUGHT: [&str; 5] = ["message_id", "rule", "scan_id", "scanner_id", "expires_at"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = [
            big_integer_null("message_id"),
            text_null("rule"),
            big_integer_null("scan_id"),
            big_integer_null("scanner_id"),
            moment_null("expires_at"),
            moment_null("expired_at"),
        ];
        add_columns(manager, "outbox", columns).await?;
        for column in SOUGHT {
            manager.create_index(index("outbox", &[column])).await?;
        }
        // What waits of before is known by its rule at least, and is as much out of place some day.
        for (channel, days) in [("reply", 3), ("forward", 14)] {
            let waiting = match manager.get_database_backend() {
                DbBackend::Sqlite => format!(
                    "expires_at = strftime('%Y-%m-%d %H:%M:%S+00:00', created_at, '+{days} days')"
                ),
                _ => format!("expires_at = created_at + INTERVAL '{days} days'"),
            };
            manager
                .get_connection()
                .execute_unprepared(&format!(
                    "UPDATE outbox SET rule = body ->> 'rule', {waiting} \
                     WHERE channel = '{channel}' AND delivered_at IS NULL AND given_up_at IS NULL"
                ))
                .await?;
        }
        let mut site = text("site");
        add_columns(manager, "auto_replies", [site.default("").to_owned()]).await?;
        manager
            .create_index(index("auto_replies", &["site", "created_at"]))
            .await?;
        add_columns(manager, "deliveries", [moment_null("released_at")]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "deliveries", &["released_at"]).await?;
        drop_index(manager, "auto_replies", &["site", "created_at"]).await?;
        drop_columns(manager, "auto_replies", &["site"]).await?;
        for column in SOUGHT {
            drop_index(manager, "outbox", &[column]).await?;
        }
        let columns = [
            "message_id",
            "rule",
            "scan_id",
            "scanner_id",
            "expires_at",
            "expired_at",
        ];
        drop_columns(manager, "outbox", &columns).await
    }
}
