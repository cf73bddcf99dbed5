//! The choice of owners, checked: among whom, with lists by name written out.

use crate::decision::Turn;
use crate::facts::RecordKind;
use crate::rule::owner::{ChooseOwner, Members, Owner};

use super::Compiler;

/// Among how many an owner may be chosen.
pub(crate) const MAX_OWNERS: usize = 100;

/// How an owner is chosen, ready to be planned.
#[derive(Debug, Clone, Default)]
pub(crate) struct OwnerPlan {
    pub(crate) of: Vec<RecordKind>,
    pub(crate) turn: Option<Turn>,
    pub(crate) among: Vec<String>,
    pub(crate) at_most: Option<u32>,
}

/// Nothing where the owner is named or left out.
pub(super) fn compile_owner(
    compiler: &mut Compiler<'_>,
    owner: Option<&Owner>,
    path: &str,
) -> Option<OwnerPlan> {
    let Some(Owner::Chosen(choose)) = owner else {
        return None;
    };
    let (turn, members) = match (&choose.round_robin, &choose.least_busy) {
        (Some(_), Some(_)) => {
            compiler.problem(
                path,
                "`round_robin` and `least_busy` are two ways to choose; take one",
            );
            (None, None)
        }
        (Some(members), None) => (Some(Turn::RoundRobin), Some(("round_robin", members))),
        (None, Some(members)) => (Some(Turn::LeastBusy), Some(("least_busy", members))),
        (None, None) => {
            check_without_members(compiler, choose, path);
            (None, None)
        }
    };
    let among = members
        .map(|(key, members)| people(compiler, members, &format!("{path}.{key}")))
        .unwrap_or_default();
    if choose.at_most == Some(0) {
        compiler.problem(
            &format!("{path}.at_most"),
            "with 0 nobody ever gets anything; write how many",
        );
    }
    Some(OwnerPlan {
        of: choose.of.0.clone(),
        turn,
        among,
        at_most: choose.at_most,
    })
}

fn check_without_members(compiler: &mut Compiler<'_>, choose: &ChooseOwner, path: &str) {
    if choose.of.0.is_empty() {
        compiler.problem(
            path,
            "it is not said how the owner is chosen; write `of`, `round_robin` or `least_busy`",
        );
    }
    if choose.at_most.is_some() {
        compiler.problem(
            &format!("{path}.at_most"),
            "it counts only among several; write `round_robin` or `least_busy` beside it",
        );
    }
}

/// The addresses, each once, in their order.
fn people(compiler: &mut Compiler<'_>, members: &Members, path: &str) -> Vec<String> {
    let written = compiler.written;
    let mut texts: Vec<&str> = Vec::new();
    match members {
        Members::People(people) => texts.extend(people.iter()),
        Members::Lists(names) => {
            for name in names.iter() {
                let Some(list) = written.get(name) else {
                    let problem = compiler.unknown_list(name);
                    compiler.problem(&format!("{path}.list"), problem);
                    return Vec::new();
                };
                texts.extend(list.iter().take(MAX_OWNERS + 1));
            }
        }
    }
    let mut people: Vec<String> = Vec::new();
    for text in texts {
        let email = text.trim().to_lowercase();
        let is_address = email
            .rsplit_once('@')
            .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
            && !email.contains(|letter: char| letter.is_whitespace() || letter.is_control());
        if !is_address {
            compiler.problem(
                path,
                format!("`{text}` is no user's e-mail; write addresses such as anna@example.com"),
            );
        } else if !people.contains(&email) {
            people.push(email);
        }
        if people.len() > MAX_OWNERS {
            compiler.problem(
                path,
                format!("more than {MAX_OWNERS} people; that is the most"),
            );
            break;
        }
    }
    if people.is_empty() {
        compiler.problem(path, "nobody is named; write e-mails of users");
    }
    people
}

#[cfg(test)]
#[path = "owner_tests.rs"]
mod tests;
