//! Writes the rows of a CSV file, a thousand in one transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Read;

use chrono::{DateTime, Utc};
use entities::ids::{OrganizationId, UserId};
use sea_orm::ConnectionTrait;

use super::met::Met;
use super::rows::{ContactRow, Row, Rows};
use super::source::CsvError;
use super::{Report, Skipped};
use crate::config::did_you_mean;
use crate::store::contacts::NewContact;
use crate::store::organization_names::{self, Picked};
use crate::store::organizations::OrganizationFields;
use crate::store::record_moves::Merged;
use crate::store::{self, Store, StoreError, Tx, record_locks};

const BATCH: usize = 1_000;

/// Why an import ended early. What was written before stays; the same file may be imported again.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file.
    #[error(transparent)]
    File(#[from] CsvError),
    /// The database.
    #[error("{error}. {written} contacts were written before; import the same file again to go on")]
    Store {
        /// What happened.
        #[source]
        error: StoreError,
        /// Contacts made or changed until then.
        written: u64,
    },
}

/// Imports a file. `progress` hears the number of rows read so far after each batch.
pub async fn import<R: Read + Send>(
    store: &Store,
    file: R,
    now: DateTime<Utc>,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Report, ImportError> {
    let mut rows = Rows::open(file)?;
    let mut report = Report {
        ignored_columns: rows.ignored_columns().to_vec(),
        ..Report::default()
    };
    let mut known = Known::load(store)
        .await
        .map_err(|error| ImportError::Store { error, written: 0 })?;
    loop {
        let batch = known.next_batch(&mut rows, &mut report);
        if batch.is_empty() {
            break;
        }
        known
            .write(store, batch, now, &mut report)
            .await
            .map_err(|error| ImportError::Store {
                error,
                written: report.created + report.updated,
            })?;
        progress(report.read);
    }
    report.unchanged = report
        .read
        .saturating_sub(report.created + report.updated + report.skipped_count);
    Ok(report)
}

/// Users and organizations that rows name, and the addresses of rows before.
struct Known {
    users: HashMap<String, UserId>,
    organizations: Organizations,
    met: Met,
}

impl Known {
    async fn load(db: &impl ConnectionTrait) -> Result<Self, StoreError> {
        let users = store::users::list(db).await?;
        let organizations = store::organizations::list(db).await?;
        Ok(Self {
            users: users
                .into_iter()
                .map(|user| (user.email, user.id))
                .collect(),
            organizations: organizations
                .into_iter()
                .fold(Organizations::default(), |known, row| {
                    known.with(&row.name, row.id)
                }),
            met: Met::default(),
        })
    }

    fn next_batch<R: Read>(
        &mut self,
        rows: &mut Rows<R>,
        report: &mut Report,
    ) -> Vec<(u64, ContactRow)> {
        let mut batch = Vec::new();
        for row in rows.by_ref() {
            report.read += 1;
            match row {
                Row::Skipped(skipped) => report.skip(skipped),
                Row::Contact(line, contact) => {
                    let problem = self.owner_problem(&contact);
                    match problem.or_else(|| self.met.problem(line, &contact)) {
                        Some(reason) => report.skip(Skipped { line, reason }),
                        None => batch.push((line, contact)),
                    }
                }
            }
            if batch.len() == BATCH {
                break;
            }
        }
        batch
    }

    fn owner_problem(&self, contact: &ContactRow) -> Option<String> {
        let owner = contact
            .owner
            .as_ref()
            .filter(|owner| !self.users.contains_key(*owner))?;
        let hint = did_you_mean(owner, self.users.keys().map(String::as_str));
        Some(format!("its owner \"{owner}\" is no user{hint}"))
    }

    async fn write(
        &mut self,
        store: &Store,
        batch: Vec<(u64, ContactRow)>,
        now: DateTime<Utc>,
        report: &mut Report,
    ) -> Result<(), StoreError> {
        let tx = store.begin().await?;
        // Mail that is being decided is waited for, and what comes after waits: either the contact is known to it, or it
        // is linked late.
        record_locks::own(&tx).await?;
        let batch = without_merged(&tx, batch, report).await?;
        let mut made = Organizations::default();
        let mut domains: BTreeMap<OrganizationId, BTreeSet<String>> = BTreeMap::new();
        let mut contacts = Vec::with_capacity(batch.len());
        for row in batch {
            let organization_id = match &row.organization {
                None => None,
                Some(name) => Some(self.organization(&tx, name, &mut made, now).await?),
            };
            if let Some(id) = organization_id {
                domains.entry(id).or_default().extend(row.domains);
            }
            contacts.push(NewContact {
                first_name: row.first_name,
                last_name: row.last_name,
                organization_id,
                phone: row.phone,
                owner_id: row.owner.and_then(|owner| self.users.get(&owner).copied()),
                external_id: row.external_id,
                email: row.email,
                other_emails: row.other_emails,
            });
        }
        for (id, domains) in domains {
            let domains: Vec<String> = domains.into_iter().collect();
            store::organizations::add_domains(&tx, id, &domains, now).await?;
        }
        let imported = store::contacts::upsert_many(&tx, contacts, now).await?;
        tx.commit().await?;
        // Only now they are there for the next batch.
        self.organizations.take(made);
        report.created += imported.made as u64;
        report.updated += imported.changed as u64;
        Ok(())
    }

    async fn organization(
        &self,
        tx: &impl ConnectionTrait,
        name: &str,
        made: &mut Organizations,
        now: DateTime<Utc>,
    ) -> Result<OrganizationId, StoreError> {
        let known = self.organizations.of_key(name).chain(made.of_key(name));
        if let Picked::One(id) = organization_names::pick(known, name) {
            return Ok(id);
        }
        let fields = OrganizationFields {
            name: name.to_owned(),
            domains: Vec::new(),
            phone: String::new(),
            website: String::new(),
        };
        let id = store::organizations::insert(tx, fields, now).await?.id;
        made.add(name, id);
        Ok(id)
    }
}

/// Two contacts of the other system may have been merged here: the one has the key of the contact that is left, and what
/// the file says of the other is left out, as each import would turn the contact into the one and the other.
async fn without_merged(
    tx: &Tx,
    batch: Vec<(u64, ContactRow)>,
    report: &mut Report,
) -> Result<Vec<ContactRow>, StoreError> {
    let keys: Vec<&str> = batch
        .iter()
        .filter_map(|(_, row)| row.external_id.as_deref())
        .collect();
    let merged = store::record_moves::merged_keys(tx, &keys).await?;
    let known = store::contacts::known_keys(tx, &keys).await?;
    let merged: HashMap<&str, &Merged> = merged
        .iter()
        .filter(|one| !known.contains(&one.key))
        .map(|one| (one.key.as_str(), one))
        .collect();
    let mut left = Vec::with_capacity(batch.len());
    let merged_of = |row: &ContactRow| Some(*merged.get(row.external_id.as_deref()?)?);
    for (line, row) in &batch {
        match merged_of(row) {
            None => left.push(row.clone()),
            Some(Merged { key, into, moved }) => report.skip(Skipped {
                line: *line,
                reason: format!(
                    "the contact with key \"{key}\" was merged into contact {into} here, which has another key; merge \
                     the two in the other system as well, or take it back with `mailroom undo --move {moved}`"
                ),
            }),
        }
    }
    Ok(left)
}

/// Organizations by their names, as names are compared.
#[derive(Default)]
struct Organizations(HashMap<Option<String>, Vec<(String, OrganizationId)>>);

impl Organizations {
    fn add(&mut self, name: &str, id: OrganizationId) {
        let alike = self.0.entry(organization_names::key(name));
        alike.or_default().push((name.to_owned(), id));
    }

    fn with(mut self, name: &str, id: OrganizationId) -> Self {
        self.add(name, id);
        self
    }

    fn take(&mut self, other: Self) {
        for (key, alike) in other.0 {
            self.0.entry(key).or_default().extend(alike);
        }
    }

    fn of_key(&self, name: &str) -> impl Iterator<Item = (String, OrganizationId)> {
        let alike = self.0.get(&organization_names::key(name));
        alike.into_iter().flatten().cloned()
    }
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;
