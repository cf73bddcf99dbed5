//! How much is open with each person.

use std::collections::HashMap;

use entities::ids::UserId;
use entities::leads::{self, LeadStatus};
use entities::message_states::{self, MessageStatus};
use entities::tickets::{self, TicketStatus};
use entities::{contacts, organizations};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Select};

use super::{StoreError, bulk};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Open leads.
    Leads,
    /// Open tickets.
    Tickets,
    /// Messages that are assigned and not done.
    Messages,
    /// Contacts.
    Contacts,
    /// Organizations.
    Organizations,
}

/// How many each of these has; whoever has none is left out.
pub async fn of(
    db: &impl ConnectionTrait,
    users: &[UserId],
    work: Work,
) -> Result<HashMap<UserId, u64>, StoreError> {
    let mut loads = HashMap::new();
    for piece in bulk::distinct(users) {
        let found = match work {
            Work::Leads => {
                let open = leads::Entity::find().filter(leads::Column::Status.eq(LeadStatus::Open));
                counted(db, open, leads::Column::OwnerId, piece).await?
            }
            Work::Tickets => {
                let open =
                    tickets::Entity::find().filter(tickets::Column::Status.eq(TicketStatus::Open));
                counted(db, open, tickets::Column::OwnerId, piece).await?
            }
            Work::Messages => {
                let open = message_states::Entity::find()
                    .filter(message_states::Column::Status.ne(MessageStatus::Done));
                counted(db, open, message_states::Column::AssigneeId, piece).await?
            }
            Work::Contacts => {
                let all = contacts::Entity::find();
                counted(db, all, contacts::Column::OwnerId, piece).await?
            }
            Work::Organizations => {
                let all = organizations::Entity::find();
                counted(db, all, organizations::Column::OwnerId, piece).await?
            }
        };
        loads.extend(found);
    }
    Ok(loads)
}

async fn counted<E: EntityTrait>(
    db: &impl ConnectionTrait,
    select: Select<E>,
    owner: E::Column,
    users: Vec<UserId>,
) -> Result<Vec<(UserId, u64)>, StoreError> {
    let found: Vec<(UserId, i64)> = select
        .filter(owner.is_in(users))
        .select_only()
        .column(owner)
        .column_as(owner.count(), "count")
        .group_by(owner)
        .into_tuple()
        .all(db)
        .await?;
    let counts = found
        .into_iter()
        .map(|(user, count)| (user, count.unsigned_abs()));
    Ok(counts.collect())
}
