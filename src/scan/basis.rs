//! What messages are judged by: the rules, and the addresses that are ours. Read when the first message asks for it, as
//! most scans find none, and the same to the scan's end.

use std::sync::Arc;

use rules::{Rule, RuleSet};
use tokio::sync::OnceCell;

use super::ScanError;
use crate::message::Own;
use crate::store::{self, Store, StoreError, mailboxes, users};

/// Of one scan.
#[derive(Debug)]
pub(super) struct Basis {
    store: Store,
    /// Where the mailbox lies.
    host: String,
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
    /// For a mailbox on `host`.
    pub(super) fn of(store: Store, host: &str) -> Self {
        Self {
            store,
            host: host.to_owned(),
            rules: OnceCell::new(),
            own: OnceCell::new(),
        }
    }

    /// All of it. Not to be asked for in a transaction, as it may be read over another connection.
    ///
    /// # Errors
    /// [`ScanError::Rules`] where a stored rule is none.
    pub(super) async fn whole(&self) -> Result<Whole<'_>, ScanError> {
        let rules = self.rules.get_or_try_init(|| read_rules(&self.store));
        Ok(Whole {
            rules: rules.await?,
            own: self.own_addresses().await?,
        })
    }

    /// The addresses alone: what is read can be kept whatever the rules are.
    pub(super) async fn own_addresses(&self) -> Result<&Arc<Own>, StoreError> {
        self.own
            .get_or_try_init(|| read_own(&self.store, &self.host))
            .await
    }
}

async fn read_rules(store: &Store) -> Result<RuleSet, ScanError> {
    let rules: Vec<Rule> = store::rules::list(store)
        .await?
        .into_iter()
        .map(|row| serde_json::from_value(row.definition))
        .collect::<Result<_, _>>()
        .map_err(|error| ScanError::Rules(error.to_string()))?;
    RuleSet::compile(&rules).map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        ScanError::Rules(problems.join("; "))
    })
}

async fn read_own(store: &Store, host: &str) -> Result<Arc<Own>, StoreError> {
    let mut addresses = mailboxes::addresses(store).await?;
    addresses.extend(users::addresses(store).await?);
    Ok(Arc::new(Own::on(host, addresses)))
}
