//! Short words for the columns and keys that many steps declare.

use sea_orm_migration::prelude::*;
pub(crate) use sea_orm_migration::schema::{
    big_integer, big_integer_null, big_pk_auto, binary, binary_null, boolean, date, date_null,
    integer, integer_null, json_binary, json_binary_null, text, text_null, text_uniq,
    timestamp_with_time_zone as moment, timestamp_with_time_zone_null as moment_null,
};

/// A foreign key from `table.column` to `target.target_column`.
pub(crate) fn reference(
    (table, column): (&'static str, &'static str),
    (target, target_column): (&'static str, &'static str),
    on_delete: ForeignKeyAction,
) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, column)
        .to(target, target_column)
        .on_delete(on_delete)
        .to_owned()
}

/// An index called `table_column_…`.
pub(crate) fn index(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create()
        .name(format!("{table}_{}", columns.join("_")))
        .table(table)
        .to_owned();
    for column in columns {
        index.col(*column);
    }
    index
}

/// Takes away what [`index`] made.
pub(crate) async fn drop_index(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    let name = format!("{table}_{}", columns.join("_"));
    manager
        .drop_index(Index::drop().name(name).table(table).to_owned())
        .await
}

/// A unique index called `table_column_…`.
pub(crate) fn unique(table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    index(table, columns).unique().to_owned()
}

/// Drops tables in this order.
pub(crate) async fn drop_tables(
    manager: &SchemaManager<'_>,
    tables: &[&'static str],
) -> Result<(), DbErr> {
    for table in tables {
        manager
            .drop_table(Table::drop().table(*table).to_owned())
            .await?;
    }
    Ok(())
}

/// Adds columns, one statement each: `SQLite` takes no more.
pub(crate) async fn add_columns(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: impl IntoIterator<Item = ColumnDef>,
) -> Result<(), DbErr> {
    for column in columns {
        let mut alter = Table::alter();
        alter.table(table).add_column(column);
        manager.alter_table(alter).await?;
    }
    Ok(())
}

/// Drops columns.
pub(crate) async fn drop_columns(
    manager: &SchemaManager<'_>,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    for column in columns {
        let mut alter = Table::alter();
        alter.table(table).drop_column(*column);
        manager.alter_table(alter).await?;
    }
    Ok(())
}
