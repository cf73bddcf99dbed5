//! What messages are judged by: the rules with what they share, and the addresses that are ours. Read when the first
//! message asks for it, as most scans find none, and the same to the scan's end.

use std::sync::Arc;

use entities::mail_servers::Model as MailServer;
use rules::RuleBook;
use tokio::sync::OnceCell;

use super::ScanError;
use super::published::{Deciding, Published};
use crate::message::{Own, known_servers};
use crate::store::{Store, StoreError, mailboxes, rule_lists, users};

/// The list of whose forms are believed, by this name among those that rules share.
const FORM_SENDERS: &str = "forms";

/// Of one scan.
#[derive(Debug)]
pub(super) struct Basis {
    store: Store,
    published: Arc<Published>,
    /// Whose checks of senders are believed.
    trusted: Vec<String>,
    deciding: OnceCell<Arc<Deciding>>,
    own: OnceCell<Arc<Own>>,
}

/// All of it, read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Whole<'a> {
    /// The rules that decide.
    pub deciding: &'a Deciding,
    /// The addresses that are ours: every mailbox's and every user's.
    pub own: &'a Arc<Own>,
}

impl Basis {
    /// For mail of a server that has these [trusted] servers.
    pub(super) fn of(store: Store, published: Arc<Published>, trusted: Vec<String>) -> Self {
        Self {
            store,
            published,
            trusted,
            deciding: OnceCell::new(),
            own: OnceCell::new(),
        }
    }

    /// All of it. Not to be asked for in a transaction, as it may be read over another connection.
    ///
    /// # Errors
    /// [`ScanError::Rules`] where a stored rule is none.
    pub(super) async fn whole(&self) -> Result<Whole<'_>, ScanError> {
        let deciding = self
            .deciding
            .get_or_try_init(|| self.published.read(&self.store));
        Ok(Whole {
            deciding: deciding.await?,
            own: self.own_addresses().await?,
        })
    }

    /// The addresses alone: what is read can be kept whatever the rules are.
    pub(super) async fn own_addresses(&self) -> Result<&Arc<Own>, StoreError> {
        let read = async || {
            read_own(&self.store, self.trusted.clone())
                .await
                .map(Arc::new)
        };
        self.own.get_or_try_init(read).await
    }
}

/// Whose checks of senders are believed in mail of a server: those that an admin named, else those known of its host.
#[must_use]
pub fn trusted_servers(server: &MailServer) -> Vec<String> {
    match &server.trusted_servers {
        Some(names) => names.0.clone(),
        None => known_servers(&server.host)
            .iter()
            .map(|name| (*name).to_owned())
            .collect(),
    }
}

/// Who we are and whom we believe: the addresses of mailboxes and users, the servers that check our mail, and those whose
/// forms an admin lists as [`FORM_SENDERS`].
pub async fn read_own(store: &Store, trusted_servers: Vec<String>) -> Result<Own, StoreError> {
    let lists = rule_lists::list(store).await?.into_iter();
    let senders = lists
        .filter(|list| list.name == FORM_SENDERS)
        .flat_map(|list| list.members.0);
    own_believing(store, trusted_servers, senders).await
}

/// The same, with the lists of rules that may not be published.
pub(super) async fn read_own_of(
    store: &Store,
    trusted_servers: Vec<String>,
    book: &RuleBook,
) -> Result<Own, StoreError> {
    let senders = form_senders(book).to_vec();
    own_believing(store, trusted_servers, senders.into_iter()).await
}

/// Whose forms these rules believe, beside our own and those of services.
pub(super) fn form_senders(book: &RuleBook) -> &[String] {
    let listed = book.shared.lists.get(FORM_SENDERS);
    listed.map_or(&[], |members| members.0.as_slice())
}

async fn own_believing(
    store: &Store,
    trusted_servers: Vec<String>,
    senders: impl Iterator<Item = String>,
) -> Result<Own, StoreError> {
    let mut addresses = mailboxes::addresses(store).await?;
    addresses.extend(users::addresses(store).await?);
    Ok(Own::new(addresses)
        .trusting(trusted_servers)
        .with_forms_of(senders))
}

#[cfg(test)]
#[path = "basis_tests.rs"]
mod tests;
