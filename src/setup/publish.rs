//! A version of the rules for each change of what decides, in the transaction of that change.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;

use super::SetupError;
use super::changes::Changes;
use crate::rule_books::{self, Publication};

/// Makes what is stored now the latest version.
pub(super) async fn publish(
    tx: &impl ConnectionTrait,
    changes: &Changes,
    publication: Publication<'_>,
    now: DateTime<Utc>,
) -> Result<(), SetupError> {
    let book = rule_books::stored(tx).await?;
    let told = serde_json::to_value(changes.of_rules())
        .map_err(|error| SetupError::Export(error.to_string()))?;
    rule_books::publish(tx, &book, publication, told, now).await?;
    Ok(())
}
