//! `mailroom retry`: has messages dealt with once more at the next scan, which is due at once.

use std::collections::HashMap;

use anyhow::bail;
use entities::deliveries::DeliveryState;
use entities::ids::ScannerId;
use serde::Serialize;

use super::args::ChosenCopies;
use super::{Done, chosen, output, typed};
use crate::app::App;
use crate::store::deliveries::chosen::{Filter, count, list};
use crate::store::deliveries::retried::{RETRYABLE, Retried, release, retry};
use crate::store::scanners::{self, Placed};

/// How it is to go.
#[derive(Debug, Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub(super) struct Manner {
    /// Change nothing.
    pub(super) dry_run: bool,
    /// Don't ask.
    pub(super) yes: bool,
    /// Have dealt with what rules hold.
    pub(super) release: bool,
    /// Print JSON.
    pub(super) json: bool,
}

/// What came of it, as `mailroom retry --json` prints it.
#[derive(Debug, Serialize)]
struct Outcome {
    dry_run: bool,
    chosen: Vec<Chosen>,
    tried_again: u64,
    asked_again: u64,
    decided_anew: u64,
    out_of_reach: u64,
    /// Why some of it may take longer than until the next scan.
    waits: Vec<String>,
}

/// So many of one scanner and state.
#[derive(Debug, Serialize)]
struct Chosen {
    scanner: String,
    state: &'static str,
    count: i64,
}

pub(super) async fn run(
    app: &App,
    typed: &[i64],
    chosen: &ChosenCopies,
    manner: Manner,
) -> anyhow::Result<Done> {
    let mut filter = chosen::filter(app, chosen).await?;
    if !typed.is_empty() {
        filter.ids = chosen::ids(typed);
        if chosen.state.is_empty() {
            filter.states.clear();
        }
        all_there(app, &filter).await?;
    }
    let placed: HashMap<ScannerId, Placed> = scanners::all_with_mailbox_and_server(&app.store)
        .await?
        .into_iter()
        .map(|placed| (placed.scanner.id, placed))
        .collect();
    let name = |id: &ScannerId| {
        placed
            .get(id)
            .map(|placed| placed.scanner.name.clone())
            .unwrap_or_default()
    };
    let counted: Vec<_> = count(&app.store, &filter)
        .await?
        .into_iter()
        .filter(|(_, state, _)| RETRYABLE.contains(state))
        .collect();
    let chosen: Vec<Chosen> = counted
        .iter()
        .map(|(scanner, state, count)| Chosen {
            scanner: name(scanner),
            state: state.as_str(),
            count: *count,
        })
        .collect();
    let anew = counted
        .iter()
        .any(|(_, state, _)| matches!(state, DeliveryState::Done | DeliveryState::Ignored));
    if !manner.json {
        say_chosen(&chosen, anew)?;
    }
    let mut retried = Retried::default();
    if !manner.dry_run && !chosen.is_empty() {
        let ids_only = !filter.ids.is_empty() && !anew;
        if !manner.yes && !ids_only && !typed::is_meant().await? {
            output::line("Nothing was changed.")?;
            return Ok(Done::Failed);
        }
        let tx = app.store.begin().await?;
        if manner.release {
            release(&tx, &filter, app.clock.now()).await?;
        }
        retried = retry(&tx, &filter, app.clock.now()).await?;
        tx.commit().await?;
    }
    let outcome = Outcome {
        dry_run: manner.dry_run,
        chosen,
        tried_again: retried.tried_again,
        asked_again: retried.asked_again,
        decided_anew: retried.anew,
        out_of_reach: retried.out_of_reach,
        waits: waits(app, &retried.scanners, &placed).await?,
    };
    if manner.json {
        output::json(&outcome)?;
    } else if !manner.dry_run {
        say(&outcome)?;
    }
    Ok(if outcome.out_of_reach > 0 {
        Done::Failed
    } else {
        Done::Well
    })
}

/// Complains of numbers that no copy has, and of copies that wait anyway.
async fn all_there(app: &App, filter: &Filter) -> anyhow::Result<()> {
    let by_id = Filter {
        ids: filter.ids.clone(),
        ..Filter::default()
    };
    let found = list(&app.store, &by_id, None, u64::MAX >> 1).await?;
    for id in &filter.ids {
        match found.iter().find(|listed| listed.delivery.id == *id) {
            None => bail!(
                "There is no copy {id}; `mailroom held` and `mailroom find` show their numbers"
            ),
            Some(listed) if listed.delivery.state == DeliveryState::Pending => {
                bail!("{id} waits to be decided at the next scan already");
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Why scanners that are due are not scanned at once.
async fn waits(
    app: &App,
    due: &[ScannerId],
    placed: &HashMap<ScannerId, Placed>,
) -> anyhow::Result<Vec<String>> {
    let mut waits = Vec::new();
    for id in due {
        let Some(placed) = placed.get(id) else {
            continue;
        };
        if let Some(why) = super::find::standstill(app, placed).await? {
            let name = &placed.scanner.name;
            waits.push(format!(
                "{name}: {why} `mailroom scan {name}` scans it now."
            ));
        }
    }
    Ok(waits)
}

fn say_chosen(chosen: &[Chosen], anew: bool) -> std::io::Result<()> {
    if chosen.is_empty() {
        return output::line("No message fits; nothing is tried again.");
    }
    for one in chosen {
        let s = if one.count == 1 { "" } else { "s" };
        let count = output::number(one.count.unsigned_abs());
        output::line(format!("{}: {count} message{s} {}", one.scanner, one.state))?;
    }
    if anew {
        output::line(
            "What was decided is decided anew by the rules of today: leads, links and tags that are there stay and are not made twice, new ones are added.",
        )?;
    }
    Ok(())
}

fn say(outcome: &Outcome) -> std::io::Result<()> {
    let parts: Vec<String> = [
        (outcome.tried_again, "tried again"),
        (outcome.asked_again, "asked for again on the server"),
        (outcome.decided_anew, "decided anew"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, what)| format!("{} {what}", output::number(count)))
    .collect();
    if !parts.is_empty() {
        output::line(format!("With the next scan: {}.", parts.join(", ")))?;
    }
    if outcome.out_of_reach > 0 {
        output::line(format!(
            "{} can't be asked for: their folder has numbered its messages anew since, and they were announced under their new numbers.",
            output::number(outcome.out_of_reach)
        ))?;
    }
    for wait in &outcome.waits {
        output::line(wait)?;
    }
    Ok(())
}
