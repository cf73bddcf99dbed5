//! Whether an address and a password belong together, and what is still owed then.

use chrono::{DateTime, Utc};
use entities::users;
use secrecy::SecretString;

use super::{Accounts, Asker};
use crate::store::{self, StoreError};

/// They are who they say.
#[derive(Debug, Clone, PartialEq)]
pub struct Proof {
    /// Who.
    pub user: users::Model,
    /// Whether a one-time code is still owed.
    pub code_due: bool,
}

/// Why somebody is not let in.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Address and password, or the code, do not fit. Which of them is wrong is not told.
    #[error("they do not fit")]
    Wrong,
    /// Too many were wrong lately.
    #[error("nobody is let in until {0}")]
    TooMany(DateTime<Utc>),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Accounts {
    /// Whether this is the password of that user, who may sign in. Unknown users, users without a password and wrong
    /// passwords take the same time and get the same answer.
    ///
    /// # Errors
    /// [`Refusal`].
    pub async fn prove(
        &self,
        email: &str,
        password: SecretString,
        asker: &Asker,
    ) -> Result<Proof, Refusal> {
        let user = store::users::find_by_email(&self.store, email).await?;
        let user = user.filter(|user| user.active);
        let brake = self
            .brake_on_password(email, user.as_ref().map(|user| user.id), asker)
            .await?;
        if let Some(until) = self.try_once(&brake).await? {
            return Err(Refusal::TooMany(until));
        }
        let account = match &user {
            Some(user) => store::accounts::of_user(&self.store, user.id).await?,
            None => None,
        };
        let hash = account
            .as_ref()
            .and_then(|account| account.password_hash.clone());
        let right = self.hasher.verify(password, hash).await;
        match user {
            Some(user) if right => {
                self.let_go(&brake).await?;
                let code_due = account.is_some_and(|account| account.code_confirmed_at.is_some());
                Ok(Proof { user, code_due })
            }
            _ => Err(Refusal::Wrong),
        }
    }
}

#[cfg(test)]
#[path = "proof_tests.rs"]
mod tests;
