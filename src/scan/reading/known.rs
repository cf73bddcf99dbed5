//! What of announced older mail need not be fetched, because the ledger has it.

use std::collections::HashSet;

use super::plan::{Course, Stretch};
use super::{ReadError, Round};
use crate::imap::{Announced, Examined};
use crate::store::deliveries::known;
use crate::store::{Store, StoreError};
use entities::ids::FolderId;

/// What the reader may ask of the ledger.
#[derive(Debug, Clone)]
pub(in crate::scan) struct Ledger(pub(in crate::scan) Store);

impl Ledger {
    /// The UIDs of a stretch that are accounted for.
    async fn known(
        &self,
        folder: FolderId,
        uid_validity: u32,
        stretch: Stretch,
    ) -> Result<HashSet<i64>, StoreError> {
        known::uids(&self.0, folder, i64::from(uid_validity), stretch.into()).await
    }
}

impl Round {
    /// Leaves out of a window of older mail what is kept already. Between announcing and fetching, this is the one
    /// place where a message may be known again without its bytes.
    pub(super) async fn not_yet_known(
        &self,
        course: &Course,
        examined: &Examined,
        window: Stretch,
        mut announced: Vec<Announced>,
    ) -> Result<Vec<Announced>, ReadError> {
        if announced.is_empty() {
            return Ok(announced);
        }
        let known = self
            .reader
            .ledger
            .known(course.id, examined.uid_validity.0, window)
            .await?;
        announced.retain(|message| !known.contains(&i64::from(message.uid.0)));
        Ok(announced)
    }
}
