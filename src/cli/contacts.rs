//! `mailroom contacts`: list them, import them.

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;

use anyhow::Context as _;
use entities::ids::ContactId;
use entities::record_kind::RecordKind;
use serde::Serialize;
use tokio::sync::watch;

use super::args::Page;
use super::bounced::{self, Bounced};
use super::{Done, output, progress};
use crate::app::App;
use crate::setup::contacts_csv::{self, Report};
use crate::store::{contacts, organizations, record_addresses};

/// One contact, as `mailroom contacts --json` prints it.
#[derive(Debug, Serialize)]
struct Line {
    id: ContactId,
    first_name: String,
    last_name: String,
    organization: Option<String>,
    phone: String,
    emails: Vec<String>,
    /// Those that mail does not reach.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    bounced: Vec<Bounced>,
}

pub(super) async fn list(app: &App, page: Page, json: bool) -> anyhow::Result<Done> {
    let rows = contacts::list(&app.store, page.before.map(ContactId), page.limit).await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.id.0).collect();
    let addresses = record_addresses::of_records(&app.store, RecordKind::Contact, &ids).await?;
    let mut emails: HashMap<i64, Vec<String>> = HashMap::new();
    let all: Vec<&str> = addresses.iter().map(|one| one.email.as_str()).collect();
    let bounced = bounced::of(app, &all).await?;
    for address in addresses {
        emails
            .entry(address.record_id)
            .or_default()
            .push(address.email);
    }
    let organizations: HashMap<_, _> = organizations::list(&app.store)
        .await?
        .into_iter()
        .map(|one| (one.id, one.name))
        .collect();
    let lines: Vec<Line> = rows
        .into_iter()
        .map(|row| (emails.remove(&row.id.0).unwrap_or_default(), row))
        .map(|(emails, row)| Line {
            bounced: emails
                .iter()
                .filter_map(|one| bounced.get(one).cloned())
                .collect(),
            emails,
            organization: row
                .organization_id
                .and_then(|id| organizations.get(&id).cloned()),
            id: row.id,
            first_name: row.first_name,
            last_name: row.last_name,
            phone: row.phone,
        })
        .collect();
    if json {
        output::json(&lines)?;
    } else {
        output::table(
            ["Id", "Name", "Organization", "E-mail", "Phone"],
            lines.iter().map(|line| {
                [
                    line.id.to_string(),
                    format!("{} {}", line.first_name, line.last_name)
                        .trim()
                        .to_owned(),
                    line.organization.clone().unwrap_or_default(),
                    line.emails
                        .iter()
                        .map(|email| bounced::shown(email, &line.bounced))
                        .collect::<Vec<_>>()
                        .join(", "),
                    line.phone.clone(),
                ]
            }),
        )?;
    }
    Ok(Done::Well)
}

pub(super) async fn import(app: &App, file: &Path, json: bool) -> anyhow::Result<Done> {
    let source = File::open(file).with_context(|| {
        format!(
            "The file {} can't be read; check its path and permissions",
            file.display()
        )
    })?;
    let (rows, seen) = watch::channel(0);
    let bar = progress::count("contacts", seen);
    let say = move |read| {
        rows.send_replace(read);
    };
    let report = contacts_csv::import(&app.store, source, app.clock.now(), &say).await;
    drop(say);
    bar.await?;
    let report = report
        .with_context(|| format!("The file {} was not imported to its end", file.display()))?;
    if json {
        output::json(&report)?;
    } else {
        tell(&report)?;
    }
    Ok(if report.skipped_count == 0 {
        Done::Well
    } else {
        Done::Failed
    })
}

fn tell(report: &Report) -> std::io::Result<()> {
    let Report {
        read,
        created,
        updated,
        unchanged,
        skipped_count,
        ..
    } = report;
    output::line(format!(
        "{read} rows read: {created} contacts made, {updated} changed, {unchanged} as they were, {skipped_count} rows left out"
    ))?;
    for skipped in &report.skipped {
        output::line(format!("  line {}: {}", skipped.line, skipped.reason))?;
    }
    if !report.ignored_columns.is_empty() {
        let columns = report.ignored_columns.join(", ");
        output::line(format!("Columns that were not used: {columns}"))?;
    }
    Ok(())
}
