//! What messages are judged by: the rules with what they share, and the addresses that are ours. Read when the first
//! message asks for it, as most scans find none, and the same to the scan's end.

use std::sync::Arc;

use entities::mail_servers::Model as MailServer;
use entities::scanners::Model as Scanner;
use rules::{Exceptions, Preset, Rule, RuleSet, Shared, Texts, preset_rules};
use tokio::sync::OnceCell;

use super::ScanError;
use crate::message::{Own, known_servers};
use crate::store::{self, Store, StoreError, mailboxes, users};

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
        let read = || read_own(&self.store, self.trusted.clone());
        self.own.get_or_try_init(read).await
    }
}

async fn read_rules(store: &Store, scanner: &Scanner) -> Result<RuleSet, ScanError> {
    let mut rules: Vec<Rule> = store::rules::list(store)
        .await?
        .into_iter()
        .map(|row| serde_json::from_value(row.definition))
        .collect::<Result<_, _>>()
        .map_err(|error| ScanError::Rules(error.to_string()))?;
    rules.extend(read_presets(store, scanner).await?);
    let shared = read_shared(store, scanner).await?;
    RuleSet::compile(&rules, &shared).map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        ScanError::Rules(problems.join("; "))
    })
}

/// The rules of what is ticked at the scanner; what they make belongs to the owner of its mailbox.
async fn read_presets(store: &Store, scanner: &Scanner) -> Result<Vec<Rule>, ScanError> {
    let names = scanner.presets.0.iter();
    let ticked: Vec<Preset> = names.filter_map(|name| Preset::named(name)).collect();
    if ticked.is_empty() {
        return Ok(Vec::new());
    }
    let mailbox = mailboxes::by_id(store, scanner.mailbox_id).await?;
    let owner = match mailbox.and_then(|mailbox| mailbox.owner_id) {
        Some(owner) => users::by_id(store, owner).await?,
        None => None,
    };
    let owner = owner.as_ref().map(|owner| owner.email.as_str());
    preset_rules(&ticked, &scanner.name, owner).map_err(ScanError::Rules)
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

async fn read_own(store: &Store, trusted_servers: Vec<String>) -> Result<Arc<Own>, StoreError> {
    let mut addresses = mailboxes::addresses(store).await?;
    addresses.extend(users::addresses(store).await?);
    Ok(Arc::new(Own {
        addresses: addresses.into_iter().collect(),
        trusted_servers,
    }))
}

#[cfg(test)]
#[path = "basis_tests.rs"]
mod tests;
