//! Mail servers: where mailboxes are and how to authenticate.

use chrono::{DateTime, Utc};
use entities::ids::MailServerId;
use entities::mail_servers::{
    ActiveModel, AuthMethod, Column, Entity, Model, Preset, Protocol, Service, TlsMode,
};
use entities::names::Names;
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, Func};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder,
};

use super::{StoreError, text};

/// What a person edits.
#[derive(Debug, Clone, PartialEq)]
pub struct MailServerFields {
    /// Unique name.
    pub name: String,
    /// What it speaks.
    pub protocol: Protocol,
    /// DNS name or IP address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: TlsMode,
    /// Whether a certificate that does not check out ends the connection.
    pub verify_certificate: bool,
    /// Path of a PEM file with the server's own CA.
    pub ca_file: Option<String>,
    /// How to authenticate.
    pub auth: AuthMethod,
    /// Whose habits it has.
    pub preset: Preset,
    /// The mail domain it is for.
    pub domain: Option<String>,
    /// Where mail is sent.
    pub smtp: Option<Service>,
    /// Where its POP3 server is, should mail have to be read without IMAP.
    pub pop3: Option<Service>,
    /// Which servers' checks of a sender are believed; none for those known of the host.
    pub trusted_servers: Vec<String>,
    /// Whether its mailboxes are scanned.
    pub active: bool,
    /// Whether users may choose it for their own mailbox.
    pub visible: bool,
}

impl MailServerFields {
    /// An active server of no special kind that proves its name to the system's authorities.
    #[must_use]
    pub fn generic(name: &str, host: &str, port: u16, tls: TlsMode, auth: AuthMethod) -> Self {
        Self {
            name: name.to_owned(),
            protocol: Protocol::Imap,
            host: host.to_owned(),
            port,
            tls,
            verify_certificate: true,
            ca_file: None,
            auth,
            preset: Preset::Generic,
            domain: None,
            smtp: None,
            pop3: None,
            trusted_servers: Vec::new(),
            active: true,
            visible: true,
        }
    }
}

/// All, by name.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find().order_by_asc(Column::Name).all(db).await?)
}

/// The one with this key.
pub async fn by_id(
    db: &impl ConnectionTrait,
    id: MailServerId,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

/// The one with this name.
pub async fn find_by_name(
    db: &impl ConnectionTrait,
    name: &str,
) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::Name.eq(text::key(name)))
        .one(db)
        .await?)
}

/// Makes one.
pub async fn insert(
    db: &impl ConnectionTrait,
    fields: MailServerFields,
    now: DateTime<Utc>,
) -> Result<Model, StoreError> {
    let mut row = row(fields, now);
    row.created_at = Set(now);
    Ok(row.insert(db).await?)
}

/// Changes one.
pub async fn update(
    db: &impl ConnectionTrait,
    id: MailServerId,
    fields: MailServerFields,
    now: DateTime<Utc>,
) -> Result<Model, StoreError> {
    let mut row = row(fields, now);
    row.id = Set(id);
    Ok(row.update(db).await?)
}

/// Removes one.
///
/// # Errors
/// [`StoreError::InUse`] while a mailbox is on it.
pub async fn delete(db: &impl ConnectionTrait, id: MailServerId) -> Result<(), StoreError> {
    Entity::delete_by_id(id).exec(db).await?;
    Ok(())
}

/// Of a server on none of these hosts, which are in lower case.
pub(super) fn is_none_of(hosts: &[String]) -> Expr {
    Expr::expr(Func::lower(Expr::col((Entity, Column::Host)))).is_not_in(hosts)
}

fn row(fields: MailServerFields, now: DateTime<Utc>) -> ActiveModel {
    ActiveModel {
        id: NotSet,
        name: Set(text::key(&fields.name)),
        protocol: Set(fields.protocol),
        host: Set(text::clean(&fields.host)),
        port: Set(i32::from(fields.port)),
        tls: Set(fields.tls),
        verify_certificate: Set(fields.verify_certificate),
        ca_file: Set(fields.ca_file),
        auth: Set(fields.auth),
        preset: Set(fields.preset),
        domain: Set(fields.domain.as_deref().map(text::email)),
        smtp: Set(fields.smtp),
        pop3: Set(fields.pop3),
        trusted_servers: Set(names(fields.trusted_servers)),
        active: Set(fields.active),
        visible: Set(fields.visible),
        created_at: NotSet,
        updated_at: Set(now),
    }
}

fn names(names: Vec<String>) -> Option<Names> {
    (!names.is_empty()).then_some(Names(names))
}
