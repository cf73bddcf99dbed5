//! The one action of a rule of Vtiger: what is to be done here, and what else must hold, for there a rule that found no
//! record of its own gave way to the next.

use serde_json::{Value, json};

use super::table::{Row, one_line};

/// An action in our words.
pub(super) struct Doing {
    /// Under `then`.
    pub(super) then: Value,
    /// What must hold beside the rule's own conditions.
    pub(super) needs: Option<Value>,
    /// As a person calls it.
    pub(super) label: &'static str,
    /// Changes a ticket whose number a condition found.
    pub(super) is_update: bool,
    /// There is something like it.
    pub(super) is_known: bool,
}

/// What the rule does.
pub(super) fn of(row: &Row, differences: &mut Vec<String>) -> Doing {
    let owner = owner(row, differences);
    let action = row.action.to_uppercase();
    let lookup = row.lookup.to_uppercase();
    match (action.as_str(), row.module.as_str(), lookup.as_str()) {
        ("CREATE", "HelpDesk", _) => {
            differences.push(
                "of a known lead no contact is made here, and its ticket has none; convert the lead"
                    .to_owned(),
            );
            let made = with_owner(json!({}), owner);
            doing(
                "Create Ticket",
                json!([
                    {"link": ["contact", "organization"]},
                    {"create_contact": made},
                    {"create_ticket": made},
                ]),
                None,
            )
        }
        ("UPDATE", "HelpDesk", _) => Doing {
            is_update: true,
            ..doing(
                "Update Ticket",
                json!([{"link": ["ticket"]}, {"ticket": "open"}]),
                Some(json!({"candidates": {"is": "ticket"}})),
            )
        },
        ("CREATE", "Leads", _) => {
            let lead = with_owner(json!({"source": "MAIL SCANNER"}), owner);
            doing(
                "Create Lead",
                json!([{"link": ["lead"]}, {"create_lead": lead}]),
                None,
            )
        }
        ("CREATE", "Contacts", _) => {
            differences
                .push("of a known lead no contact is made here; convert the lead".to_owned());
            let contact = with_owner(json!({}), owner);
            doing(
                "Create Contact",
                json!([{"link": ["contact"]}, {"create_contact": contact}]),
                None,
            )
        }
        ("CREATE", "Accounts", _) => {
            differences.push(
                "the organization is called as the form, card or signature says, else by its domain; there as the sender"
                    .to_owned(),
            );
            let organization = with_owner(json!({}), owner);
            doing(
                "Create Organization",
                json!([{"link": ["organization"]}, {"create_organization": organization}]),
                None,
            )
        }
        ("LINK", "Contacts", lookup) => link("contact", lookup, "Link to Contact", differences),
        ("LINK", "Leads", lookup) => link("lead", lookup, "Link to Lead", differences),
        ("LINK", "Accounts", lookup) => {
            link("organization", lookup, "Link to Organization", differences)
        }
        _ => {
            differences.push(one_line(&format!(
                "its action {:?} of {:?} is not known here, so the rule is switched off",
                row.action, row.module
            )));
            Doing {
                is_known: false,
                ..doing("Another Action", json!([{"tag": ["Vtiger"]}]), None)
            }
        }
    }
}

fn doing(label: &'static str, then: Value, needs: Option<Value>) -> Doing {
    Doing {
        then,
        needs,
        label,
        is_update: false,
        is_known: true,
    }
}

fn link(kind: &str, lookup: &str, label: &'static str, differences: &mut Vec<String>) -> Doing {
    let needs = if lookup == "FROM" {
        json!({"sender": {"is": kind}})
    } else {
        differences.push(format!(
            "it looks for a {kind} by To alone there; here by every address and by what is answered"
        ));
        json!({"candidates": {"is": kind}})
    };
    doing(label, json!([{"link": [kind]}]), Some(needs))
}

/// The address of the user that gets what is made.
fn owner<'r>(row: &'r Row, differences: &mut Vec<String>) -> Option<&'r str> {
    let owner = row.owner.trim();
    let plain = |letter: char| {
        !letter.is_whitespace() && !letter.is_control() && !"{}<>,;".contains(letter)
    };
    if owner.contains('@') && owner.chars().all(plain) {
        return Some(owner);
    }
    if row.action.eq_ignore_ascii_case("CREATE") && !row.assigned_to.is_empty() {
        differences.push(one_line(&format!(
            "what it makes is assigned to number {} there, whose address is not in the file; write `owner: somebody@example.com` under the action",
            row.assigned_to
        )));
    }
    None
}

fn with_owner(mut fields: Value, owner: Option<&str>) -> Value {
    if let (Some(owner), Some(fields)) = (owner, fields.as_object_mut()) {
        fields.insert("owner".to_owned(), Value::from(owner));
    }
    fields
}
