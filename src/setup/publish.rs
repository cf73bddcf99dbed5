//! A version of the rules for each change of what decides, in the transaction of that change.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use serde_json::Value;

use super::SetupError;
use super::changes::Changes;
use crate::rule_books::{self, Publication};
use crate::store::rule_versions;

/// What is said of rules that were there before there were versions.
const BEFORE_VERSIONS: Publication<'static> = Publication {
    author: "",
    source: "",
    note: Some("The rules as they were before versions were kept"),
};

/// Keeps what was there as the first version, so that it can be returned to.
pub(super) async fn keep_first(
    tx: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<(), SetupError> {
    if rule_versions::latest(tx).await?.is_some() {
        return Ok(());
    }
    let book = rule_books::stored(tx).await?;
    if !book.is_empty() {
        let nothing = Value::Array(Vec::new());
        rule_books::publish(tx, &book, BEFORE_VERSIONS, nothing, now).await?;
    }
    Ok(())
}

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
