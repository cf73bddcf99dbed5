//! `mailroom leads convert` and `mailroom merge`: records that become others.

use entities::ids::{ContactId, LeadId, OrganizationId, RecordMoveId};
use serde::Serialize;

use super::discard::user_name;
use super::{Done, output};
use crate::app::App;
use crate::records::moving::convert::{self, Conversion};
use crate::records::moving::merge;
use crate::store::record_moves::Record;

/// What came of a conversion.
#[derive(Debug, Serialize)]
struct Converted {
    r#move: RecordMoveId,
    lead: LeadId,
    contact: ContactId,
    organization: Option<OrganizationId>,
    links: usize,
}

/// What came of a merge.
#[derive(Debug, Serialize)]
struct Merged {
    r#move: RecordMoveId,
    kind: &'static str,
    from: i64,
    into: i64,
    links: usize,
}

pub(super) async fn convert(
    app: &App,
    lead: LeadId,
    into: Option<ContactId>,
    organization: Option<String>,
    json: bool,
) -> anyhow::Result<Done> {
    let wish = Conversion {
        lead,
        into,
        organization,
        author: user_name(),
    };
    let tx = app.store.begin().await?;
    let made = convert::convert(&tx, wish, app.clock.now()).await?;
    tx.commit().await?;
    let outcome = Converted {
        r#move: made.moved,
        lead,
        contact: made.contact,
        organization: made.organization,
        links: made.links,
    };
    if json {
        output::json(&outcome)?;
    } else {
        output::line(format!(
            "Lead {lead} is contact {} now, with {}. `mailroom undo --move {}` takes that back.",
            made.contact,
            messages(made.links),
            made.moved
        ))?;
    }
    Ok(Done::Well)
}

pub(super) async fn merge(
    app: &App,
    from: Record,
    into: Record,
    json: bool,
) -> anyhow::Result<Done> {
    let tx = app.store.begin().await?;
    let made = merge::merge(&tx, from, into, &user_name(), app.clock.now()).await?;
    tx.commit().await?;
    let outcome = Merged {
        r#move: made.moved,
        kind: from.0.as_str(),
        from: from.1,
        into: into.1,
        links: made.links,
    };
    if json {
        output::json(&outcome)?;
    } else {
        output::line(format!(
            "{kind} {} is {kind} {} now, with {}. `mailroom undo --move {}` takes that back.",
            from.1,
            into.1,
            messages(made.links),
            made.moved,
            kind = outcome.kind,
        ))?;
    }
    Ok(Done::Well)
}

fn messages(count: usize) -> String {
    match count {
        1 => "1 message".to_owned(),
        count => format!("{count} messages"),
    }
}
