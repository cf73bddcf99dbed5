//! What is wrong with a value, in words for whoever wrote it, and where it stands.

use std::fmt::{self, Display};

use serde::de::{self, Expected, Unexpected};

use crate::config::did_you_mean;
use crate::setup::problem::{Path, Position};

/// A fault and the innermost value it is about.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) place: Option<(Position, Path)>,
    pub(super) message: String,
}

impl Fault {
    pub(super) fn new(message: impl Into<String>) -> Self {
        Self {
            place: None,
            message: message.into(),
        }
    }

    pub(super) fn at(mut self, position: Position, path: &Path) -> Self {
        self.place.get_or_insert_with(|| (position, path.clone()));
        self
    }
}

impl Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: Display>(message: T) -> Self {
        Self::new(message.to_string())
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("the key \"{field}\" is missing"))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let hint = did_you_mean(variant, expected.iter().copied());
        let variant: String = variant.chars().take(40).collect();
        Self::new(format!(
            "\"{variant}\" is none of {}{hint}",
            expected.join(", ")
        ))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(format!("expected {expected}, found {}", describe(found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let found = match found {
            Unexpected::Unsigned(number) => number.to_string(),
            Unexpected::Signed(number) => number.to_string(),
            other => describe(other).to_owned(),
        };
        let expected = match expected.to_string().as_str() {
            "u16" => format!("a whole number from 0 to {}", u16::MAX),
            "u32" => format!("a whole number from 0 to {}", u32::MAX),
            "i32" => format!("a whole number up to {}", i32::MAX),
            "u64" | "usize" => "a whole number, 0 or more".to_owned(),
            other => other.to_owned(),
        };
        Self::new(format!("expected {expected}, found {found}"))
    }
}

/// The sort of a found value, never the value.
fn describe(found: Unexpected<'_>) -> &'static str {
    match found {
        Unexpected::Bool(_) => "true or false",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => "a number",
        Unexpected::Seq => "a list",
        Unexpected::Map => "a map of keys",
        Unexpected::Unit | Unexpected::Option => "nothing",
        _ => "a text",
    }
}
