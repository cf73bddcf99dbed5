//! A list of texts in one column.

use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};

/// A list of texts, stored as a JSON array.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(transparent)]
pub struct Names(pub Vec<String>);

impl From<Vec<String>> for Names {
    fn from(names: Vec<String>) -> Self {
        Self(names)
    }
}
