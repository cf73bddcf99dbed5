//! `mailroom message set`: whose a message is, how far it is and how soon it has to be done, as a person says.

use anyhow::bail;
use entities::ids::MessageId;
use entities::links::AuthorKind;
use entities::message_states::{MessagePriority, MessageStatus};
use serde::Serialize;

use super::discard::user_name;
use super::{Done, output};
use crate::app::App;
use crate::inbox::working::{self, Author, Came, Person, Wanted};
use crate::store::{message_states, messages, users};

/// What a person says.
pub(super) struct Said {
    /// Whose it is; empty for nobody's.
    pub(super) assign: Option<String>,
    pub(super) status: Option<MessageStatus>,
    pub(super) priority: Option<MessagePriority>,
}

/// What holds of the message then, as `--json` prints it.
#[derive(Debug, Serialize)]
struct Outcome {
    id: MessageId,
    assignee: Option<String>,
    status: &'static str,
    priority: &'static str,
    changed: bool,
}

pub(super) async fn run(app: &App, id: MessageId, said: &Said, json: bool) -> anyhow::Result<Done> {
    let mut wanted = Vec::new();
    match said.assign.as_deref() {
        None => {}
        Some("") => wanted.push(Wanted::Assignee(None)),
        Some(email) => match users::find_by_email(&app.store, email).await? {
            Some(user) => wanted.push(Wanted::Assignee(Some(Person {
                id: user.id,
                email: user.email,
            }))),
            None => bail!("There is no user {email}; `mailroom users` lists them"),
        },
    }
    wanted.extend(said.status.map(Wanted::Status));
    wanted.extend(said.priority.map(Wanted::Priority));
    let tx = app.store.begin().await?;
    if messages::by_id(&tx, id).await?.is_none() {
        bail!("There is no message {id}; `mailroom messages` lists them");
    }
    let who = user_name();
    let author = Author {
        kind: AuthorKind::Person,
        name: &who,
        scan: None,
        scanner: None,
    };
    let mut changed = false;
    for wanted in &wanted {
        let came = working::set(&tx, id, wanted, author, app.clock.now()).await?;
        changed |= matches!(came, Came::Changed(_));
    }
    let state = message_states::locked(&tx, id, app.clock.now()).await?;
    tx.commit().await?;
    let assignee = match state.assignee_id {
        Some(user) => users::by_id(&app.store, user).await?,
        None => None,
    };
    let outcome = Outcome {
        id,
        assignee: assignee.map(|user| user.email),
        status: state.status.as_str(),
        priority: state.priority.as_str(),
        changed,
    };
    if json {
        output::json(&outcome)?;
    } else {
        output::line(format!(
            "Message {id} is {}, {}, priority {}{}.",
            outcome
                .assignee
                .as_deref()
                .map_or_else(|| "nobody's".to_owned(), |email| format!("{email}'s")),
            outcome.status,
            outcome.priority,
            if changed { "" } else { " already" }
        ))?;
    }
    Ok(Done::Well)
}
