//! What happened to each message, as a table and as lines.

use std::collections::HashMap;

use entities::ids::MessageId;
use entities::messages::Model;
use rules::{Action, Decision, Outcome};

use super::output;
use crate::app::App;
use crate::store::messages::Filter;
use crate::store::{decisions, links, messages};

/// More messages than the demo has.
const ALL: u64 = 1_000;

/// Tells of every message, the oldest first.
pub(super) async fn say_messages(app: &App) -> anyhow::Result<()> {
    let mut rows = messages::list(&app.store, &Filter::default(), None, ALL).await?;
    rows.sort_by_key(|row| row.received_at);
    let told = tell(app, &rows).await?;
    output::table(
        ["From", "Subject", "What happened"],
        rows.iter().zip(told).map(|(row, told)| {
            [
                row.from_email.clone(),
                output::shortened(&row.subject, 44),
                told,
            ]
        }),
    );
    Ok(())
}

/// The newest message there is.
pub(super) async fn newest(app: &App) -> anyhow::Result<MessageId> {
    let rows = messages::list(&app.store, &Filter::default(), None, 1).await?;
    Ok(rows.first().map_or(MessageId(0), |row| row.id))
}

/// Tells of the messages after `seen`; gives back the newest.
pub(super) async fn say_new(app: &App, seen: MessageId) -> anyhow::Result<MessageId> {
    let mut rows = messages::list(&app.store, &Filter::default(), None, 50).await?;
    rows.retain(|row| row.id > seen);
    rows.reverse();
    for (row, told) in rows.iter().zip(tell(app, &rows).await?) {
        output::line(output::printable(&format!(
            "{}  «{}»  {told}",
            row.from_email, row.subject
        )));
    }
    Ok(rows.last().map_or(seen, |row| row.id))
}

/// One sentence for each message.
async fn tell(app: &App, rows: &[Model]) -> anyhow::Result<Vec<String>> {
    let ids: Vec<MessageId> = rows.iter().map(|row| row.id).collect();
    let mut linked: HashMap<MessageId, Vec<String>> = HashMap::new();
    for named in links::for_messages(&app.store, &ids).await? {
        let record = format!("{} {}", named.link.record_kind.as_str(), named.name);
        linked
            .entry(named.link.message_id)
            .or_default()
            .push(record);
    }
    let mut told = Vec::with_capacity(rows.len());
    for row in rows {
        let decided = decisions::for_message(&app.store, row.id).await?;
        let decided: Vec<Decision> = decided
            .into_iter()
            .map(|row| serde_json::from_value(row.body))
            .collect::<Result<_, _>>()?;
        told.push(sentence(
            &decided,
            &linked.remove(&row.id).unwrap_or_default(),
        ));
    }
    Ok(told)
}

fn sentence(decided: &[Decision], linked: &[String]) -> String {
    let done = |action: &dyn Fn(&Action) -> bool| {
        decided
            .iter()
            .flat_map(|decision| &decision.actions)
            .find(|planned| planned.outcome == Outcome::Do && action(&planned.action))
    };
    if let Some(planned) = done(&|action| matches!(action, Action::CreateLead(_))) {
        return format!("new lead by rule “{}”: {}", planned.rule, linked.join(", "));
    }
    if !linked.is_empty() {
        return format!("linked to {}", linked.join(", "));
    }
    match done(&|action| matches!(action, Action::Ignore(_))) {
        Some(planned) => match &planned.action {
            Action::Ignore(reason) => format!("ignored: {reason}"),
            _ => format!("ignored by rule “{}”", planned.rule),
        },
        None => "kept; no rule had anything to do".to_owned(),
    }
}
