//! How a person calls a record, asked in the same statement as whatever names the record.

use entities::record_kind::RecordKind;
use entities::{contacts, leads, organizations, tickets};
use sea_orm::sea_query::{Expr, IntoColumnRef, SelectStatement};
use sea_orm::{ActiveEnum, ExprTrait, QueryResult};

use super::StoreError;

/// Joins every table of records and selects what their names are made of.
pub(super) fn join<C: IntoColumnRef + Copy>(select: &mut SelectStatement, kind: C, id: C) {
    let is = |wanted: RecordKind| Expr::col(kind).eq(wanted.to_value());
    select
        .left_join(
            contacts::Entity,
            is(RecordKind::Contact)
                .and(Expr::col((contacts::Entity, contacts::Column::Id)).equals(id)),
        )
        .left_join(
            leads::Entity,
            is(RecordKind::Lead).and(Expr::col((leads::Entity, leads::Column::Id)).equals(id)),
        )
        .left_join(
            organizations::Entity,
            is(RecordKind::Organization)
                .and(Expr::col((organizations::Entity, organizations::Column::Id)).equals(id)),
        )
        .left_join(
            tickets::Entity,
            is(RecordKind::Ticket)
                .and(Expr::col((tickets::Entity, tickets::Column::Id)).equals(id)),
        )
        .expr_as(
            Expr::col((contacts::Entity, contacts::Column::FirstName)),
            "contact_first",
        )
        .expr_as(
            Expr::col((contacts::Entity, contacts::Column::LastName)),
            "contact_last",
        )
        .expr_as(
            Expr::col((leads::Entity, leads::Column::FirstName)),
            "lead_first",
        )
        .expr_as(
            Expr::col((leads::Entity, leads::Column::LastName)),
            "lead_last",
        )
        .expr_as(
            Expr::col((leads::Entity, leads::Column::Company)),
            "lead_company",
        )
        .expr_as(
            Expr::col((organizations::Entity, organizations::Column::Name)),
            "organization_name",
        )
        .expr_as(
            Expr::col((tickets::Entity, tickets::Column::Title)),
            "ticket_title",
        );
}

/// The name of a row's record; nothing when the record is gone.
pub(super) fn read(row: &QueryResult) -> Result<Option<String>, StoreError> {
    let text = |column: &str| row.try_get::<Option<String>>("", column);
    if let (Some(first), Some(last)) = (text("contact_first")?, text("contact_last")?) {
        return Ok(Some(person(&first, &last, "")));
    }
    if let (Some(first), Some(last)) = (text("lead_first")?, text("lead_last")?) {
        let company = text("lead_company")?.unwrap_or_default();
        return Ok(Some(person(&first, &last, &company)));
    }
    if let Some(title) = text("ticket_title")? {
        return Ok(Some(title));
    }
    Ok(text("organization_name")?)
}

/// `Anna Rossi`, else the company.
fn person(first: &str, last: &str, company: &str) -> String {
    let name = format!("{first} {last}");
    match name.trim() {
        "" => company.to_owned(),
        name => name.to_owned(),
    }
}
