//! `mailroom undo`: takes back what one rule, one scan or all scans of a mailbox did, after showing what that is.

use std::cmp::Reverse;

use ::rules::PRESET_PREFIX;
use anyhow::bail;
use chrono::{DateTime, Utc};
use entities::ids::{RecordMoveId, ScanId};
use entities::record_moves;
use serde::Serialize;

use super::args::Undoing;
use super::discard::user_name;
use super::{Done, output, typed};
use crate::app::App;
use crate::apply::take_back_in_parts;
use crate::config::did_you_mean;
use crate::records::moving;
use crate::records::undo::{Counts, Teller, Undone, undo};
use crate::store::undos::{self, Scope};
use crate::store::{self, StoreError, mailboxes, rules, scans};

/// What came of it, as `mailroom undo --json` prints it.
#[derive(Debug, Serialize)]
struct Outcome {
    dry_run: bool,
    of: String,
    #[serde(flatten)]
    undone: Undone,
}

/// One undoing, as `mailroom undo --history --json` prints it.
#[derive(Debug, Serialize)]
struct Line {
    at: DateTime<Utc>,
    of: String,
    by: String,
    counts: Counts,
}

/// How many undoings are listed.
const HISTORY: u64 = 100;

pub(super) async fn run(app: &App, what: &Undoing) -> anyhow::Result<Done> {
    if what.history {
        return history(app, what.json).await;
    }
    if let Some(id) = what.moved {
        return take_back_move(app, RecordMoveId(id), what).await;
    }
    let (scope, name) = scope(app, what).await?;
    let of = match &scope {
        Scope::Rule(_) => format!("rule {name}"),
        Scope::Scan(_) => format!("scan {name}"),
        Scope::Mailbox(_) => format!("mailbox {name}"),
    };
    // Who says yes beforehand is not kept waiting for what would go.
    if !what.yes || what.json || what.dry_run {
        let preview = attempt(app, &scope, &name, false).await?;
        if !what.json {
            say(&of, &preview, "would go")?;
        }
        if preview.counts.is_empty() {
            known(app, &scope).await?;
        }
        if preview.counts.is_empty() || what.dry_run {
            return finish(what, of, preview, true);
        }
    }
    if !what.yes && !typed::is_meant().await? {
        output::line("Nothing was changed.")?;
        return Ok(Done::Failed);
    }
    let undone = attempt(app, &scope, &name, true).await?;
    if undone.counts.is_empty() {
        known(app, &scope).await?;
    }
    if !what.json {
        say(&of, &undone, "gone")?;
    }
    finish(what, of, undone, false)
}

fn finish(what: &Undoing, of: String, undone: Undone, dry_run: bool) -> anyhow::Result<Done> {
    if what.json {
        output::json(&Outcome {
            dry_run,
            of,
            undone,
        })?;
    }
    Ok(Done::Well)
}

/// What it does; without `keep` nothing is changed.
async fn attempt(app: &App, scope: &Scope, name: &str, keep: bool) -> Result<Undone, StoreError> {
    let author = user_name();
    let teller = Teller {
        name,
        author: &author,
        now: app.clock.now(),
    };
    if keep {
        return take_back_in_parts(&app.store, scope, teller).await;
    }
    let tx = app.store.begin().await?;
    undo(&tx, scope, teller).await
}

/// Says so where there is no such rule. One that is gone may have left its work behind, so this is asked only where
/// nothing was found.
async fn known(app: &App, scope: &Scope) -> anyhow::Result<()> {
    let Scope::Rule(name) = scope else {
        return Ok(());
    };
    let rules = rules::list(&app.store).await?;
    if name.starts_with(PRESET_PREFIX) || rules.iter().any(|rule| rule.name == *name) {
        return Ok(());
    }
    let hint = did_you_mean(name, rules.iter().map(|rule| rule.name.as_str()));
    bail!("There is no rule \"{name}\"{hint}, and nothing is left of what one of this name did");
}

async fn scope(app: &App, what: &Undoing) -> anyhow::Result<(Scope, String)> {
    if let Some(name) = &what.rule {
        return Ok((Scope::Rule(name.clone()), name.clone()));
    }
    if let Some(id) = what.scan {
        if scans::by_id(&app.store, ScanId(id)).await?.is_none() {
            bail!("There is no report of scan {id}; `mailroom scans` shows their numbers");
        }
        return Ok((Scope::Scan(ScanId(id)), id.to_string()));
    }
    let address = what.mailbox.clone().unwrap_or_default().to_lowercase();
    let Some(mailbox) = mailboxes::find_by_address(&app.store, &address).await? else {
        bail!("There is no mailbox {address}; `mailroom status` shows them");
    };
    Ok((Scope::Mailbox(mailbox.id), address))
}

