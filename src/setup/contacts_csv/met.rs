//! Two people of one file who share an address. Without a key of another system a contact is known by its address, so the
//! second would overwrite the first.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

use super::rows::ContactRow;

/// Whose addresses the rows so far had, in a few bytes each.
#[derive(Default)]
pub(super) struct Met {
    hasher: RandomState,
    /// By the hash of the address: the line, and the hash of the name.
    rows: HashMap<u64, (u64, u64)>,
}

impl Met {
    /// Why this row is left out, if another person of the file has its address; else remembers it.
    pub(super) fn problem(&mut self, line: u64, row: &ContactRow) -> Option<String> {
        let email = row.email.as_ref().filter(|_| row.external_id.is_none())?;
        let name = format!("{} {}", row.first_name, row.last_name).to_lowercase();
        if name.trim().is_empty() {
            return None;
        }
        let name = self.hasher.hash_one(name.trim());
        let first = self.rows.entry(self.hasher.hash_one(email));
        let (of, known) = *first.or_insert((line, name));
        (known != name).then(|| {
            format!(
                "its address {email} is also that of line {of}, which has another name; with a column of ids, such as `id`, both are kept"
            )
        })
    }
}
