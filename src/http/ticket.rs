//! One-time links: that sign a person in, that have somebody new or forgetful choose a password.

use chrono::{DateTime, TimeDelta, Utc};
use entities::ids::UserId;
use entities::sign_in_links::LinkPurpose;

use sea_orm::ConnectionTrait;

use super::token::Token;
use crate::store::{Store, StoreError, sign_in_links};

/// How long a link works that signs in: it is made at a terminal by who is about to use it.
pub const TICKET_LIFE: TimeDelta = TimeDelta::minutes(10);

/// How long a link works.
#[must_use]
pub fn life(purpose: LinkPurpose) -> TimeDelta {
    match purpose {
        LinkPurpose::SignIn => TICKET_LIFE,
        LinkPurpose::NewPassword => TimeDelta::hours(1),
        LinkPurpose::Invitation => TimeDelta::days(7),
    }
}

/// The secret part of a sign-in link.
#[derive(Debug, Clone)]
pub struct Ticket(Token);

impl Ticket {
    /// Makes one for this user. Of invitations and of those for a new password only the last works.
    pub async fn issue(
        store: &Store,
        user: UserId,
        purpose: LinkPurpose,
        now: DateTime<Utc>,
        token: Token,
    ) -> Result<Self, StoreError> {
        sign_in_links::delete_ended(store, now).await?;
        if purpose != LinkPurpose::SignIn {
            sign_in_links::delete_of_user(store, user, purpose).await?;
        }
        let ends = now + life(purpose);
        sign_in_links::insert(store, &token.hash(), user, purpose, now, ends).await?;
        Ok(Self(token))
    }

    /// One as a link carried it; nothing where it can't be one.
    #[must_use]
    pub fn sent(text: &str) -> Option<Self> {
        Token::sent(text).map(Self)
    }

    /// The path of the page that it opens.
    #[must_use]
    pub fn path(&self, purpose: LinkPurpose) -> String {
        let page = match purpose {
            LinkPurpose::SignIn => "sign-in",
            LinkPurpose::Invitation => "welcome",
            LinkPurpose::NewPassword => "new-password",
        };
        format!("/{page}?ticket={}", self.0.expose())
    }

    /// What a link or a form carries.
    #[must_use]
    pub fn text(&self) -> &str {
        self.0.expose()
    }

    /// Whose it is, if it works and is for this; changes nothing.
    pub async fn holder(
        &self,
        store: &Store,
        purpose: LinkPurpose,
        now: DateTime<Utc>,
    ) -> Result<Option<UserId>, StoreError> {
        let found = sign_in_links::find(store, &self.0.hash(), now).await?;
        Ok(found.and_then(|(user, of)| (of == purpose).then_some(user)))
    }

    /// Whose it is, if it works and is for this; from then on it does not.
    pub async fn redeem(
        &self,
        db: &impl ConnectionTrait,
        purpose: LinkPurpose,
        now: DateTime<Utc>,
    ) -> Result<Option<UserId>, StoreError> {
        sign_in_links::use_up(db, &self.0.hash(), purpose, now).await
    }
}