/// What goes, each with its number.
fn told(counts: &Counts) -> Vec<String> {
    [
        (counts.leads, "lead", "leads"),
        (counts.tickets, "ticket", "tickets"),
        (counts.contacts, "contact", "contacts"),
        (counts.organizations, "organization", "organizations"),
        (counts.statuses, "change of a ticket", "changes of tickets"),
        (counts.links, "link", "links"),
        (counts.tags, "tag", "tags"),
        (
            counts.work,
            "assignee, status or priority of a message",
            "assignees, statuses and priorities of messages",
        ),
        (counts.on_server, "change on a server", "changes on servers"),
        (
            counts.bounces,
            "report about an address",
            "reports about addresses",
        ),
        (
            counts.unsent,
            "mail that waited to be sent",
            "mails that waited to be sent",
        ),
        (
            counts.shared,
            "thing stays, as others asked for it or said otherwise",
            "things stay, as others asked for them or said otherwise",
        ),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(count, one, many)| format!("{count} {}", if count == 1 { one } else { many }))
    .collect()
}

fn say(of: &str, undone: &Undone, what: &str) -> std::io::Result<()> {
    let counts = undone.counts;
    if counts.is_empty() {
        output::line(format!("Of {of} nothing is left to take back."))?;
    } else {
        output::line(format!("Of {of}, {what}:"))?;
        for told in told(&counts) {
            output::line(format!("  {told}"))?;
        }
    }
    match undone.sent {
        0 => {}
        1 => output::line("  stays: 1 mail that was sent already")?,
        sent => output::line(format!("  stays: {sent} mails that were sent already"))?,
    }
    for kept in &undone.kept {
        output::line(format!("  stays: {} {}, {}", kept.kind, kept.id, kept.why))?;
    }
    Ok(())
}

/// What became another record becomes itself again.
async fn take_back_move(app: &App, id: RecordMoveId, what: &Undoing) -> anyhow::Result<Done> {
    let tx = app.store.begin().await?;
    let back = moving::take_back(&tx, id, &user_name(), app.clock.now()).await?;
    let told = moved(&back);
    if what.dry_run {
        drop(tx);
    } else {
        tx.commit().await?;
    }
    if what.json {
        output::json(&serde_json::json!({ "dry_run": what.dry_run, "of": told }))?;
    } else if what.dry_run {
        output::line(format!("Can be taken back: {told}"))?;
    } else {
        output::line(format!("Taken back: {told}"))?;
    }
    Ok(Done::Well)
}

/// `move 3: lead 12 converted to contact 7`.
fn moved(row: &record_moves::Model) -> String {
    format!(
        "move {}: {} {} {} to {} {}",
        row.id,
        row.from_kind.as_str(),
        row.from_id,
        row.reason.as_str(),
        row.to_kind.as_str(),
        row.to_id
    )
}

async fn history(app: &App, json: bool) -> anyhow::Result<Done> {
    let undone = undos::list(&app.store, HISTORY).await?;
    let moves = store::record_moves::list(&app.store, HISTORY).await?;
    let mut lines: Vec<Line> = undone
        .into_iter()
        .map(|row| Line {
            at: row.created_at,
            of: format!("{} {}", row.scope.as_str(), row.name),
            by: row.author,
            counts: serde_json::from_value(row.counts).unwrap_or_default(),
        })
        .collect();
    lines.extend(moves.into_iter().map(|row| Line {
        at: row.created_at,
        of: match row.undone_at {
            Some(at) => format!("{}, taken back {}", moved(&row), output::moment(at)),
            None => moved(&row),
        },
        by: row.author,
        counts: Counts::default(),
    }));
    lines.sort_by_key(|line| Reverse(line.at));
    if json {
        output::json(&lines)?;
        return Ok(Done::Well);
    }
    output::table(
        ["At", "What", "By", "Taken back"],
        lines.into_iter().map(|line| {
            [
                output::moment(line.at),
                line.of,
                line.by,
                told(&line.counts).join(", "),
            ]
        }),
    )?;
    Ok(Done::Well)
}
