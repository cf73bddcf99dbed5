//! Ready-made rules that are ticked at a scanner, and the numbers of tickets as a search field of their own: until now
//! they went with those of leads.

use sea_orm::{ConnectionTrait, DbBackend};
use sea_orm_migration::prelude::*;

use crate::columns::{add_columns, drop_columns, json_binary};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let presets = json_binary("presets").default("[]").take();
        add_columns(manager, "scanners", [presets]).await?;
        let both = r#""leads.number","tickets.number""#;
        replace(manager, r#""leads.number""#, both).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        replace(manager, r#","tickets.number""#, "").await?;
        // As PostgreSQL writes it.
        replace(manager, r#", "tickets.number""#, "").await?;
        // Where it stands first, or alone.
        for first in [r#""tickets.number","#, r#""tickets.number""#] {
            replace(manager, first, "").await?;
        }
        drop_columns(manager, "scanners", &["presets"]).await
    }
}

/// Replaces a piece of the search fields of all scanners.
async fn replace(manager: &SchemaManager<'_>, piece: &str, by: &str) -> Result<(), DbErr> {
    let (text, json) = if manager.get_database_backend() == DbBackend::Postgres {
        ("::text", "::jsonb")
    } else {
        ("", "")
    };
    let update = format!(
        "UPDATE scanners SET search_fields = replace(search_fields{text}, '{piece}', '{by}'){json}"
    );
    manager
        .get_connection()
        .execute_unprepared(&update)
        .await
        .map(drop)
}
