//! What there is to show a server, in words for a person.

use chrono::{DateTime, TimeDelta, Utc};
use entities::credentials::{CredentialKind, Model};

/// A permission that ends sooner is worth a warning.
const SOON: TimeDelta = TimeDelta::days(14);

/// A password or a token that was given as it is.
pub(super) fn secret(stored: &Model) -> String {
    let what = match stored.kind {
        CredentialKind::Password => "A password",
        CredentialKind::AccessToken | CredentialKind::Oauth => {
            "An access token that was given as it is"
        }
    };
    let place = match &stored.reference {
        Some(reference) => format!("is read from {reference}"),
        None => "is stored here, encrypted".to_owned(),
    };
    let day = stored.updated_at.format("%Y-%m-%d");
    format!("{what} {place}; it was set on {day}.")
}

/// What a provider granted, and what to do about a permission that ends soon.
pub(super) fn grant(grant: &Model, is_new: bool, now: DateTime<Utc>) -> (String, Option<String>) {
    let came = if is_new {
        "The provider gave a new access token just now"
    } else {
        "There is an access token"
    };
    let ends = grant.access_expires_at.map_or_else(String::new, |end| {
        format!("; it is good until {} UTC", end.format("%Y-%m-%d %H:%M"))
    });
    let (last, warning) = match grant.refresh_expires_at {
        None => (String::new(), None),
        Some(end) => {
            let day = end.format("%Y-%m-%d");
            let advice = format!("The permission ends on {day}: sign in again before.");
            (
                format!(", and the permission ends on {day}"),
                (end < now + SOON).then_some(advice),
            )
        }
    };
    (format!("{came}{ends}{last}."), warning)
}
