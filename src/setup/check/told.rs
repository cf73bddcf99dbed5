//! What is said about a file, for tests.

use chrono::NaiveDate;
use url::Url;

use crate::setup::{Stored, Surroundings, read};

/// All that is wrong or unwise, a line each, `public_url` being `https://mail.example.com/`.
pub(in crate::setup) fn told(text: &str) -> String {
    told_at("https://mail.example.com/", text)
}

pub(in crate::setup) fn told_at(public_url: &str, text: &str) -> String {
    let public_url = Url::parse(public_url).ok();
    told_of(&Stored::default(), public_url.as_ref(), text)
}

pub(in crate::setup) fn told_of(stored: &Stored, public_url: Option<&Url>, text: &str) -> String {
    let around = Surroundings {
        public_url,
        today: NaiveDate::from_ymd_opt(2026, 11, 22).unwrap_or_default(),
        leave_cases: false,
    };
    match read(text.as_bytes(), "f", stored, around) {
        Err(problems) => problems.to_string(),
        Ok(reading) => reading
            .warnings
            .iter()
            .map(|warning| format!("warning {}: {}", warning.position.line, warning.message))
            .collect::<Vec<_>>()
            .join("\n"),
    }
}
