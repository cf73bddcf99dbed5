//! What admins do with users: invite, change, switch off, help who lost a password or telephone. Each is written into the
//! audit log in the transaction that does it.

use std::net::IpAddr;

use entities::ids::UserId;
use entities::sign_in_links::LinkPurpose;
use entities::users::{self, Role};
use serde_json::{Value, json};

use super::Accounts;
use crate::store::audit_entries::{self, NewEntry};
use crate::store::users::UserFields;
use crate::store::{self, StoreError, Tx, known_browsers, recovery_codes, sessions, sign_in_links};

/// Who does something.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The user.
    pub id: UserId,
    /// Their address.
    pub email: String,
    /// From where.
    pub remote: Option<IpAddr>,
}

/// Why a user was not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    /// There is one with this address.
    #[error("There is a user with this address already.")]
    Taken,
    /// Nobody could change anything any more.
    #[error("This is the only admin: make somebody else one first.")]
    LastAdmin,
    /// They are gone meanwhile.
    #[error("This user is not there any more.")]
    Gone,
    /// They still own something.
    #[error(
        "A personal mailbox is theirs: disconnect and remove it first, or switch the user off."
    )]
    Owner,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Accounts {
    /// Makes a user who has still to choose a password.
    ///
    /// # Errors
    /// [`NotDone::Taken`].
    pub async fn add_user(&self, fields: UserFields, by: &Actor) -> Result<users::Model, NotDone> {
        let tx = self.store.begin().await?;
        if store::users::find_by_email(&tx, &fields.email)
            .await?
            .is_some()
        {
            return Err(NotDone::Taken);
        }
        let user = store::users::insert(&tx, fields, self.clock.now()).await?;
        let changes = json!({"role": user.role, "name": user.name});
        self.note(&tx, "user.add", &user, changes, by).await?;
        tx.commit().await?;
        Ok(user)
    }

    /// Makes the first user, an admin, by whoever runs the program; nothing where there is an admin already.
    ///
    /// # Errors
    /// The database's.
    pub async fn add_first_admin(
        &self,
        email: &str,
        name: &str,
        remote: Option<IpAddr>,
    ) -> Result<Option<users::Model>, StoreError> {
        let tx = self.store.begin().await?;
        if store::users::admins(&tx).await?.is_empty() {
            let fields = UserFields {
                email: email.to_owned(),
                name: name.to_owned(),
                role: Role::Admin,
                active: true,
            };
            let now = self.clock.now();
            let user = match store::users::find_by_email(&tx, email).await? {
                Some(user) => store::users::update(&tx, user.id, fields, now).await?,
                None => store::users::insert(&tx, fields, now).await?,
            };
            let by = Actor {
                id: user.id,
                email: user.email.clone(),
                remote,
            };
            self.note(&tx, "user.add", &user, json!({"role": Role::Admin}), &by)
                .await?;
            tx.commit().await?;
            return Ok(Some(user));
        }
        Ok(None)
    }

    /// Changes a user. Who is switched off is signed out everywhere.
    ///
    /// # Errors
    /// [`NotDone`].
    pub async fn change_user(
        &self,
        id: UserId,
        fields: UserFields,
        by: &Actor,
    ) -> Result<users::Model, NotDone> {
        let tx = self.store.begin().await?;
        let before = self.there(&tx, id).await?;
        if let Some(other) = store::users::find_by_email(&tx, &fields.email).await?
            && other.id != id
        {
            return Err(NotDone::Taken);
        }
        let stays_admin = fields.role == Role::Admin && fields.active;
        if !stays_admin {
            self.keep_an_admin(&tx, &before).await?;
        }
        let user = store::users::update(&tx, id, fields, self.clock.now()).await?;
        if !user.active {
            sessions::delete_of_user(&tx, id, None).await?;
        }
        let changes = differences(&before, &user);
        if changes
            .as_object()
            .is_some_and(|changes| !changes.is_empty())
        {
            self.note(&tx, "user.change", &user, changes, by).await?;
        }
        tx.commit().await?;
        Ok(user)
    }

    /// Removes a user.
    ///
    /// # Errors
    /// [`NotDone`].
    pub async fn remove_user(&self, id: UserId, by: &Actor) -> Result<(), NotDone> {
        let tx = self.store.begin().await?;
        let user = self.there(&tx, id).await?;
        self.keep_an_admin(&tx, &user).await?;
        self.note(&tx, "user.remove", &user, json!({}), by).await?;
        match store::users::delete(&tx, id).await {
            Err(StoreError::InUse) => return Err(NotDone::Owner),
            other => other?,
        }
        Ok(tx.commit().await?)
    }

    /// Turns the second factor of a user off, who lost telephone and codes, and signs them out everywhere.
    ///
    /// # Errors
    /// [`NotDone`].
    pub async fn take_second_factor(&self, id: UserId, by: &Actor) -> Result<(), NotDone> {
        let tx = self.store.begin().await?;
        let user = self.there(&tx, id).await?;
        store::accounts::set_code_secret(&tx, id, None).await?;
        recovery_codes::replace(&tx, id, &[], self.clock.now()).await?;
        sessions::delete_of_user(&tx, id, None).await?;
        self.note(&tx, "user.take_second_factor", &user, json!({}), by)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Signs a user out everywhere, has every browser forget them and takes back links that wait.
    ///
    /// # Errors
    /// [`NotDone`].
    pub async fn sign_user_out(&self, id: UserId, by: &Actor) -> Result<(), NotDone> {
        let tx = self.store.begin().await?;
        let user = self.there(&tx, id).await?;
        sessions::delete_of_user(&tx, id, None).await?;
        known_browsers::forget(&tx, id).await?;
        for purpose in [LinkPurpose::NewPassword, LinkPurpose::Invitation] {
            sign_in_links::delete_of_user(&tx, id, purpose).await?;
        }
        self.note(&tx, "user.sign_out", &user, json!({}), by)
            .await?;
        Ok(tx.commit().await?)
    }

    /// Writes into the audit log that somebody made a link for a user.
    ///
    /// # Errors
    /// The database's.
    pub async fn note_link(
        &self,
        user: &users::Model,
        purpose: LinkPurpose,
        by: &Actor,
    ) -> Result<(), StoreError> {
        let changes = json!({"link": purpose});
        self.note(&self.store, "user.make_link", user, changes, by)
            .await
    }

    async fn there(&self, tx: &Tx, id: UserId) -> Result<users::Model, NotDone> {
        store::users::by_id(tx, id).await?.ok_or(NotDone::Gone)
    }

    async fn keep_an_admin(&self, tx: &Tx, user: &users::Model) -> Result<(), NotDone> {
        let admins = store::users::admins(tx).await?;
        if admins.iter().all(|admin| admin.id == user.id) && !admins.is_empty() {
            return Err(NotDone::LastAdmin);
        }
        Ok(())
    }

    pub(super) async fn note(
        &self,
        db: &impl sea_orm::ConnectionTrait,
        action: &str,
        user: &users::Model,
        changes: Value,
        by: &Actor,
    ) -> Result<(), StoreError> {
        let entry = NewEntry {
            user_id: Some(by.id),
            who: by.email.clone(),
            action: action.to_owned(),
            object_kind: "user".to_owned(),
            object_id: user.id.to_string(),
            object_name: user.email.clone(),
            changes,
            remote: by
                .remote
                .map_or_else(String::new, |remote| remote.to_string()),
        };
        audit_entries::insert(db, entry, self.clock.now()).await
    }
}

/// Each field that changed, as it was and as it is.
fn differences(before: &users::Model, after: &users::Model) -> Value {
    let fields = |user: &users::Model| {
        [
            ("email", json!(user.email)),
            ("name", json!(user.name)),
            ("role", json!(user.role)),
            ("active", json!(user.active)),
        ]
    };
    fields(before)
        .into_iter()
        .zip(fields(after))
        .filter(|((_, was), (_, is))| was != is)
        .map(|((name, was), (_, is))| (name.to_owned(), json!([was, is])))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[cfg(test)]
#[path = "people_tests.rs"]
mod tests;
