//! Addresses that mail of ours does not reach, beside whoever has them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::ids::MessageId;
use serde::Serialize;

use crate::app::App;
use crate::store::{StoreError, bounces};

/// What is known of an address, as it is printed beside its owner.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Bounced {
    pub(super) email: String,
    /// `hard` for good, `soft` for now.
    pub(super) outcome: &'static str,
    /// How many reports there are since it wrote last.
    reports: u64,
    status: String,
    diagnosis: String,
    /// The message that told.
    message: MessageId,
    at: DateTime<Utc>,
}

/// Of these addresses those that mail does not reach.
pub(super) async fn of(app: &App, emails: &[&str]) -> Result<HashMap<String, Bounced>, StoreError> {
    let states = bounces::states(&app.store, emails).await?;
    let told = states.into_iter().map(|(email, state)| {
        let bounced = Bounced {
            email: email.clone(),
            outcome: state.outcome.as_str(),
            reports: state.reports,
            status: state.last.status,
            diagnosis: state.last.diagnosis,
            message: state.last.message_id,
            at: state.last.reported_at,
        };
        (email, bounced)
    });
    Ok(told.collect())
}

/// `anna@example.it (hard bounce)`.
pub(super) fn shown(email: &str, bounced: &[Bounced]) -> String {
    match bounced.iter().find(|one| one.email == email) {
        Some(one) => format!("{email} ({} bounce)", one.outcome),
        None => email.to_owned(),
    }
}
