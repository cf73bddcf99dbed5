//! Organizations are found by one key, which is the name as it is compared.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{DbBackend, Statement};

use crate::columns::{add_columns, drop_columns, index, text_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// `PostgreSQL` calls the index of unique names as this one would be called.
const INDEX: &str = "organizations_by_name_key";
/// So many organizations are read at once.
const PIECE: i64 = 1_000;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "organizations", [text_null("name_key")]).await?;
        fill(manager).await?;
        let mut by_key = index("organizations", &["name_key"]);
        manager.create_index(by_key.name(INDEX).to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let by_key = Index::drop().name(INDEX).table("organizations").to_owned();
        manager.drop_index(by_key).await?;
        drop_columns(manager, "organizations", &["name_key"]).await
    }
}

/// No SQL that both databases know says it.
async fn fill(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let (connection, backend) = (manager.get_connection(), manager.get_database_backend());
    let (select, update) = match backend {
        DbBackend::Postgres => (
            "SELECT id, name FROM organizations WHERE id > $1 ORDER BY id LIMIT $2",
            "UPDATE organizations SET name_key = $1 WHERE id = $2",
        ),
        _ => (
            "SELECT id, name FROM organizations WHERE id > ? ORDER BY id LIMIT ?",
            "UPDATE organizations SET name_key = ? WHERE id = ?",
        ),
    };
    let mut last = 0_i64;
    loop {
        let values = [Value::from(last), Value::from(PIECE)];
        let select = Statement::from_sql_and_values(backend, select, values);
        let rows = connection.query_all_raw(select).await?;
        if rows.is_empty() {
            return Ok(());
        }
        for row in rows {
            let (id, name): (i64, String) = (row.try_get("", "id")?, row.try_get("", "name")?);
            last = id;
            let values = [Value::from(key(&name)), Value::from(id)];
            let update = Statement::from_sql_and_values(backend, update, values);
            connection.execute_raw(update).await?;
        }
    }
}

const LEGAL_FORMS: [&str; 33] = [
    "srl", "srls", "spa", "sas", "snc", "sa", "sro", "spzoo", "spolka", "spółka", "zoo", "sp", "z",
    "o", "oo", "lda", "ltda", "ltd", "limited", "llc", "inc", "corp", "co", "gmbh", "ag", "kg",
    "ug", "bv", "nv", "sarl", "sl", "plc", "pfa",
];

/// As the program of this step makes it, which may change.
fn key(name: &str) -> Option<String> {
    let name = name.to_lowercase().replace('.', "");
    let mut words: Vec<&str> = name
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    while words.len() > 1 && words.last().is_some_and(|word| LEGAL_FORMS.contains(word)) {
        words.pop();
    }
    let key = words.concat();
    (!key.is_empty()).then_some(key)
}
