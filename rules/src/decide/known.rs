//! Contacts and organizations: how they are filled, and what makes none.

use crate::compile::action::{ContactPlan, OrganizationPlan};
use crate::decision::{ContactFields, OrganizationFields};
use crate::facts::{Address, DetailName, Facts, RecordKind};

use super::{lead, no_lead, owner};

/// The most characters of a domain (RFC 1035 §2.3.4).
const DOMAIN: usize = 253;

/// The fields of the contact; the error names the field and the failure.
pub(super) fn fill_contact(
    facts: &Facts,
    plan: &ContactPlan,
    template: impl Fn(&str) -> Result<String, String>,
) -> Result<ContactFields, (&'static str, String)> {
    let as_lead = lead::defaults(facts);
    let mut fields = ContactFields {
        first_name: as_lead.first_name.clone(),
        last_name: as_lead.last_name.clone(),
        email: as_lead.email.clone(),
        phone: as_lead.phone,
        organization: as_lead.company,
        ..ContactFields::default()
    };
    for (name, source) in &plan.templates {
        let value = template(source).map_err(|cause| (*name, cause))?;
        let (field, most) = match *name {
            "first_name" => (&mut fields.first_name, 100),
            "last_name" => (&mut fields.last_name, 100),
            "email" => (&mut fields.email, lead::ADDRESS),
            "phone" => (&mut fields.phone, 50),
            "organization" => (&mut fields.organization, 200),
            _ => (&mut fields.owner, lead::ADDRESS),
        };
        *field = lead::fit(name, &value, most);
    }
    // A record needs something to be called by.
    if fields.last_name.is_empty() && fields.first_name.is_empty() {
        fields.first_name = as_lead.first_name;
        fields.last_name = as_lead.last_name;
    }
    fields.email = if lead::is_address(&fields.email) {
        fields.email.to_lowercase()
    } else {
        as_lead.email
    };
    fields.owner_choice = owner::choice(facts, plan.owner.as_ref(), &mut fields.owner);
    Ok(fields)
}

/// The fields of the organization; the error names the field and the failure.
pub(super) fn fill_organization(
    facts: &Facts,
    plan: &OrganizationPlan,
    template: impl Fn(&str) -> Result<String, String>,
) -> Result<OrganizationFields, (&'static str, String)> {
    let message = &facts.message;
    let told = message.details.sure(DetailName::Company);
    let domain = message.sender().map(Address::domain);
    let domain = domain.filter(|_| !facts.sender.free_mail && !facts.sender.our_domain);
    let mut fields = OrganizationFields {
        name: lead::fit("name", told.unwrap_or_default(), 200),
        domain: domain.unwrap_or_default().to_lowercase(),
        ..OrganizationFields::default()
    };
    for (name, source) in &plan.templates {
        let value = template(source).map_err(|cause| (*name, cause))?;
        match *name {
            "name" => fields.name = lead::fit(name, &value, 200),
            "domain" => fields.domain = lead::fit(name, &value, DOMAIN).to_lowercase(),
            "phone" => fields.phone = lead::fit(name, &value, 50),
            _ => fields.owner = lead::fit(name, &value, lead::ADDRESS),
        }
    }
    let domain = fields.domain.trim_start_matches('@');
    let is_domain =
        domain.contains('.') && !domain.contains(|c: char| c.is_whitespace() || c == '@');
    fields.domain = if is_domain {
        domain.to_owned()
    } else {
        String::new()
    };
    if fields.name.is_empty() {
        fields.name.clone_from(&fields.domain);
    }
    fields.owner_choice = owner::choice(facts, plan.owner.as_ref(), &mut fields.owner);
    Ok(fields)
}

/// Why the message makes no contact, if it makes none.
pub(super) fn why_no_contact(facts: &Facts, plan: &ContactPlan) -> Option<String> {
    no_lead::why_none_of(facts, plan.spec.kinds.as_deref())
}

/// Why the message makes no organization, if it makes none. Its sender may be known.
pub(super) fn why_no_organization(facts: &Facts, plan: &OrganizationPlan) -> Option<String> {
    let organization = || {
        let mut known = facts.candidates.iter();
        let known = known.find(|one| one.record.kind == RecordKind::Organization)?;
        Some(format!("the organization is known: {}", known.name))
    };
    no_lead::way(facts)
        .or_else(|| no_lead::kind(&facts.message, plan.spec.kinds.as_deref()))
        .or_else(organization)
        .or_else(|| no_lead::no_sender(facts))
        .or_else(|| no_lead::one_of_us(facts))
        .or_else(|| no_lead::spam(&facts.message))
        .or_else(|| no_lead::identity(&facts.message))
        .or_else(|| no_lead::authorless(&facts.message))
}

/// Why an organization that nothing names is not made.
pub(super) fn nameless(fields: &OrganizationFields) -> Option<String> {
    fields
        .name
        .is_empty()
        .then(|| "neither a name nor a domain of its own tells the organization".to_owned())
}
