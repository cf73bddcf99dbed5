//! A decision in words: whom the message may belong to and why, what each rule said, what was done.

use std::io;

use rules::{Action, Candidate, Decision, Doubt, Evidence, Outcome, OwnerChoice, RecordRef, Role};

use crate::cli::output;

/// Whom it was about, what each rule said, and what came of it.
pub(super) fn say(decision: &Decision) -> io::Result<()> {
    say_candidates(&decision.candidates)?;
    for tried in &decision.rules {
        output::line(format!(
            "  {} {}",
            if tried.matched { "✓" } else { "–" },
            tried.rule
        ))?;
        for held in &tried.because {
            let found = held
                .found
                .as_ref()
                .map(|found| format!(": {found}"))
                .unwrap_or_default();
            output::line(format!(
                "      {} {}{found}",
                if held.held { "held" } else { "did not hold" },
                held.condition
            ))?;
        }
    }
    if decision.others > 0 {
        let others = decision.others;
        output::line(format!("  – {others} more did not match"))?;
    }
    for planned in &decision.actions {
        let what = match &planned.action {
            Action::Link(_) => "link".to_owned(),
            Action::CreateLead(fields) => format!("create lead {}", fields.email)
                .trim_end()
                .to_owned(),
            Action::CreateTicket(fields) => format!("create ticket {}", fields.title)
                .trim_end()
                .to_owned(),
            Action::CreateOrganization(fields) => format!("create organization {}", fields.name)
                .trim_end()
                .to_owned(),
            Action::CreateContact(fields) => format!("create contact {}", fields.email)
                .trim_end()
                .to_owned(),
            Action::Ticket(change) => format!("ticket {change}"),
            Action::Assign(assignee) => format!("assign {}", assignee.email).trim_end().to_owned(),
            Action::Status(status) => format!("status {}", status.as_str()),
            Action::Priority(priority) => format!("priority {}", priority.as_str()),
            Action::Notify(notice) if notice.told.is_empty() => {
                format!("notify {}", notice.to.join(", "))
            }
            Action::Notify(notice) => format!("notify {}", notice.told.join(", ")),
            Action::AutoReply(reply) => format!("auto-reply {}", reply.to).trim_end().to_owned(),
            Action::Forward(passed_on) => format!("forward {}", passed_on.to.join(", "))
                .trim_end()
                .to_owned(),
            Action::Hold(reason) => format!("hold ({reason})"),
            Action::Ignore(reason) => format!("ignore ({reason})"),
            Action::Tag(tags) => format!("tag {}", tags.join(", ")),
            Action::Flag(flags) => format!("flag {}", flags.join(", ")),
            Action::Unflag(flags) => format!("unflag {}", flags.join(", ")),
            Action::Move(folder) => format!("move to {folder}"),
        };
        match &planned.outcome {
            Outcome::Do => {
                output::line(format!("  {}: {what}", planned.rule))?;
                if let Some(choice) = owner_choice(&planned.action) {
                    output::line(format!("      for {choice}"))?;
                }
            }
            Outcome::Skip(reason) => {
                output::line(format!("  {}: no {what}, {reason}", planned.rule))?;
            }
            Outcome::TakenBack(words) => {
                output::line(format!("  {}: {what}, but {words}", planned.rule))?;
            }
        }
    }
    Ok(())
}

/// How the owner of what was made was chosen, where one was.
fn owner_choice(action: &Action) -> Option<&OwnerChoice> {
    match action {
        Action::CreateLead(fields) => fields.owner_choice.as_deref(),
        Action::CreateTicket(fields) => fields.owner_choice.as_deref(),
        Action::CreateOrganization(fields) => fields.owner_choice.as_deref(),
        Action::CreateContact(fields) => fields.owner_choice.as_deref(),
        Action::Assign(assignee) => assignee.choice.as_deref(),
        _ => None,
    }
}

/// Whom the message may belong to, and why.
fn say_candidates(candidates: &[Candidate]) -> io::Result<()> {
    for candidate in candidates {
        let RecordRef { kind, id } = candidate.record;
        let why: Vec<String> = candidate.evidence.iter().map(words).collect();
        let doubt = match candidate.doubt {
            None => "",
            Some(Doubt::Tie) => {
                "; others of its kind have the same: say which with `mailroom relink`"
            }
            Some(Doubt::Stranger) => {
                "; its sender has nothing to do with the record: `mailroom relink` links it all the same"
            }
            Some(Doubt::WeakIdentity) => {
                "; it may not be from whom it says: `mailroom relink` links it all the same"
            }
        };
        output::line(format!(
            "  {} {} {id} {}: {}{doubt}",
            if candidate.is_sure() { "→" } else { "?" },
            kind.as_str(),
            candidate.name,
            why.join(", ")
        ))?;
    }
    Ok(())
}

fn words(evidence: &Evidence) -> String {
    match evidence {
        Evidence::Person { user } => format!("{user} said so"),
        Evidence::Thread { stranger: true, .. } => "a stranger answers a message of it".to_owned(),
        Evidence::Thread { .. } => "answers a message of it".to_owned(),
        Evidence::Number { number } => format!("{number} in the subject"),
        Evidence::Address {
            email,
            field,
            role: Role::Named,
        } => format!("a form that anybody may have written names {email}, its {field}"),
        Evidence::Address { email, field, .. } => format!("{email} is its {field}"),
        Evidence::Domain { domain, .. } => format!("{domain} is its domain"),
        Evidence::Origin => "it was made of this message".to_owned(),
        Evidence::Same { what } => format!("the same {}", what.as_str()),
    }
}
