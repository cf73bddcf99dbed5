//! Reports of delivery: which addresses mail of ours did not reach, as far as a report is to be believed.
//!
//! Anybody may send what looks like a report. It counts where it is about a message that we hold as sent to that very
//! address, or where a trusted server vouches for its sender and that is whoever would know: the address's own domain,
//! ours, or the machine of a large provider. No rule asks for this, and none stops it.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::bounces::BounceOutcome;
use entities::ids::{MessageId, ScanId, ScannerId};
use entities::messages::{Direction, Model};
use rules::{DeliveryOutcome, DeliveryReport, Identified, MessageFacts};
use serde_json::Value;

use crate::domains;
use crate::message::Own;
use crate::store::bounces::{self, NewBounce};
use crate::store::{StoreError, Tx, messages};

/// Local parts at which machines of providers write.
const MACHINES: [&str; 2] = ["mailer-daemon", "postmaster"];

/// A message that reports on others.
#[derive(Debug, Clone, Copy)]
pub struct Reporting<'a> {
    /// Its row.
    pub message: MessageId,
    /// What it says.
    pub facts: &'a MessageFacts,
    /// When it came.
    pub received_at: DateTime<Utc>,
}

/// Keeps what these messages report of addresses of others.
pub async fn note_bounces(
    tx: &Tx,
    (scan, scanner): (Option<ScanId>, ScannerId),
    reporting: &[Reporting<'_>],
    own: &Own,
) -> Result<(), StoreError> {
    let reports = reporting.iter().flat_map(|one| &one.facts.reports);
    let ids: Vec<&str> = reports
        .filter_map(|report| report.message_id.as_deref())
        .collect();
    if reporting.is_empty() {
        return Ok(());
    }
    let mut sent: HashMap<String, Vec<Model>> = HashMap::new();
    for row in messages::find_by_rfc_ids(tx, &ids).await? {
        if let Some(id) = row.rfc_message_id.clone().filter(|_| is_ours(&row)) {
            sent.entry(id).or_default().push(row);
        }
    }
    let mut new = Vec::new();
    for one in reporting {
        for report in &one.facts.reports {
            let Some(outcome) = outcome(report).filter(|_| !own.has(&report.email)) else {
                continue;
            };
            let about = report.message_id.as_ref().and_then(|id| sent.get(id));
            let is_held = about.is_some_and(|rows| rows.iter().any(|row| went_to(row, report)));
            if is_held || is_vouched_for(one.facts, report, own) {
                new.push(NewBounce {
                    email: report.email.clone(),
                    message_id: one.message,
                    outcome,
                    status: report.status.clone(),
                    diagnosis: report.diagnosis.clone(),
                    scan_id: scan,
                    scanner_id: scanner,
                    reported_at: one.received_at,
                });
            }
        }
    }
    bounces::insert_missing(tx, new).await.map(drop)
}

/// What is late may still arrive, and what arrived is no failure.
fn outcome(report: &DeliveryReport) -> Option<BounceOutcome> {
    match report.outcome {
        DeliveryOutcome::Hard => Some(BounceOutcome::Hard),
        DeliveryOutcome::Soft => Some(BounceOutcome::Soft),
        DeliveryOutcome::Delayed | DeliveryOutcome::Delivered => None,
    }
}

fn is_ours(row: &Model) -> bool {
    row.direction != Direction::Received
}

/// Whether this address is among the receivers.
fn went_to(row: &Model, report: &DeliveryReport) -> bool {
    let receivers = row.recipients.as_array().into_iter().flatten();
    let mut emails = receivers.filter_map(|one| one.get("email").and_then(Value::as_str));
    emails.any(|email| email.eq_ignore_ascii_case(&report.email))
}

/// Whether the sender is who it claims to be, and would know of the address.
fn is_vouched_for(facts: &MessageFacts, report: &DeliveryReport, own: &Own) -> bool {
    if facts.authentication.identity() != Identified::Strong {
        return false;
    }
    let Some(sender) = facts.from.first() else {
        return false;
    };
    let (name, domain) = sender.email.rsplit_once('@').unwrap_or_default();
    let its = report.email.rsplit_once('@').map_or("", |(_, its)| its);
    let is_machine = MACHINES.contains(&name);
    let same =
        domains::registered(domain).is_some_and(|site| domains::registered(its) == Some(site));
    if domains::is_free_mail(domain) {
        // There everybody else is somebody.
        return is_machine;
    }
    same || own.has_domain(domain)
}

#[cfg(test)]
#[path = "bounces_tests.rs"]
mod tests;
