//! Contacts and tickets that name a record: where another takes its place they name that, and the first again when it
//! comes back.

use entities::ids::{ContactId, TicketId};
use entities::record_kind::RecordKind;
use entities::{contacts, tickets};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use super::record_moves::Record;
use super::{StoreError, bulk};

/// Has the contacts and tickets that name one record name another; says which.
pub async fn point_elsewhere(
    db: &impl ConnectionTrait,
    from: Record,
    to: Record,
) -> Result<(Vec<ContactId>, Vec<TicketId>), StoreError> {
    let mut people = Vec::new();
    if from.0 == RecordKind::Organization {
        people = contacts::Entity::find()
            .select_only()
            .column(contacts::Column::Id)
            .filter(contacts::Column::OrganizationId.eq(from.1))
            .into_tuple()
            .all(db)
            .await?;
        name_organization(db, &people, (from.1, to.1)).await?;
    }
    let Some(column) = ticket_column(from.0) else {
        return Ok((people, Vec::new()));
    };
    let named: Vec<TicketId> = tickets::Entity::find()
        .select_only()
        .column(tickets::Column::Id)
        .filter(column.eq(from.1))
        .into_tuple()
        .all(db)
        .await?;
    name_in_tickets(db, &named, column, (from.1, to.1)).await?;
    Ok((people, named))
}

/// Has contacts and tickets name `to` again that name `instead` since, as far as they still do.
pub async fn point_back(
    db: &impl ConnectionTrait,
    to: Record,
    instead: Record,
    people: &[ContactId],
    named: &[TicketId],
) -> Result<(), StoreError> {
    name_organization(db, people, (instead.1, to.1)).await?;
    match ticket_column(to.0) {
        Some(column) => name_in_tickets(db, named, column, (instead.1, to.1)).await,
        None => Ok(()),
    }
}

async fn name_organization(
    db: &impl ConnectionTrait,
    people: &[ContactId],
    (from, to): (i64, i64),
) -> Result<(), StoreError> {
    for piece in bulk::distinct(people) {
        contacts::Entity::update_many()
            .col_expr(contacts::Column::OrganizationId, Expr::value(to))
            .filter(contacts::Column::Id.is_in(piece))
            .filter(contacts::Column::OrganizationId.eq(from))
            .exec(db)
            .await?;
    }
    Ok(())
}

async fn name_in_tickets(
    db: &impl ConnectionTrait,
    named: &[TicketId],
    column: tickets::Column,
    (from, to): (i64, i64),
) -> Result<(), StoreError> {
    for piece in bulk::distinct(named) {
        tickets::Entity::update_many()
            .col_expr(column, Expr::value(to))
            .filter(tickets::Column::Id.is_in(piece))
            .filter(column.eq(from))
            .exec(db)
            .await?;
    }
    Ok(())
}

fn ticket_column(kind: RecordKind) -> Option<tickets::Column> {
    match kind {
        RecordKind::Contact => Some(tickets::Column::ContactId),
        RecordKind::Organization => Some(tickets::Column::OrganizationId),
        RecordKind::Lead | RecordKind::Ticket => None,
    }
}
