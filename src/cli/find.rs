//! `mailroom find`: where is my mail?
//!
//! The ledger answers first; what it does not have may be on a server, and why it was not read is told for each scanner.

mod fate;
mod on_server;
mod searching;
mod why_not;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::ids::{DeliveryId, MessageId, ScannerId};
use serde::Serialize;

use super::args::Sought;
use super::whereabouts::{self, Place};
use super::{Done, output};
use crate::app::App;
use crate::store::deliveries::chosen::Listed;
use crate::store::scanners::{self, Placed};
use fate::Fates;
use on_server::OnServer;
use searching::{Search, Searched};
use why_not::WhyNot;
pub(super) use why_not::standstill;

/// What is known, as `mailroom find --json` prints it.
#[derive(Debug, Serialize)]
struct Answer {
    found: Vec<Found>,
    /// Older mail than this was not looked through.
    searched_back_to: Option<DateTime<Utc>>,
    /// With `--server`.
    on_server: Vec<OnServer>,
    /// Which servers and folders could not be asked, and why.
    unasked: Vec<String>,
    /// Where nothing was found.
    why_not: Vec<WhyNot>,
}

/// One message.
#[derive(Debug, Serialize)]
struct Found {
    id: MessageId,
    message_id: Option<String>,
    from: String,
    from_name: String,
    subject: String,
    received_at: DateTime<Utc>,
    copies: Vec<Copy>,
}

/// One copy of it.
#[derive(Debug, Clone, Serialize)]
struct Copy {
    id: DeliveryId,
    scanner: String,
    mailbox: String,
    /// Nothing for an imported file.
    folder: Option<String>,
    uid: Option<i64>,
    received_at: Option<DateTime<Utc>>,
    state: &'static str,
    /// Since when it is no longer in that folder on the server.
    vanished_at: Option<DateTime<Utc>>,
    /// The folder of its mailbox in which the message lies now, where it was moved.
    moved_to: Option<String>,
    /// What became of it and what can be done.
    says: String,
}

pub(super) async fn run(
    app: &App,
    sought: &Sought,
    server: bool,
    limit: u64,
    json: bool,
) -> anyhow::Result<Done> {
    let search = Search::of(sought);
    let places = Places::read(app).await?;
    let Searched { messages, back_to } = search.run(&app.store, limit).await?;
    let ids: Vec<MessageId> = messages.iter().map(|message| message.id).collect();
    let fates = Fates::read(&app.store, &ids).await?;
    let mut copies: HashMap<MessageId, Vec<Copy>> = HashMap::new();
    let listed = crate::store::deliveries::chosen::of_messages(&app.store, &ids).await?;
    for one in &listed {
        let Some(message) = one.delivery.message_id else {
            continue;
        };
        let of_message = listed
            .iter()
            .filter(|other| other.delivery.message_id == Some(message));
        let copy = places.copy(one, of_message, &fates);
        copies.entry(message).or_default().push(copy);
    }
    let found: Vec<Found> = messages
        .into_iter()
        .map(|message| Found {
            copies: copies.remove(&message.id).unwrap_or_default(),
            id: message.id,
            message_id: message.rfc_message_id,
            from: message.from_email,
            from_name: message.from_name,
            subject: message.subject,
            received_at: message.received_at,
        })
        .collect();
    let (on_server, unasked) = if server {
        on_server::ask(app, &search, &places, limit).await?
    } else {
        (Vec::new(), Vec::new())
    };
    let nothing = found.is_empty() && on_server.is_empty();
    let answer = Answer {
        why_not: if nothing {
            why_not::all(app, &search, &places).await?
        } else {
            Vec::new()
        },
        found,
        searched_back_to: back_to,
        on_server,
        unasked,
    };
    if json {
        output::json(&answer)?;
    } else {
        say(&answer)?;
        if nothing && !server {
            output::line("`mailroom find --server` asks the mail servers, too.")?;
        }
    }
    Ok(if nothing || !answer.unasked.is_empty() {
        Done::Failed
    } else {
        Done::Well
    })
}

/// Every scanner with its mailbox.
struct Places(HashMap<ScannerId, Placed>);

impl Places {
    async fn read(app: &App) -> anyhow::Result<Self> {
        let placed = scanners::all_with_mailbox_and_server(&app.store).await?;
        Ok(Self(
            placed
                .into_iter()
                .map(|placed| (placed.scanner.id, placed))
                .collect(),
        ))
    }

    /// By name.
    fn sorted(&self) -> Vec<&Placed> {
        let mut all: Vec<&Placed> = self.0.values().collect();
        all.sort_by(|a, b| a.scanner.name.cmp(&b.scanner.name));
        all
    }

    fn place<'a>(&self, listed: &'a Listed) -> Place<'a> {
        let placed = self.0.get(&listed.folder.scanner_id);
        Place {
            copy: &listed.delivery,
            folder: &listed.folder.name,
            mailbox: placed.map(|placed| placed.mailbox.id),
        }
    }

    /// One of all copies of a message.
    fn copy<'a>(
        &self,
        listed: &Listed,
        all: impl IntoIterator<Item = &'a Listed>,
        fates: &Fates,
    ) -> Copy {
        let placed = self.0.get(&listed.folder.scanner_id);
        let delivery = &listed.delivery;
        let is_file = listed.is_file();
        let here = self.place(listed);
        let others = all.into_iter().map(|other| self.place(other));
        let moved_to = whereabouts::moved_to(&here, others);
        let fate = fates.of(listed);
        let says = match whereabouts::away(&here, moved_to.as_deref()) {
            Some(away) => format!("{away}; {fate}"),
            None => fate,
        };
        Copy {
            id: delivery.id,
            scanner: placed.map_or_else(String::new, |placed| placed.scanner.name.clone()),
            mailbox: placed.map_or_else(String::new, |placed| placed.mailbox.address.clone()),
            folder: (!is_file).then(|| listed.folder.name.clone()),
            uid: (!is_file).then_some(delivery.uid),
            received_at: delivery.internal_date,
            state: delivery.state.as_str(),
            vanished_at: delivery.vanished_at,
            moved_to,
            says,
        }
    }
}

fn say(answer: &Answer) -> std::io::Result<()> {
    for found in &answer.found {
        output::line(format!(
            "Message {}  {}  {}  {}",
            found.id,
            output::moment(found.received_at),
            found.from,
            output::shortened(&found.subject, 80)
        ))?;
        for copy in &found.copies {
            output::line(format!("  {}", sentence(copy)))?;
        }
        if found.copies.is_empty() {
            output::line("  Its copies are gone with the scanner that kept them.")?;
        }
    }
    for there in &answer.on_server {
        output::line(there.sentence())?;
    }
    for trouble in &answer.unasked {
        output::line(trouble)?;
    }
    if let Some(back_to) = answer.searched_back_to {
        output::line(format!(
            "Mail from before {} was not looked through; add --until {} to go on there.",
            output::moment(back_to),
            back_to.format("%Y-%m-%d")
        ))?;
    }
    if answer.found.is_empty() && answer.on_server.is_empty() {
        output::line("Never seen: no message in the ledger is like that.")?;
        for why in &answer.why_not {
            for sentence in &why.because {
                output::line(format!("  {}: {sentence}", why.scanner))?;
            }
        }
    }
    Ok(())
}

fn sentence(copy: &Copy) -> String {
    let place = match (&copy.folder, copy.uid) {
        (Some(folder), Some(uid)) => format!("{} {folder} UID {uid}", copy.mailbox),
        _ => format!("imported file ({})", copy.scanner),
    };
    format!("Copy {}, {place}: {}", copy.id, copy.says)
}
