//! An announcement as a person reads it: a subject that says it all, and a mail that says what to do.

use std::fmt::Write as _;

use chrono::{DateTime, Utc};

use crate::access::announce::{Credential, Event, OfCredential, OfLight, What};
use crate::cause::{Cause, Who};

/// What the mail is about, on one line.
pub(super) fn subject(event: &Event) -> String {
    let text = match &event.what {
        What::Red(light) => format!(
            "{}: red — {}",
            light.mailbox,
            phrase(light.cause.as_deref())
        ),
        What::Reminder(light) => {
            let days = (event.timestamp - light.since).num_days().max(1);
            format!(
                "{}: still red after {} — {}",
                light.mailbox,
                count(days, "day"),
                phrase(light.cause.as_deref())
            )
        }
        What::Recovered(light) => format!("{}: green again", light.mailbox),
        What::Expiring(credential) => format!(
            "{}: {} ends {}",
            about(credential),
            noun(credential),
            when(credential)
        ),
    };
    text.replace(char::is_control, " ")
}

/// The mail's text, in lines that end with LF.
pub(super) fn body(event: &Event) -> String {
    let mut text = match &event.what {
        What::Red(light) => red(light),
        What::Reminder(light) => reminder(light),
        What::Recovered(light) => recovered(light),
        What::Expiring(credential) => expiring(credential),
    };
    let (What::Red(OfLight { url, .. })
    | What::Reminder(OfLight { url, .. })
    | What::Recovered(OfLight { url, .. })
    | What::Expiring(OfCredential { url, .. })) = &event.what;
    // Writing to a String can't fail.
    let _ = write!(text, "\n{url}\n\n-- \nMailroom\n");
    text
}

fn red(light: &OfLight) -> String {
    let mut text = format!(
        "{} can't be opened since {}: {}.\nIts mail stays unread until that is mended.\n\n",
        light.mailbox,
        moment(light.since),
        phrase(light.cause.as_deref())
    );
    what_to_do(&mut text, light);
    text
}

fn reminder(light: &OfLight) -> String {
    let mut text = format!(
        "{} still can't be opened, since {}: {}.\nIts mail stays unread until that is mended. This reminder comes once a day.\n\n",
        light.mailbox,
        moment(light.since),
        phrase(light.cause.as_deref())
    );
    what_to_do(&mut text, light);
    text
}

fn recovered(light: &OfLight) -> String {
    let was = light.was.as_ref().map_or(String::new(), |was| {
        format!(
            "\nIt was red from {} on: {}.",
            moment(was.since),
            phrase(was.cause.as_deref())
        )
    });
    format!(
        "{} can be opened again since {}; what came meanwhile is being read. There is nothing to do.{was}\n",
        light.mailbox,
        moment(light.since)
    )
}

fn expiring(credential: &OfCredential) -> String {
    let opens = match (credential.mailboxes.as_slice(), credential.mailbox_count) {
        ([], _) => String::new(),
        ([one], 1) => format!("Without it {one} turns red.\n"),
        (some, all) => {
            let more = all.saturating_sub(some.len());
            let more = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            format!(
                "Without it {all} mailboxes turn red: {}{more}.\n",
                some.join(", ")
            )
        }
    };
    format!(
        "{} ends {}, on {} (UTC).\n{opens}\nWho must act: {}\nWhat to do: {}\n",
        capitalized(&format!("{} of {}", noun(credential), about(credential))),
        when(credential),
        credential.ends_on.format("%-d %B %Y"),
        who(Some(&credential.who)),
        credential.remedy
    )
}

fn what_to_do(text: &mut String, light: &OfLight) {
    let _ = writeln!(text, "Who must act: {}", who(light.who.as_deref()));
    for (title, said) in [
        ("What to do", &light.remedy),
        ("What we were told", &light.words),
    ] {
        if let Some(said) = said.as_ref().filter(|said| !said.is_empty()) {
            let _ = writeln!(text, "{title}: {said}");
        }
    }
    if !light.scanners.is_empty() {
        let _ = writeln!(text, "What waits: {}", light.scanners.join(", "));
    }
}

/// What happened; a cause of a later version is shown by its code.
fn phrase(cause: Option<&str>) -> &str {
    match cause {
        Some(code) => match Cause::from_code(code) {
            Some(cause) => cause.phrase(),
            None => code,
        },
        None => "it can't be opened",
    }
}

fn who(code: Option<&str>) -> &'static str {
    let who = code.and_then(Who::from_code);
    who.unwrap_or(Who::Admin).phrase()
}

/// Whose credential it is.
fn about(credential: &OfCredential) -> &str {
    match credential.credential {
        Credential::ClientSecret => &credential.mail_server,
        Credential::RefreshToken => credential
            .mailboxes
            .first()
            .unwrap_or(&credential.mail_server),
    }
}

fn noun(credential: &OfCredential) -> &'static str {
    match credential.credential {
        Credential::ClientSecret => "the client secret",
        Credential::RefreshToken => "the sign-in",
    }
}

fn when(credential: &OfCredential) -> String {
    match credential.days_left {
        0 => "today".to_owned(),
        1 => "tomorrow".to_owned(),
        days => format!("in {days} days"),
    }
}

fn count(number: i64, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

fn moment(moment: DateTime<Utc>) -> String {
    moment.format("%-d %B %Y, %H:%M UTC").to_string()
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
