//! What forms, signatures and cards in a message say of a person, each with how sure that is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How sure a detail must be to be gone by without a person's look, from 0 to 100.
const SURE: u8 = 60;

/// What a message says of the person it is from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// The form that it reports, if it reports one.
    pub form: Option<Form>,
    /// What is known of the person, the surest first.
    pub known: Vec<Detail>,
}

impl Details {
    /// The surest value of a detail that is at least so sure, from 0 to 100.
    #[must_use]
    pub fn get(&self, name: DetailName, at_least: u8) -> Option<&str> {
        self.known
            .iter()
            .filter(|detail| detail.name == name && detail.confidence >= at_least)
            .max_by_key(|detail| detail.confidence)
            .map(|detail| detail.value.as_str())
    }

    /// The surest value of a detail that is sure enough to go by without a person's look.
    #[must_use]
    pub fn sure(&self, name: DetailName) -> Option<&str> {
        self.get(name, SURE)
    }

    /// The form's value under a label, compared without case; empty values count.
    #[must_use]
    pub fn form_value(&self, label: &str) -> Option<&str> {
        let fields = self.form.iter().flat_map(|form| &form.fields);
        let wanted = crate::fold(label);
        fields
            .into_iter()
            .find(|field| crate::fold(&field.label) == wanted)
            .map(|field| field.value.as_str())
    }
}

/// What somebody filled in on a web page, as mail reports it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// Which program reports it, where that is told (`Contact Form 7`).
    pub service: Option<String>,
    /// Its fields in their order.
    pub fields: Vec<FormField>,
}

/// One field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormField {
    /// As written, without the colon.
    pub label: String,
    /// As filled in; several lines are joined by line feeds.
    pub value: String,
}

/// One thing that is known of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// What it is.
    pub name: DetailName,
    /// One line; of [`DetailName::Message`] as it was written.
    pub value: String,
    /// How sure it is, from 0 to 100.
    pub confidence: u8,
    /// Where it was found.
    pub source: DetailSource,
}

/// What may be known of a person.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum DetailName {
    /// Given and family name together, as written.
    Name,
    /// Given name.
    FirstName,
    /// Family name.
    LastName,
    /// What the person does in the company.
    Role,
    /// The company.
    Company,
    /// Mail address.
    Email,
    /// Telephone as written.
    Phone,
    /// Mobile telephone as written.
    Mobile,
    /// Postal address in one line.
    Address,
    /// Web site.
    Website,
    /// What a form's subject says.
    Subject,
    /// What a form's message says.
    Message,
}

impl DetailName {
    /// Every detail, in the order of the manual.
    pub const ALL: [Self; 12] = [
        Self::Name,
        Self::FirstName,
        Self::LastName,
        Self::Role,
        Self::Company,
        Self::Email,
        Self::Phone,
        Self::Mobile,
        Self::Address,
        Self::Website,
        Self::Subject,
        Self::Message,
    ];

    /// The name used in rule files.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::FirstName => "first_name",
            Self::LastName => "last_name",
            Self::Role => "role",
            Self::Company => "company",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Mobile => "mobile",
            Self::Address => "address",
            Self::Website => "website",
            Self::Subject => "subject",
            Self::Message => "message",
        }
    }
}

/// Where a detail was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DetailSource {
    /// A form that the message reports.
    Form,
    /// An attached card (RFC 6350).
    Card,
    /// The signature below the text.
    Signature,
    /// The text itself.
    Text,
}
