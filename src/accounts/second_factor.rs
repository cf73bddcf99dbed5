//! A user's second factor: set up in two steps, asked for at sign-in, taken away again.

use entities::ids::UserId;

use super::Accounts;
use super::brake;
use super::one_time_code::CodeSecret;
use super::proof::Refusal;
use super::recovery::RecoveryCode;
use crate::secrets::{KeyId, OpenError, Place, Sealed};
use crate::store::{self, StoreError};

/// How far a user's second factor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondFactor {
    /// None.
    Off,
    /// A secret is made, and no code of it was typed yet.
    Begun,
    /// Codes are asked for.
    On {
        /// How many recovery codes are left.
        recovery_codes: u64,
    },
}

fn place(user: UserId) -> Place<'static> {
    Place {
        table: "accounts",
        row: user.0,
        column: "code_secret_sealed",
    }
}

impl Accounts {
    /// How far a user's is.
    ///
    /// # Errors
    /// The database's.
    pub async fn second_factor(&self, user: UserId) -> Result<SecondFactor, StoreError> {
        let account = store::accounts::of_user(&self.store, user).await?;
        Ok(match account {
            Some(account) if account.code_confirmed_at.is_some() => SecondFactor::On {
                recovery_codes: store::recovery_codes::left(&self.store, user).await?,
            },
            Some(account) if account.code_secret_sealed.is_some() => SecondFactor::Begun,
            _ => SecondFactor::Off,
        })
    }

    /// Makes a secret for an authenticator app; nothing is asked for until [`Self::confirm`]. A user who has a second
    /// factor keeps it: they turn it off first.
    ///
    /// # Errors
    /// The database's.
    pub async fn begin_second_factor(
        &self,
        user: UserId,
    ) -> Result<Option<CodeSecret>, StoreError> {
        let tx = self.store.begin().await?;
        let account = store::accounts::of_user(&tx, user).await?;
        if account.is_some_and(|account| account.code_confirmed_at.is_some()) {
            return Ok(None);
        }
        let secret = CodeSecret::generate(&mut rand::rng());
        let sealed = self
            .keys
            .seal(&place(user), secret.text(), &mut rand::rng());
        store::accounts::set_code_secret(&tx, user, Some(sealed)).await?;
        tx.commit().await?;
        Ok(Some(secret))
    }

    /// Turns codes on, by a first one, and gives the recovery codes, which nobody sees again.
    ///
    /// # Errors
    /// [`Refusal::Wrong`] where the code is not right.
    pub async fn confirm(&self, user: UserId, code: &str) -> Result<Vec<RecoveryCode>, Refusal> {
        self.braked(user, async {
            let tx = self.store.begin().await?;
            if !self.takes(&tx, user, code).await? {
                return Ok(None);
            }
            store::accounts::confirm_codes(&tx, user, self.clock.now()).await?;
            let codes = self.new_recovery_codes(&tx, user).await?;
            tx.commit().await?;
            Ok(Some(codes))
        })
        .await
    }

    /// Whether this is the user's code, or a recovery code of theirs; it is used up.
    ///
    /// # Errors
    /// [`Refusal`].
    pub async fn prove_code(&self, user: UserId, typed: &str) -> Result<(), Refusal> {
        self.braked(user, async {
            let taken = match RecoveryCode::typed(typed) {
                Some(code) => {
                    let now = self.clock.now();
                    store::recovery_codes::use_up(&self.store, user, &code.hash(), now).await?
                }
                None => self.takes(&self.store, user, typed).await?,
            };
            Ok(taken.then_some(()))
        })
        .await
    }

    /// Gives new recovery codes in place of the old.
    ///
    /// # Errors
    /// The database's.
    pub async fn renew_recovery_codes(
        &self,
        user: UserId,
    ) -> Result<Vec<RecoveryCode>, StoreError> {
        let tx = self.store.begin().await?;
        let codes = self.new_recovery_codes(&tx, user).await?;
        tx.commit().await?;
        Ok(codes)
    }

    /// Takes the second factor and its recovery codes away.
    ///
    /// # Errors
    /// The database's.
    pub async fn end_second_factor(&self, user: UserId) -> Result<(), StoreError> {
        let tx = self.store.begin().await?;
        store::accounts::set_code_secret(&tx, user, None).await?;
        store::recovery_codes::replace(&tx, user, &[], self.clock.now()).await?;
        tx.commit().await
    }

    /// The secret of a second factor that was begun, to be shown once more.
    ///
    /// # Errors
    /// The database's, and where no key of ours opens it.
    pub async fn begun_secret(&self, user: UserId) -> Result<Option<CodeSecret>, StoreError> {
        let account = store::accounts::of_user(&self.store, user).await?;
        Ok(account
            .filter(|account| account.code_confirmed_at.is_none())
            .and_then(|account| self.open(&account)))
    }

    async fn takes(
        &self,
        db: &impl sea_orm::ConnectionTrait,
        user: UserId,
        code: &str,
    ) -> Result<bool, StoreError> {
        let Some(account) = store::accounts::of_user(db, user).await? else {
            return Ok(false);
        };
        let step = self
            .open(&account)
            .and_then(|secret| secret.step_of(code, self.clock.now()));
        match step {
            Some(step) => store::accounts::use_code(db, user, step).await,
            None => Ok(false),
        }
    }

    fn open(&self, account: &entities::accounts::Model) -> Option<CodeSecret> {
        let sealed = Sealed {
            key_id: KeyId::from(account.code_secret_key_id.clone()?),
            bytes: account.code_secret_sealed.clone()?,
        };
        match self.keys.open(&place(account.user_id), &sealed) {
            Ok(secret) => Some(CodeSecret::stored(secret)),
            Err(error) => {
                let error: OpenError = error;
                tracing::error!(%error, user = account.user_id.0, "A second factor can't be used");
                None
            }
        }
    }

    async fn new_recovery_codes(
        &self,
        tx: &store::Tx,
        user: UserId,
    ) -> Result<Vec<RecoveryCode>, StoreError> {
        let codes = RecoveryCode::generate(&mut rand::rng());
        let hashes: Vec<String> = codes.iter().map(RecoveryCode::hash).collect();
        store::recovery_codes::replace(tx, user, &hashes, self.clock.now()).await?;
        Ok(codes)
    }

    async fn braked<T>(
        &self,
        user: UserId,
        tried: impl Future<Output = Result<Option<T>, StoreError>>,
    ) -> Result<T, Refusal> {
        let brake = brake::on_code(user);
        if let Some(until) = self.try_once(&brake).await? {
            return Err(Refusal::TooMany(until));
        }
        let found = tried.await?.ok_or(Refusal::Wrong)?;
        self.let_go(&brake).await?;
        Ok(found)
    }
}

#[cfg(test)]
#[path = "second_factor_tests.rs"]
mod tests;
