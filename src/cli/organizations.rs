//! `mailroom organizations`: list them.

use entities::ids::OrganizationId;
use entities::organizations::Model;
use serde::Serialize;

use super::args::Page;
use super::bounced::{self, Bounced};
use super::{Done, output};
use crate::app::App;
use crate::store::{bounces, organizations};

/// One organization, as `mailroom organizations --json` prints it.
#[derive(Debug, Serialize)]
struct Line {
    id: OrganizationId,
    name: String,
    domains: Vec<String>,
    phone: String,
    website: String,
    /// Addresses at its domains that mail does not reach.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    bounced: Vec<Bounced>,
}

pub(super) async fn list(app: &App, page: Page, json: bool) -> anyhow::Result<Done> {
    let before = page.before.map(OrganizationId);
    let rows = organizations::newest(&app.store, before, page.limit).await?;
    let domains = rows.iter().flat_map(|row| &row.domains.0);
    let domains: Vec<&str> = domains.map(String::as_str).collect();
    let emails = bounces::emails_at(&app.store, &domains).await?;
    let all: Vec<&str> = emails.iter().map(String::as_str).collect();
    let known = bounced::of(app, &all).await?;
    let mut reported: Vec<&Bounced> = known.values().collect();
    reported.sort_by(|one, other| one.email.cmp(&other.email));
    let lines: Vec<Line> = rows.into_iter().map(|row| line(row, &reported)).collect();
    if json {
        output::json(&lines)?;
        return Ok(Done::Well);
    }
    output::table(
        ["Id", "Name", "Domains", "Phone", "Bounced"],
        lines.iter().map(|line| {
            let bounced = line.bounced.iter();
            let bounced = bounced.map(|one| bounced::shown(&one.email, &line.bounced));
            [
                line.id.to_string(),
                line.name.clone(),
                line.domains.join(", "),
                line.phone.clone(),
                bounced.collect::<Vec<_>>().join(", "),
            ]
        }),
    )?;
    Ok(Done::Well)
}

fn line(row: Model, reported: &[&Bounced]) -> Line {
    let is_theirs = |one: &Bounced| {
        let domain = one.email.rsplit_once('@').map(|(_, domain)| domain);
        domain.is_some_and(|domain| row.domains.0.iter().any(|own| own == domain))
    };
    let bounced = reported.iter().filter(|one| is_theirs(one));
    Line {
        bounced: bounced.map(|one| (*one).clone()).collect(),
        id: row.id,
        name: row.name,
        domains: row.domains.0,
        phone: row.phone,
        website: row.website,
    }
}
