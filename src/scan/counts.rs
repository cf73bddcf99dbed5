//! Keeps the counts of how often rules match from growing with the years.

use rules::PRESET_PREFIX;

use super::Scanning;
use crate::store::StoreError;
use crate::store::rule_hits::{self, BY_DAY};

impl Scanning {
    /// Folds at most so many counts of days that are told no more. Presets stand in no table of rules and are never gone.
    ///
    /// # Errors
    /// When the database does not answer; then nothing was done.
    pub async fn fold_counts(&self, limit: u64) -> Result<(), StoreError> {
        let before = (self.clock.now() - BY_DAY).date_naive();
        rule_hits::fold(&self.store, before, PRESET_PREFIX, limit).await?;
        Ok(())
    }
}
