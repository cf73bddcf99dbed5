//! One-time links that sign a person in.

use chrono::{DateTime, TimeDelta, Utc};
use entities::ids::UserId;

use super::token::Token;
use crate::store::{Store, StoreError, sign_in_links};

/// How long a link works.
pub const TICKET_LIFE: TimeDelta = TimeDelta::minutes(10);

/// The secret part of a sign-in link.
#[derive(Debug, Clone)]
pub struct Ticket(Token);

impl Ticket {
    /// Makes one that signs this user in, once.
    pub async fn issue(
        store: &Store,
        user: UserId,
        now: DateTime<Utc>,
        token: Token,
    ) -> Result<Self, StoreError> {
        sign_in_links::delete_ended(store, now).await?;
        sign_in_links::insert(store, &token.hash(), user, now, now + TICKET_LIFE).await?;
        Ok(Self(token))
    }

    /// One as a link carried it; nothing where it can't be one.
    #[must_use]
    pub fn sent(text: &str) -> Option<Self> {
        Token::sent(text).map(Self)
    }

    /// The path of the page that it opens.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/sign-in?ticket={}", self.0.expose())
    }

    /// What a link or a form carries.
    #[must_use]
    pub fn text(&self) -> &str {
        self.0.expose()
    }

    /// Whether it would sign anybody in; changes nothing.
    pub async fn works(&self, store: &Store, now: DateTime<Utc>) -> Result<bool, StoreError> {
        sign_in_links::works(store, &self.0.hash(), now).await
    }

    /// Whom it signs in; from then on nobody.
    pub async fn redeem(
        &self,
        store: &Store,
        now: DateTime<Utc>,
    ) -> Result<Option<UserId>, StoreError> {
        sign_in_links::use_up(store, &self.0.hash(), now).await
    }
}
