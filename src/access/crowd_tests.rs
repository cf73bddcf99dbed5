use std::time::Duration;

use super::*;

const MAILBOX: MailboxId = MailboxId(1);

fn unavailable(words: &str) -> ServerError {
    ServerError::Unavailable {
        words: words.to_owned(),
    }
}

fn too_many(words: &str) -> ServerError {
    ServerError::TooManyConnections {
        words: words.to_owned(),
    }
}

fn throttled(wait: Option<Duration>, words: &str) -> ServerError {
    ServerError::Throttled {
        wait,
        words: words.to_owned(),
    }
}

fn closed(words: &str) -> ServerError {
    ServerError::Closed {
        words: Some(words.to_owned()),
    }
}

#[test]
fn servers_say_whose_connections_are_too_many() {
    let account = [
        too_many(
            "Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)",
        ),
        too_many("Too many simultaneous connections. (Failure)"),
        throttled(None, "Session limit of this account reached"),
    ];
    let host = [
        too_many("Too many connections"),
        closed("Maximum connection limit reached for 192.0.2.1"),
        closed("Too many open connections from your host, try again later"),
        unavailable("Too many concurrent sessions"),
    ];
    let others = [
        throttled(None, "LOGIN Rate limit hit."),
        throttled(None, "Connection rate limit exceeded"),
        throttled(Some(Duration::from_secs(9)), "Too many sessions"),
        unavailable("Temporary authentication failure"),
        closed("Going down"),
    ];
    for error in account {
        assert_eq!(sign(&error), Some(Sign::Said(Crowded::Account)), "{error}");
    }
    for error in host {
        assert_eq!(sign(&error), Some(Sign::Said(Crowded::Host)), "{error}");
    }
    for error in others {
        assert_eq!(sign(&error), None, "{error}");
    }
}

#[test]
fn a_door_that_is_shut_without_a_word_is_believed_the_third_time() {
    let (crowds, shut) = (Crowds::default(), ServerError::Closed { words: None });
    let told = |crowds: &Crowds| crowds.met().crowded.remove(&MAILBOX);
    for expected in [None, None, Some(Crowded::Host)] {
        crowds.learn(MAILBOX, "mail.example", Some(&shut));
        assert_eq!(told(&crowds), expected);
    }
    crowds.learn(MAILBOX, "Mail.Example", Some(&shut));
    crowds.learn(MailboxId(2), "mail.example", None);
    assert_eq!(told(&crowds), Some(Crowded::Host));
    // Another one was let in: it may have been something else.
    crowds.learn(MAILBOX, "mail.example", Some(&shut));
    assert_eq!(told(&crowds), None);
    crowds.learn(
        MAILBOX,
        "mail.example",
        Some(&too_many("Too many connections")),
    );
    crowds.learn(MAILBOX, "mail.example", None);
    assert_eq!(told(&crowds), None, "it was let in");
}
