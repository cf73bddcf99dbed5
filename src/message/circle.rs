//! Mail that goes round: from server to server, or from one program that answers to another.
//!
//! Told by what such mail gathers on its way (RFC 5321 §6.3), and by the mark of whoever passes mail on and wants to know
//! what came back (`X-Loop`).

use rules::MessageFacts;

use super::Own;
use super::split::addresses_in;

/// More servers than mail meets that gets anywhere; others stop at 25 to 100.
const MOST_SERVERS: usize = 50;
/// How many marks are looked at.
const MAX_MARKS: usize = 50;

/// By what a message goes round, if it does.
pub(super) fn sign(facts: &MessageFacts, own: &Own) -> Option<String> {
    let named = |name: &'static str| {
        let headers = facts.headers.iter();
        headers.filter(move |header| header.name.eq_ignore_ascii_case(name))
    };
    let servers = named("received").count();
    if servers > MOST_SERVERS {
        return Some(format!(
            "it goes in a circle: {servers} servers passed it on"
        ));
    }
    named("x-loop").take(MAX_MARKS).find_map(|header| {
        let ours = addresses_in(&header.value)
            .into_iter()
            .find(|address| own.has(&address.email))?;
        Some(format!(
            "it goes in a circle: X-Loop says that it has been at {}",
            ours.email
        ))
    })
}
