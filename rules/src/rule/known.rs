//! The contacts and organizations that a rule may make: whom we know from then on.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::facts::Kind;
use crate::rule::owner::Owner;

/// How a contact is filled. Each text is a template over the facts; what is left out has a sensible default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CreateContact {
    /// Given name; by default as a lead's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Family name; by default as a lead's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// Address; by default the sender's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Telephone number; by default what a form, card or signature tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Name of the organization, where it is known; by default what a form, card or signature tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// The user who gets it; by default nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// The kinds of mail that may make a contact; by default as for a lead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kinds: Option<Vec<Kind>>,
}

/// How an organization is filled. Each text is a template over the facts; what is left out has a sensible default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CreateOrganization {
    /// Its name; by default what a form, card or signature tells, else the domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its mail domain; by default the sender's, unless everybody may have an address there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// Telephone number; by default none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The user who gets it; by default nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<Owner>,
    /// The kinds of mail that may make an organization; by default as for a lead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kinds: Option<Vec<Kind>>,
}

impl CreateContact {
    /// The templates that are given, by field.
    pub(crate) fn templates(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("first_name", self.first_name.as_deref()),
            ("last_name", self.last_name.as_deref()),
            ("email", self.email.as_deref()),
            ("phone", self.phone.as_deref()),
            ("organization", self.organization.as_deref()),
            ("owner", self.owner.as_ref().and_then(Owner::template)),
        ]
        .into_iter()
        .filter_map(|(field, template)| Some((field, template?)))
    }
}

impl CreateOrganization {
    /// The templates that are given, by field.
    pub(crate) fn templates(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("name", self.name.as_deref()),
            ("domain", self.domain.as_deref()),
            ("phone", self.phone.as_deref()),
            ("owner", self.owner.as_ref().and_then(Owner::template)),
        ]
        .into_iter()
        .filter_map(|(field, template)| Some((field, template?)))
    }
}
