//! What rules say of a message itself: whose it is, how far it is, how soon it has to be done.

use entities::links::AuthorKind;
use rules::{Action, Assignee};

use super::Subject;
use super::owners::{self, Asking};
use crate::inbox::working::{self, Author, Came, Person, Wanted};
use crate::kinds::{stored_message_priority, stored_message_status};
use crate::store::workloads::Work;
use crate::store::{StoreError, Tx, scanners, users};

/// Says it, or why it is not said.
pub(super) async fn say(
    tx: &Tx,
    subject: Subject<'_>,
    action: &mut Action,
    rule: &str,
) -> Result<Option<String>, StoreError> {
    let (wanted, what) = match action {
        Action::Assign(assignee) => {
            if let Some(reason) = settled(tx, subject, assignee, rule).await? {
                return Ok(Some(reason));
            }
            match person(tx, subject, assignee, rule).await? {
                Ok(person) => {
                    let what = format!("it is {}'s already", person.email);
                    (Wanted::Assignee(Some(person)), what)
                }
                Err(reason) => return Ok(Some(reason)),
            }
        }
        Action::Status(status) => (
            Wanted::Status(stored_message_status(*status)),
            format!("it is {} already", status.as_str()),
        ),
        Action::Priority(priority) => (
            Wanted::Priority(stored_message_priority(*priority)),
            format!("its priority is {} already", priority.as_str()),
        ),
        _ => return Ok(None),
    };
    let author = Author {
        kind: AuthorKind::Rule,
        name: rule,
        scan: subject.scan,
        scanner: Some(subject.scanner),
    };
    let came = working::set(tx, subject.message, &wanted, author, subject.now).await?;
    Ok(match came {
        Came::Changed(_) => None,
        Came::Already => Some(what),
        Came::SaidBy(person) => Some(format!("{person} said otherwise")),
    })
}

/// Why it is given to nobody, or to nobody else: where a rule chooses, a person said whose it is, or this rule gave it to
/// somebody before; in any case, what another scanner's rules said of the same message first.
async fn settled(
    tx: &Tx,
    subject: Subject<'_>,
    assignee: &Assignee,
    rule: &str,
) -> Result<Option<String>, StoreError> {
    let said = working::assigned(tx, subject.message, subject.now).await?;
    let Some(last) = said.first() else {
        return Ok(None);
    };
    let chooses = assignee.choice.is_some();
    if last.author_kind == AuthorKind::Person {
        return Ok(chooses.then(|| format!("{} said otherwise", last.author)));
    }
    // Others may have said the same after whoever gave it away first.
    let giver = said.last().unwrap_or(last);
    let other = giver.scanner_id.filter(|other| *other != subject.scanner);
    if let Some(other) = other
        && (chooses || !assignee.email.eq_ignore_ascii_case(&giver.after))
    {
        let scanner = scanners::by_id(tx, other).await?;
        let of = scanner.map(|scanner| format!(" of scanner {}", scanner.name));
        return Ok(Some(format!(
            "rule `{}`{} gave it to {} before",
            giver.author,
            of.unwrap_or_default(),
            giver.after
        )));
    }
    let again = chooses && said.iter().any(|one| one.author == rule);
    Ok(again.then(|| format!("it is {}'s already", last.after)))
}

/// Who is named or chosen; else why nobody is.
async fn person(
    tx: &Tx,
    subject: Subject<'_>,
    assignee: &mut Assignee,
    rule: &str,
) -> Result<Result<Person, String>, StoreError> {
    let Some(choice) = &mut assignee.choice else {
        let email = assignee.email.as_str();
        let user = users::find_by_email(tx, email).await?;
        return Ok(match user {
            Some(user) => Ok(Person {
                id: user.id,
                email: user.email,
            }),
            None => Err(format!("there is no user {email}")),
        });
    };
    let asking = Asking {
        rule,
        action: "assign",
        work: Work::Messages,
    };
    let chosen = owners::choose(tx, subject, asking, choice, &mut assignee.email).await?;
    Ok(match chosen.user {
        Some(id) => Ok(Person {
            id,
            email: chosen.email,
        }),
        None => Err(choice.to_string()),
    })
}

#[cfg(test)]
#[path = "work_tests.rs"]
mod tests;
