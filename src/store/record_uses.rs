//! What still needs a record: asked before it may go.

use entities::ids::{ContactId, OrganizationId};
use entities::record_kind::RecordKind;
use entities::{contacts, links, tickets};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};

use super::StoreError;

/// Whether contacts, tickets or messages name an organization.
pub async fn is_named(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<bool, StoreError> {
    let linked = links::Entity::find()
        .filter(links::Column::RecordKind.eq(RecordKind::Organization))
        .filter(links::Column::RecordId.eq(organization.0))
        .count(db)
        .await?;
    Ok(linked > 0 || has_people(db, organization).await?)
}

/// Whether a contact or a ticket is of an organization.
pub async fn has_people(
    db: &impl ConnectionTrait,
    organization: OrganizationId,
) -> Result<bool, StoreError> {
    let people = contacts::Entity::find()
        .filter(contacts::Column::OrganizationId.eq(organization))
        .count(db)
        .await?;
    let named = tickets::Entity::find()
        .filter(tickets::Column::OrganizationId.eq(organization))
        .count(db)
        .await?;
    Ok(people + named > 0)
}

/// Whether a ticket is of a contact.
pub async fn has_tickets(
    db: &impl ConnectionTrait,
    contact: ContactId,
) -> Result<bool, StoreError> {
    let tickets = tickets::Entity::find()
        .filter(tickets::Column::ContactId.eq(contact))
        .count(db)
        .await?;
    Ok(tickets > 0)
}
