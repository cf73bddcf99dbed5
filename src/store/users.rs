//! Users: people who use Mailroom.

use chrono::{DateTime, Utc};
use entities::ids::UserId;
use entities::organizations;
use entities::users::{ActiveModel, Column, Entity, Model, Role};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::{StoreError, bulk, text};

/// What a person edits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserFields {
    /// Address, stored in lower case; unique.
    pub email: String,
    /// How a person calls them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Whether they may sign in and own things.
    pub active: bool,
}

/// All, by address.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find().order_by_asc(Column::Email).all(db).await?)
}

/// The address of each.
pub async fn addresses(db: &impl ConnectionTrait) -> Result<Vec<String>, StoreError> {
    Ok(Entity::find()
        .select_only()
        .column(Column::Email)
        .into_tuple()
        .all(db)
        .await?)
}

/// The one with this key.
pub async fn by_id(db: &impl ConnectionTrait, id: UserId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

/// The one with this address, written in any case.
pub async fn find_by_email(
    db: &impl ConnectionTrait,
    email: &str,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::Email.eq(text::email(email)))
        .one(db)
        .await?)
}

/// Admins who may sign in, the oldest first. In a transaction on PostgreSQL nobody else changes them until it ends; SQLite
/// has one writer at a time.
pub async fn admins(db: &impl ConnectionTrait) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::Role.eq(Role::Admin))
        .filter(Column::Active.eq(true))
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .all(db)
        .await?)
}

/// Those with these addresses, written in any case.
pub async fn of_emails(
    db: &impl ConnectionTrait,
    emails: &[String],
) -> Result<Vec<Model>, StoreError> {
    let emails: Vec<String> = emails.iter().map(|email| text::email(email)).collect();
    let mut found = Vec::new();
    let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
    for piece in bulk::distinct(&emails) {
        let select = Entity::find().filter(Column::Email.is_in(piece));
        found.extend(select.all(db).await?);
    }
    Ok(found)
}

/// Makes one.
pub async fn insert(
    db: &impl ConnectionTrait,
    fields: UserFields,
    now: DateTime<Utc>,
) -> Result<Model, StoreError> {
    let mut row = row(&fields, now);
    row.created_at = Set(now);
    Ok(row.insert(db).await?)
}

/// Changes one.
pub async fn update(
    db: &impl ConnectionTrait,
    id: UserId,
    fields: UserFields,
    now: DateTime<Utc>,
) -> Result<Model, StoreError> {
    let mut row = row(&fields, now);
    row.id = Set(id);
    Ok(row.update(db).await?)
}

/// Says how a person calls a user.
pub async fn set_name(
    db: &impl ConnectionTrait,
    id: UserId,
    name: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Name, Expr::value(text::clean(name)))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// Removes one; their contacts, organizations and leads lose their owner.
///
/// # Errors
/// [`StoreError::InUse`] while a personal mailbox is theirs.
pub async fn delete(db: &impl ConnectionTrait, id: UserId) -> Result<(), StoreError> {
    organizations::Entity::update_many()
        .col_expr(organizations::Column::OwnerId, Expr::value(None::<UserId>))
        .filter(organizations::Column::OwnerId.eq(id))
        .exec(db)
        .await?;
    Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

fn row(fields: &UserFields, now: DateTime<Utc>) -> ActiveModel {
    ActiveModel {
        id: NotSet,
        email: Set(text::email(&fields.email)),
        name: Set(text::clean(&fields.name)),
        role: Set(fields.role),
        active: Set(fields.active),
        created_at: NotSet,
        updated_at: Set(now),
    }
}
