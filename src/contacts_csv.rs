//! stub
use crate::store::{Store, StoreError};
use chrono::{DateTime, Utc};
use serde::Serialize;
#[derive(Serialize, Debug)]
pub struct Report {
    pub created: u64,
    pub skipped: Vec<String>,
}
impl std::fmt::Display for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}
pub async fn import(_: &Store, _: &[u8], _: DateTime<Utc>) -> Result<Report, StoreError> {
    Ok(Report {
        created: 0,
        skipped: vec![],
    })
}
