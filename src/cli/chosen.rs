//! Which copies of messages a person means: what was typed, turned into what is asked of the ledger.

use chrono::NaiveTime;
use entities::deliveries::DeliveryState;
use entities::ids::{DeliveryId, ScannerId};

use super::args::{ChosenCopies, State};
use super::scan::no_scanner;
use crate::app::App;
use crate::store::deliveries::chosen::Filter;
use crate::store::scanners;

/// What is asked of the ledger; without a state those that failed or are held are meant.
pub(super) async fn filter(app: &App, chosen: &ChosenCopies) -> anyhow::Result<Filter> {
    let scanner = match &chosen.scanner {
        None => None,
        Some(name) => Some(scanner(app, name).await?),
    };
    let states = if chosen.state.is_empty() {
        vec![DeliveryState::Failed, DeliveryState::Held]
    } else {
        chosen.state.iter().copied().map(State::stored).collect()
    };
    Ok(Filter {
        ids: Vec::new(),
        scanner,
        states,
        error: chosen.error.clone(),
        since: chosen
            .since
            .map(|day| day.and_time(NaiveTime::MIN).and_utc()),
    })
}

/// The scanner of this name.
pub(super) async fn scanner(app: &App, name: &str) -> anyhow::Result<ScannerId> {
    if let Some(found) = scanners::find_by_name(&app.store, name).await? {
        return Ok(found.id);
    }
    let all = scanners::list(&app.store).await?;
    let known = all.iter().map(|scanner| scanner.name.as_str());
    Err(no_scanner(name, known))
}

/// Numbers as they were typed, each once.
pub(super) fn ids(typed: &[i64]) -> Vec<DeliveryId> {
    let mut ids: Vec<DeliveryId> = typed.iter().copied().map(DeliveryId).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

impl State {
    fn stored(self) -> DeliveryState {
        match self {
            Self::Failed => DeliveryState::Failed,
            Self::Held => DeliveryState::Held,
            Self::Discarded => DeliveryState::Discarded,
            Self::Done => DeliveryState::Done,
            Self::Ignored => DeliveryState::Ignored,
            Self::Gone => DeliveryState::Gone,
        }
    }
}
