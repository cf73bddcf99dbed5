//! Every scanner with its light, its health, its scans and what it came to today.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::scan_days;
use maud::{Markup, html};

use super::super::layout::{Reader, address, button};
use super::super::light::{Light, badge};
use super::super::mailbox_view::{Remedy, what_helps};
use super::super::moment::{Now, moment};
use super::super::scanner::{self, Scanner};
use super::super::{mailbox_show, words};
use crate::store::scanners::Placed;
use crate::store::{self, Store, StoreError};

/// One scanner.
#[derive(Debug)]
pub(in crate::web) struct Row {
    pub(in crate::web) placed: Placed,
    pub(in crate::web) light: Light,
    pub(in crate::web) scanner: Scanner,
    pub(in crate::web) today: Option<scan_days::Model>,
    /// The one thing to press; looked for where the light is red.
    pub(in crate::web) remedy: Option<Remedy>,
}

impl Row {
    /// The smaller, the sooner somebody should look.
    pub(super) fn urgency(&self) -> (u8, String) {
        let urgency = match () {
            () if !self.scanner.enabled => 4,
            () if self.light.is_red() => 0,
            () if self.scanner.is_troubled() => 1,
            () if self.light.row.is_none() => 2,
            () => 3,
        };
        (urgency, self.scanner.name.clone())
    }
}

/// All, by name.
pub(in crate::web) async fn read(
    store: &Store,
    now: DateTime<Utc>,
) -> Result<Vec<Row>, StoreError> {
    let lights: HashMap<_, _> = store::lights::list(store)
        .await?
        .into_iter()
        .map(|light| (light.mailbox_id, light))
        .collect();
    let mut scanners: HashMap<_, _> = scanner::by_mailbox(store)
        .await?
        .into_values()
        .flatten()
        .map(|scanner| (scanner.id, scanner))
        .collect();
    let mut today: HashMap<_, _> = store::scan_days::of_day(store, now.date_naive())
        .await?
        .into_iter()
        .map(|day| (day.scanner_id, day))
        .collect();
    let placed = store::scanners::all_with_mailbox_and_server(store).await?;
    let rows = placed.into_iter().filter_map(|placed| {
        Some(Row {
            light: Light::of(lights.get(&placed.mailbox.id).cloned()),
            scanner: scanners.remove(&placed.scanner.id)?,
            today: today.remove(&placed.scanner.id),
            remedy: None,
            placed,
        })
    });
    Ok(rows.collect())
}

/// Finds what is to be pressed where the light is red; for as many as are shown.
pub(in crate::web) async fn find_remedies(
    store: &Store,
    rows: &mut [Row],
) -> Result<(), StoreError> {
    for row in rows.iter_mut().filter(|row| row.light.is_red()) {
        let (_, remedy) = what_helps(store, &row.placed.mailbox, &row.light).await?;
        row.remedy = remedy;
    }
    Ok(())
}

/// The table.
pub(in crate::web) fn table(rows: &[Row], reader: &Reader, now: Now) -> Markup {
    html! {
        div.wide tabindex="0" role="region" aria-label="Scanners" {
            table.scanners.stacked {
                thead {
                    tr {
                        th scope="col" { "Scanner" }
                        th scope="col" { "Light" }
                        th scope="col" { "Health" }
                        th scope="col" { "Last and next scan" }
                        th.number scope="col" { "Read today" }
                        th.number scope="col" { "Linked" }
                        th.number scope="col" { "Leads made" }
                        th.number scope="col" { "Held" }
                    }
                }
                tbody { @for row in rows { (line(row, reader, now)) } }
            }
        }
    }
}

fn line(row: &Row, reader: &Reader, now: Now) -> Markup {
    let scanner = &row.placed.scanner;
    let mailbox = &row.placed.mailbox;
    let count = |of: fn(&scan_days::Model) -> i64| row.today.as_ref().map_or(0, of);
    html! {
        tr {
            th scope="row" {
                a href={ "/scanners/" (scanner.id) } { (scanner.name) }
                p.quiet { a href={ "/mailboxes/" (mailbox.id) } { (address(&mailbox.address)) } }
            }
            td data-head="Light" {
                (badge(row.light.state))
                @if let Some(why) = row.light.why() { p { (why) } }
                @if let Some(light) = &row.light.row {
                    p.quiet { "Since " (moment(light.since, now)) }
                    @if let (true, Some(who)) = (row.light.is_red(), &light.who) {
                        p.quiet { (words::of_who(who)) " must act." }
                    }
                }
                @if let Some(remedy) = row.remedy { (button(&mailbox_show::press_of(mailbox.id, remedy), reader)) }
            }
            td data-head="Health" { (row.scanner.state(&row.light, now)) }
            td data-head="Last and next scan" {
                @match row.scanner.last_scan_at {
                    Some(last) => p { (moment(last, now)) },
                    None => p { "never" },
                }
                p.quiet { "next: " (next(row, now)) }
            }
            td.number data-head="Read today" { (count(|day| day.kept)) }
            td.number data-head="Linked" { (count(|day| day.linked)) }
            td.number data-head="Leads made" { (count(|day| day.leads)) }
            td.number data-head="Held" { (count(|day| day.held)) }
        }
    }
}

/// When it is scanned next, or what keeps it.
pub(in crate::web) fn next(row: &Row, now: Now) -> Markup {
    let scanner = &row.placed.scanner;
    html! {
        @match scanner.next_scan_at {
            _ if row.scanner.is_scanned => "runs now",
            _ if scanner.paused_by.is_some() => "when it is resumed",
            _ if !row.placed.may_run() => "switched off",
            _ if row.light.is_red() => "when it is mended",
            Some(next) if next > now.at => (moment(next, now)),
            _ => "at once",
        }
    }
}
