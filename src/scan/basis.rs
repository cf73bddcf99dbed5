//! What messages are judged by: the rules with what they share, and the addresses that are ours. Read when the first
//! message asks for it, as most scans find none, and the same to the scan's end.

use std::sync::Arc;

use entities::mail_servers::Model as MailServer;
use entities::scanners::Model as Scanner;
use rules::{Exceptions, Rule, RuleSet, Shared, Texts};
use tokio::sync::OnceCell;

use super::ScanError;
use crate::message::{Own, known_servers};
use crate::store::{self, Store, StoreError, mailboxes, users};

/// The list of whose forms are believed, by this name among those that rules share.
const FORM_SENDERS: &str = "forms";

/// Of one scan.
#[derive(Debug)]
pub(super) struct Basis {
    store: Store,
    /// Whose checks of senders are believed.
    trusted: Vec<String>,
    rules: OnceCell<RuleSet>,
    own: OnceCell<Arc<Own>>,
}

/// All of it, read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Whole<'a> {
    /// Every rule in its order; each knows for itself which scanners it is for.
    pub rules: &'a RuleSet,
    /// The addresses that are ours: every mailbox's and every user's.
    pub own: &'a Arc<Own>,
}

impl Basis {
    /// For mail of a server that has these [trusted] servers.
    pub(super) fn of(store: Store, trusted: Vec<String>) -> Self {
        Self {
            store,
            trusted,
            rules: OnceCell::new(),
            own: OnceCell::new(),
        }
    }

    /// All of it, the exceptions of the scanner included. Not to be asked for in a transaction, as it may be read over
    /// another connection.
    ///
    /// # Errors
    /// [`ScanError::Rules`] where a stored rule is none.
    pub(super) async fn whole(&self, scanner: &Scanner) -> Result<Whole<'_>, ScanError> {
        let rules = self
            .rules
            .get_or_try_init(|| read_rules(&self.store, scanner));
        Ok(Whole {
            rules: rules.await?,
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

async fn read_rules(store: &Store, scanner: &Scanner) -> Result<RuleSet, ScanError> {
    let rules: Vec<Rule> = store::rules::list(store)
        .await?
        .into_iter()
        .map(|row| serde_json::from_value(row.definition))
        .collect::<Result<_, _>>()
        .map_err(|error| ScanError::Rules(error.to_string()))?;
    let shared = read_shared(store, scanner).await?;
    RuleSet::compile(&rules, &shared).map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        ScanError::Rules(problems.join("; "))
    })
}

/// The lists that rules look in, and whose mail is left alone.
async fn read_shared(store: &Store, scanner: &Scanner) -> Result<Shared, StoreError> {
    let lists = store::rule_lists::list(store).await?.into_iter();
    let own = (scanner.name.clone(), scanner.exceptions.0.clone());
    Ok(Shared {
        lists: lists.map(|row| (row.name, Texts(row.members.0))).collect(),
        exceptions: Exceptions {
            everywhere: store::exceptions::list(store).await?,
            scanners: [own].into(),
        },
    })
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
    let mut addresses = mailboxes::addresses(store).await?;
    addresses.extend(users::addresses(store).await?);
    let lists = store::rule_lists::list(store).await?.into_iter();
    let senders = lists
        .filter(|list| list.name == FORM_SENDERS)
        .flat_map(|list| list.members.0);
    Ok(Own::new(addresses)
        .trusting(trusted_servers)
        .with_forms_of(senders))
}

#[cfg(test)]
#[path = "basis_tests.rs"]
mod tests;
