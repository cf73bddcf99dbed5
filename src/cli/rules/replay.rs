//! `mailroom rules replay`: what a draft would make of messages that were decided, told without changing anything.

use anyhow::{Context as _, bail};
use chrono::NaiveTime;
use entities::ids::ScannerId;
use rules::RuleBook;
use tokio::sync::watch;

use super::{draft, version};
use crate::app::App;
use crate::cli::args::{Other, Replay};
use crate::cli::{Done, output, progress, scan};
use crate::rule_books;
use crate::scan::{Against, Difference, Example, Replaying, Shift};
use crate::store::scanners;

/// How long a subject is where it is shown.
const SUBJECT: usize = 50;

pub(super) async fn run(app: &App, wanted: &Replay) -> anyhow::Result<Done> {
    let (_, now) = rule_books::now(&app.store).await?;
    let draft = match (&wanted.file, wanted.version) {
        (Some(file), _) => Some(draft(app, file, wanted.prune).await?.1),
        (None, Some(number)) => {
            let version = version(app, number).await?;
            Some(rule_books::of_version(&app.store, &version).await?)
        }
        (None, None) => None,
    };
    let against = match (&draft, wanted.against) {
        (Some(_), Other::Rules) => Against::Rules(&now),
        // The rules against themselves are no question.
        (None, _) | (Some(_), Other::Decisions) => Against::Decisions,
    };
    let book: &RuleBook = draft.as_ref().unwrap_or(&now);
    let replaying = replaying(app, wanted).await?;
    let (done, seen) = watch::channel(0);
    let bar = progress::count("Messages decided again:", seen);
    let worker = app.worker(None);
    let difference = worker
        .scanning
        .replay(book, against, &replaying, &done)
        .await
        .context("The messages can't be decided again")?;
    drop(done);
    bar.await?;
    if wanted.json {
        output::json(&difference)?;
    } else {
        say(&difference, against)?;
    }
    Ok(Done::Well)
}

async fn replaying(app: &App, wanted: &Replay) -> anyhow::Result<Replaying> {
    let since = wanted.since.map(|day| day.and_time(NaiveTime::MIN));
    Ok(Replaying {
        last: wanted.last,
        since: since.map(|since| since.and_utc()),
        scanners: chosen(app, wanted).await?,
        show: usize::from(wanted.show),
    })
}

/// The scanners that are named, and those of the mailbox; nothing where none is.
async fn chosen(app: &App, wanted: &Replay) -> anyhow::Result<Option<Vec<ScannerId>>> {
    if wanted.scanners.is_empty() && wanted.mailbox.is_none() {
        return Ok(None);
    }
    let mut placed = scanners::all_with_mailbox_and_server(&app.store).await?;
    if let Some(address) = &wanted.mailbox {
        let address = address.to_lowercase();
        placed.retain(|placed| placed.mailbox.address == address);
        if placed.is_empty() {
            bail!("No scanner reads a mailbox {address}; `mailroom status` shows them");
        }
    }
    if !wanted.scanners.is_empty() {
        placed = scan::named(placed, &wanted.scanners)?;
    }
    Ok(Some(
        placed.into_iter().map(|placed| placed.scanner.id).collect(),
    ))
}

fn say(difference: &Difference, against: Against<'_>) -> std::io::Result<()> {
    let Difference {
        messages,
        different,
        unread,
        ..
    } = difference;
    let other = match against {
        Against::Rules(_) => "the rules that decide now",
        Against::Decisions => "what was decided",
    };
    output::line(format!(
        "{} decided again, {} of them otherwise than by {other}.",
        output::number(*messages),
        output::number(*different)
    ))?;
    if *unread > 0 {
        let unread = output::number(*unread);
        output::line(format!("{unread} could not be read from their bytes."))?;
    }
    output::line(format!(
        "Leads: {} before, {} after, an address counted once.",
        difference.leads_before, difference.leads_after
    ))?;
    for (sort, shift) in &difference.shifts {
        say_shift(sort, shift)?;
    }
    say_rules(difference)
}

fn say_shift(sort: &str, shift: &Shift) -> std::io::Result<()> {
    for (count, how) in [
        (shift.gained, "gained"),
        (shift.lost, "lost"),
        (shift.changed, "changed"),
    ] {
        if count == 0 {
            continue;
        }
        let count = output::number(count);
        output::line(format!("{}: {count}", headed(sort, how)))?;
        for example in shift.examples.iter().filter(|example| example.how == how) {
            output::line(format!("  {}", told(example)))?;
        }
    }
    Ok(())
}

/// What a sort of difference is called.
fn headed(sort: &str, how: &str) -> String {
    let (gained, lost, changed) = match sort {
        "create_lead" => (
            "Leads made",
            "Leads no longer made",
            "Leads made with other fields",
        ),
        "create_ticket" => (
            "Tickets made",
            "Tickets no longer made",
            "Tickets made with other fields",
        ),
        "ticket" => (
            "Tickets changed",
            "Tickets no longer changed",
            "Tickets changed otherwise",
        ),
        "link" => ("Linked", "No longer linked", "Linked otherwise"),
        "ignore" => ("Ignored", "No longer ignored", "Ignored otherwise"),
        "tag" => ("Tagged", "No longer tagged", "Tagged otherwise"),
        "flag" => ("Flagged", "No longer flagged", "Flagged otherwise"),
        "move" => ("Moved", "No longer moved", "Moved elsewhere"),
        "doubt" => (
            "Left to a person",
            "No longer left to a person",
            "Left to a person for another reason",
        ),
        "failure" => (
            "The rules fail",
            "The rules no longer fail",
            "The rules fail otherwise",
        ),
        other => {
            return match how {
                "gained" => format!("Done ({other})"),
                "lost" => format!("No longer done ({other})"),
                _ => format!("Done otherwise ({other})"),
            };
        }
    };
    let head = match how {
        "gained" => gained,
        "lost" => lost,
        _ => changed,
    };
    head.to_owned()
}

/// `12  anna@example.it  "An offer"  contact 3 → lead 5`.
fn told(example: &Example) -> String {
    let side = |told: &[String]| {
        let told: Vec<String> = told
            .iter()
            .take(3)
            .map(|one| output::shortened(one, SUBJECT))
            .collect();
        told.join(", ")
    };
    let what = match example.how {
        "gained" => side(&example.after),
        "lost" => side(&example.before),
        _ => format!("{} → {}", side(&example.before), side(&example.after)),
    };
    format!(
        "message {}  {}  \"{}\"  {what}",
        example.message,
        example.from,
        output::shortened(&example.subject, SUBJECT)
    )
}

/// The rules that match more or less often, and those in the shadow of others.
fn say_rules(difference: &Difference) -> std::io::Result<()> {
    let shifted: Vec<_> = difference
        .rules
        .iter()
        .filter(|rule| rule.before != rule.after)
        .collect();
    if !shifted.is_empty() {
        output::table(
            ["Rule", "Matched before", "Matches after"],
            shifted.iter().map(|rule| {
                let numbers = [rule.before, rule.after].map(|number| number.to_string());
                let [before, after] = numbers;
                [rule.rule.clone(), before, after]
            }),
        )?;
    }
    for rule in difference.rules.iter().filter(|rule| rule.is_shadowed()) {
        output::line(format!(
            "{}: would match {} messages, but rules before it stop each time",
            rule.rule,
            output::number(rule.alone)
        ))?;
    }
    for rule in &difference.rules {
        if rule.in_draft && rule.after == 0 && rule.alone == 0 && difference.messages > 0 {
            output::line(format!("{}: matches none of these messages", rule.rule))?;
        }
    }
    Ok(())
}
