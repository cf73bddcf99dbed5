//! `mailroom relink`: a person says where a message belongs, and where it does not.

use std::str::FromStr;

use anyhow::bail;
use entities::ids::MessageId;
use entities::record_kind::RecordKind;
use serde::Serialize;

use super::discard::user_name;
use super::{Done, output};
use crate::app::App;
use crate::records::relinking::{self, Relinked, Relinking, Which};
use crate::store::record_numbers;

/// A record as it is typed: `contact:12`, `L-3`, `T-3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RecordArgument(pub(super) Which);

impl FromStr for RecordArgument {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        let typed = typed.trim();
        let number = |prefix: &str| {
            let rest = typed.strip_prefix(prefix)?;
            rest.parse::<i64>().ok().filter(|id| *id > 0)
        };
        let kinds = [
            RecordKind::Contact,
            RecordKind::Organization,
            RecordKind::Lead,
            RecordKind::Ticket,
        ];
        let named = kinds
            .into_iter()
            .find_map(|kind| Some((kind, number(&format!("{}:", kind.as_str()))?)));
        named
            .or_else(|| record_numbers::read(typed))
            .map(Self)
            .ok_or_else(|| {
                "expected contact:12, organization:12, lead:12 or ticket:12 (also L-12, T-12)"
                    .to_owned()
            })
    }
}

/// What came of it, as `mailroom relink --json` prints it.
#[derive(Debug, Serialize)]
struct Outcome {
    message: MessageId,
    by: String,
    linked: Vec<Record>,
    unlinked: Vec<Record>,
}

#[derive(Debug, Serialize)]
struct Record {
    kind: &'static str,
    id: i64,
    name: String,
}

pub(super) async fn run(
    app: &App,
    id: i64,
    to: &[RecordArgument],
    not: &[RecordArgument],
    by: Option<String>,
    json: bool,
) -> anyhow::Result<Done> {
    let wish = Relinking {
        to: to.iter().map(|record| record.0).collect(),
        not: not.iter().map(|record| record.0).collect(),
        by: by.unwrap_or_else(user_name),
    };
    if let Some((kind, id)) = wish.to.iter().find(|which| wish.not.contains(which)) {
        bail!("{}:{id} can't be both --to and --not", kind.as_str());
    }
    let message = MessageId(id);
    let tx = app.store.begin().await?;
    let (linked, unlinked) = match relinking::relink(&tx, message, &wish, app.clock.now()).await? {
        Relinked::Done { linked, unlinked } => (linked, unlinked),
        Relinked::NoMessage => {
            bail!("There is no message {id}; `mailroom messages` lists them")
        }
        Relinked::NoRecord((kind, id)) => {
            let kind = kind.as_str();
            bail!("There is no {kind} {id}; `mailroom {kind}s` lists those there are")
        }
    };
    let mut outcome = Outcome {
        message,
        by: wish.by,
        linked: Vec::new(),
        unlinked: Vec::new(),
    };
    for (all, records) in [
        (linked, &mut outcome.linked),
        (unlinked, &mut outcome.unlinked),
    ] {
        for which in all {
            records.push(Record {
                kind: which.0.as_str(),
                id: which.1,
                name: relinking::name_of(&tx, which).await?.unwrap_or_default(),
            });
        }
    }
    tx.commit().await?;
    if json {
        output::json(&outcome)?;
    } else {
        say(&outcome)?;
    }
    Ok(Done::Well)
}

fn say(outcome: &Outcome) -> std::io::Result<()> {
    let Outcome { message, by, .. } = outcome;
    for (done, records) in [
        ("linked to", &outcome.linked),
        ("no longer linked to", &outcome.unlinked),
    ] {
        for Record { kind, id, name } in records {
            output::line(format!("Message {message} is {done} {kind} {id} {name}"))?;
        }
    }
    if outcome.linked.is_empty() && outcome.unlinked.is_empty() {
        output::line(format!("The links of message {message} stay as they were"))?;
    }
    output::line(format!(
        "Remembered in the name of {by}: no rule undoes it, and mail that follows goes the same way."
    ))
}

#[cfg(test)]
#[path = "relink_tests.rs"]
mod tests;
