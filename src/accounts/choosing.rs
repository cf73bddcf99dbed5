//! Choosing a password: a first one, another one.

use entities::ids::UserId;
use secrecy::SecretString;

use super::Accounts;
use super::password::{WeakPassword, check_strength};
use crate::store::{self, StoreError};

/// Why a password was not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// It is not worth having.
    #[error(transparent)]
    Weak(#[from] WeakPassword),
    /// There is no such user any more.
    #[error("there is no such user")]
    NoUser,
    /// The machine had no memory or randomness for its hash.
    #[error("no hash could be made")]
    NoHash,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Accounts {
    /// Whether a user has a password.
    ///
    /// # Errors
    /// The database's.
    pub async fn has_password(&self, user: UserId) -> Result<bool, StoreError> {
        let account = store::accounts::of_user(&self.store, user).await?;
        Ok(account.is_some_and(|account| account.password_hash.is_some()))
    }

    /// Gives a user this password.
    ///
    /// # Errors
    /// [`NotTaken`].
    pub async fn choose_password(
        &self,
        user: UserId,
        password: SecretString,
    ) -> Result<(), NotTaken> {
        let chosen = self.judge_password(user, password).await?;
        Ok(self.keep_password(chosen).await?)
    }

    /// Says whether a user may have this password; nothing is changed.
    ///
    /// # Errors
    /// [`NotTaken`].
    pub async fn judge_password(
        &self,
        user: UserId,
        password: SecretString,
    ) -> Result<ChosenPassword, NotTaken> {
        let owner = store::users::by_id(&self.store, user)
            .await?
            .ok_or(NotTaken::NoUser)?;
        let (before_at, domain) = owner.email.split_once('@').unwrap_or_default();
        check_strength(
            &password,
            &[&owner.name, &owner.email, before_at, domain, "mailroom"],
        )?;
        let hash = self.hasher.hash(password).await.ok_or(NotTaken::NoHash)?;
        Ok(ChosenPassword { user, hash })
    }

    /// Gives a user the password that was judged, and forgets in which browsers they have signed in. Their sessions are
    /// ended by whoever asks.
    ///
    /// # Errors
    /// The database's.
    pub async fn keep_password(&self, chosen: ChosenPassword) -> Result<(), StoreError> {
        let tx = self.store.begin().await?;
        let now = self.clock.now();
        store::accounts::set_password(&tx, chosen.user, &chosen.hash, now).await?;
        store::known_browsers::forget(&tx, chosen.user).await?;
        tx.commit().await
    }
}

/// A password that a user may have, hashed.
pub struct ChosenPassword {
    user: UserId,
    hash: String,
}

impl std::fmt::Debug for ChosenPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ChosenPassword({})", self.user)
    }
}

#[cfg(test)]
#[path = "choosing_tests.rs"]
mod tests;
