//! `mailroom discard`: leaves messages alone for good, in somebody's name and with a reason.

use anyhow::bail;
use entities::deliveries::DeliveryState;
use entities::ids::DeliveryId;
use serde::Serialize;

use super::{Done, chosen, output};
use crate::app::App;
use crate::store::deliveries::chosen::{Filter, list};
use crate::store::deliveries::retried::{DISCARDABLE, discard};

/// What came of it, as `mailroom discard --json` prints it.
#[derive(Debug, Serialize)]
struct Outcome {
    discarded: Vec<DeliveryId>,
    by: String,
    reason: String,
}

pub(super) async fn run(
    app: &App,
    typed: &[i64],
    reason: &str,
    json: bool,
) -> anyhow::Result<Done> {
    let reason = reason.trim();
    if reason.is_empty() {
        bail!("A reason of blanks helps nobody who looks for the message later; write one");
    }
    let ids = chosen::ids(typed);
    let tx = app.store.begin().await?;
    let by_id = Filter {
        ids: ids.clone(),
        ..Filter::default()
    };
    let found = list(&tx, &by_id, None, u64::MAX >> 1).await?;
    for id in &ids {
        let Some(listed) = found.iter().find(|listed| listed.delivery.id == *id) else {
            bail!("There is no copy {id}; `mailroom held` and `mailroom find` show their numbers");
        };
        let state = listed.delivery.state;
        if !DISCARDABLE.contains(&state) {
            bail!("{id} can't be discarded: {}", why_not(state));
        }
    }
    let by = user_name();
    discard(&tx, &ids, &by, reason, app.clock.now()).await?;
    tx.commit().await?;
    let outcome = Outcome {
        discarded: ids,
        by,
        reason: reason.to_owned(),
    };
    if json {
        output::json(&outcome)?;
    } else {
        let count = outcome.discarded.len();
        let s = if count == 1 { "" } else { "s" };
        output::line(format!(
            "{count} message{s} discarded by {}; `mailroom retry` takes it back.",
            outcome.by
        ))?;
    }
    Ok(Done::Well)
}

fn why_not(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Discarded => "it is discarded already",
        DeliveryState::Gone => "it was removed on the server before it was read",
        _ => "it is dealt with already; `mailroom find` says what became of it",
    }
}

/// What the terminal calls whoever sits at it.
pub(super) fn user_name() -> String {
    ["USER", "LOGNAME"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok().filter(|user| !user.is_empty()))
        .unwrap_or_else(|| format!("user {}", rustix::process::getuid().as_raw()))
}
