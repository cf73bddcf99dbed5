#![allow(clippy::unwrap_used)]

use std::time::Duration;

use super::*;
use crate::store::fixture::{self, at};

const MAILBOX: MailboxId = MailboxId(1);
const OTHER: MailboxId = MailboxId(2);
const SHUT: ServerError = ServerError::Closed { words: None };

/// What is learned of one server.
struct Learned {
    crowds: Crowds,
    server: mail_servers::Model,
}

impl Learned {
    async fn nothing() -> Self {
        let db = fixture::sqlite().await;
        fixture::mailbox(&db.store, "anna@example.org").await;
        let server = crate::store::mail_servers::list(&db.store).await;
        Self {
            crowds: Crowds::default(),
            server: server.unwrap().remove(0),
        }
    }

    fn told(
        &self,
        mailbox: MailboxId,
        error: Option<&ServerError>,
        second: i64,
    ) -> Option<Crowded> {
        self.crowds.learn(mailbox, &self.server, error, at(second));
        self.crowds.met().crowded.remove(&mailbox)
    }

    /// So many silences later.
    fn shut(&self, mailbox: MailboxId, times: usize, second: i64) -> Option<Crowded> {
        let told = (0..times).map(|_| self.told(mailbox, Some(&SHUT), second));
        told.last().flatten()
    }
}

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

#[tokio::test]
async fn a_door_that_is_shut_without_a_word_is_believed_the_third_time() {
    let mut it = Learned::nothing().await;
    assert_eq!(it.told(MAILBOX, None, 0), None);
    for expected in [None, None, Some(Crowded::Port)] {
        assert_eq!(it.told(MAILBOX, Some(&SHUT), 0), expected);
    }
    it.server.host = it.server.host.to_uppercase();
    assert_eq!(it.told(MAILBOX, Some(&SHUT), 1), Some(Crowded::Port));
    // Another one was let in: it may have been something else.
    assert_eq!(it.told(OTHER, None, 2), None);
    assert_eq!(it.told(MAILBOX, Some(&SHUT), 2), None);
    let said = too_many("Too many connections");
    assert_eq!(it.told(MAILBOX, Some(&said), 3), Some(Crowded::Host));
    assert_eq!(it.told(MAILBOX, None, 4), None, "it was let in");
}

#[tokio::test]
async fn silence_before_one_mailbox_that_was_never_let_in_says_nothing_of_the_door() {
    let it = Learned::nothing().await;
    assert_eq!(it.shut(MAILBOX, 9, 0), None);
    assert_eq!(it.shut(OTHER, 1, 0), Some(Crowded::Port), "two are enough");
}

#[tokio::test]
async fn whatever_else_a_server_answers_it_spoke() {
    let it = Learned::nothing().await;
    it.told(MAILBOX, None, 0);
    for number in 0..9 {
        assert_eq!(it.shut(MAILBOX, 2, number), None);
        assert_eq!(it.told(OTHER, Some(&unavailable("Later")), number), None);
    }
}

#[tokio::test]
async fn silence_that_goes_on_although_room_was_made_is_believed_no_more() {
    let it = Learned::nothing().await;
    it.told(MAILBOX, None, 0);
    assert_eq!(it.shut(MAILBOX, 3, 0), Some(Crowded::Port));
    assert_eq!(it.shut(MAILBOX, 1, 29), Some(Crowded::Port));
    for hour in 0..5 {
        assert_eq!(it.shut(MAILBOX, 4, 30 + hour * 3_600), None);
        assert_eq!(it.shut(OTHER, 1, 30 + hour * 3_600), None);
    }
    // The door opens for another one, and not for this one.
    it.told(OTHER, None, 30_000);
    assert_eq!(it.shut(MAILBOX, 9, 30_000), None);
    // For this one.
    it.told(MAILBOX, None, 40_000);
    assert_eq!(it.shut(MAILBOX, 3, 40_000), Some(Crowded::Port));
}

#[tokio::test]
async fn each_port_has_a_door_of_its_own() {
    let mut it = Learned::nothing().await;
    it.told(MAILBOX, None, 0);
    it.told(OTHER, None, 0);
    for port in [110, 143, 993, 995] {
        it.server.port = port;
        assert_eq!(it.shut(MAILBOX, 1, 0), None);
        assert_eq!(it.shut(OTHER, 1, 0), None);
    }
}
