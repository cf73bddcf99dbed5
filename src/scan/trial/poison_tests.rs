#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::TimeDelta;
use entities::deliveries::DeliveryState;
use insta::assert_snapshot;
use sandbox::{Fault, Harm, Options};
use sea_orm::{ConnectionTrait as _, EntityTrait as _};

use super::{ADDRESS, Trial};
use crate::message::{Mail, Own, read_prefix};
use crate::store;
use crate::store::fixture::{self, Fixture};

/// The one that is poisoned, among so many.
const BAD: u32 = 23;
const ALL: u32 = 60;

/// One folder with many messages.
async fn many() -> Trial {
    many_on(fixture::sqlite().await).await
}

async fn many_on(fixture: Fixture) -> Trial {
    let mut trial = Trial::empty(fixture, Options::default()).await;
    let inbox = "UPDATE scanners SET folders = '[\"INBOX\"]'";
    trial.store().execute_unprepared(inbox).await.unwrap();
    for _ in 0..ALL {
        trial.deliver("INBOX");
    }
    trial
}

impl Trial {
    fn commands(&self, words: &str) -> usize {
        let transcript = self.provider.transcript();
        let said = transcript.iter().filter(|line| line.text.contains(words));
        said.count()
    }

    async fn bad_copy(&self) -> entities::deliveries::Model {
        let copies = entities::deliveries::Entity::find().all(self.store().reader());
        let mut copies = copies.await.unwrap();
        copies.retain(|copy| copy.state != DeliveryState::Done);
        assert_eq!(copies.len(), 1, "{copies:?}");
        copies.remove(0)
    }

    /// All but one are done at once; that one fails, is tried again at longer and longer intervals while new mail is
    /// not held up by it, is held with its reason, and is done when somebody asks for it once it is well.
    async fn one_is_poisoned(&mut self, name: &str, stop: impl AsyncFnOnce(&Self)) -> String {
        let text = self.seen().await.text(name);
        let ledger = self.ledger().await;
        assert_eq!((ledger["done"], ledger["failed"]), (i64::from(ALL) - 1, 1));
        assert_eq!(self.bad_copy().await.uid, i64::from(BAD));

        let mut done = i64::from(ALL) - 1;
        for _ in 0..4 {
            self.deliver("INBOX");
            self.later(TimeDelta::hours(12)).await;
            self.turn().await;
            done += 1;
            assert_eq!(
                self.ledger().await["done"],
                done,
                "{:?}",
                self.troubles().await
            );
        }
        let bad = self.bad_copy().await;
        assert_eq!((bad.state, bad.attempts), (DeliveryState::Held, 5));
        self.later(TimeDelta::days(3)).await;
        assert_eq!(self.turn().await.report(), "done", "no longer tried");

        stop(self).await;
        let report = self.scan_now().await.unwrap();
        assert!(report.is_clean(), "{report:?}");
        self.has_everything_once().await;
        format!("{text}  held    {}\n", bad.error.unwrap())
    }
}

async fn cleared(trial: &Trial) {
    trial.provider.clear_faults();
}

#[tokio::test]
async fn a_message_whose_body_breaks_the_parser() {
    let mut trial = many().await;
    trial.inject(Fault::mangled_body(BAD));
    trial.turn().await;
    assert!(trial.commands("LOGIN") <= 6, "{}", trial.commands("LOGIN"));
    assert_snapshot!(trial.one_is_poisoned("a mangled body", cleared).await);
}

#[tokio::test]
async fn a_message_over_which_the_connection_is_cut_each_time() {
    let mut trial = many().await;
    trial.inject(Fault::drop_at_body(BAD));
    let first = trial.turn().await;
    assert_eq!(first.report(), "failed server", "it may be the network");
    assert_eq!(trial.ledger().await.get("failed"), None);
    trial.provider.clear_transcript();
    trial.turn().await;
    assert!(trial.commands("LOGIN") <= 6, "{}", trial.commands("LOGIN"));
    assert_snapshot!(
        trial
            .one_is_poisoned("a connection that is cut", cleared)
            .await
    );
}

#[tokio::test]
async fn a_message_that_can_not_be_announced() {
    for (name, fault) in [
        (
            "its_announcement_is_refused",
            Fault::refused_announcement(BAD),
        ),
        (
            "its_announcement_is_garbage",
            Fault::mangled_announcement(BAD),
        ),
    ] {
        let mut trial = many().await;
        trial.inject(fault);
        trial.turn().await;
        assert!(trial.commands("LOGIN") <= 6, "{}", trial.commands("LOGIN"));
        let text = trial.one_is_poisoned(name, cleared).await;
        assert_snapshot!(name, text);
    }
}

#[tokio::test]
async fn a_message_that_is_refused_in_any_company() {
    let mut trial = many().await;
    trial.inject(Fault::refused_body(BAD));
    trial.turn().await;
    assert!(trial.commands("BODY.PEEK") <= 14, "halves, not one by one");
    assert_snapshot!(trial.one_is_poisoned("a refused body", cleared).await);
}

/// Breaks over the poisoned message.
fn breaking(raw: &[u8], size: u64, own: &Own) -> Mail {
    let words = format!("Subject: Question {BAD}\r\n");
    assert!(
        !raw.windows(words.len())
            .any(|part| part == words.as_bytes()),
        "poison"
    );
    read_prefix(raw, size, own)
}

#[tokio::test]
async fn a_message_that_breaks_the_reader() {
    let mut trial = many().await;
    trial.worker.scanning.read = breaking;
    trial.turn().await;
    let ledger = trial.ledger().await;
    assert_eq!((ledger["done"], ledger["failed"]), (i64::from(ALL) - 1, 1));
    for _ in 0..4 {
        trial.deliver("INBOX");
        trial.later(TimeDelta::hours(12)).await;
        trial.turn().await;
    }
    let bad = trial.bad_copy().await;
    assert_eq!(bad.state, DeliveryState::Held);
    assert_snapshot!(bad.error.unwrap());
    trial.worker.scanning.read = read_prefix;
    assert!(trial.scan_now().await.unwrap().is_clean());
    trial.has_everything_once().await;
}

#[tokio::test]
async fn a_message_whose_rule_fails() {
    let mut trial = many().await;
    let title = format!("{{% if subject == 'Question {BAD}' %}}{{{{ 1 // 0 }}}}{{% endif %}}");
    let rule = |title: &str| serde_json::json!({"name": "Every sender", "then": [{"create_lead": {"title": title}}]});
    trial.rule(&rule(&title)).await;
    trial.turn().await;
    let well = async |trial: &Trial| trial.rule(&rule("Question")).await;
    assert_snapshot!(trial.one_is_poisoned("a rule that fails", well).await);
}

/// The engine breaks over an empty text read backwards: no header of any message is called so.
const BREAKING: &str = "{{ header['x-nothing'][::-1] }}";

#[tokio::test]
async fn a_message_over_which_the_template_engine_breaks() {
    let mut trial = many().await;
    let title = format!("{{% if subject == 'Question {BAD}' %}}{BREAKING}{{% endif %}}");
    let rule = |title: &str| serde_json::json!({"name": "Every sender", "then": [{"create_lead": {"title": title}}]});
    trial.rule(&rule(&title)).await;
    trial.turn().await;
    let well = async |trial: &Trial| trial.rule(&rule("Question")).await;
    assert_snapshot!(
        trial
            .one_is_poisoned("a rule that breaks the engine", well)
            .await
    );
}

#[tokio::test]
async fn a_message_that_breaks_the_program_while_it_is_linked_or_its_decision_carried_out() {
    for (name, verb) in [
        ("linking_it_breaks", "SELECT"),
        ("carrying_out_its_decision_breaks", "INSERT INTO \"leads\""),
    ] {
        let poisonous = Arc::new(AtomicBool::new(true));
        let (address, is_poisonous) = (format!("'p{BAD}@mail.example'"), Arc::clone(&poisonous));
        let broken = move |statement: &str| {
            let meant = statement.starts_with(verb) && statement.contains(&address);
            assert!(!(meant && is_poisonous.load(Ordering::Relaxed)), "poison");
        };
        let mut trial = many_on(fixture::overseen(broken).await).await;
        trial.turn().await;
        let well = async |_: &Trial| poisonous.store(false, Ordering::Relaxed);
        let text = trial.one_is_poisoned(name, well).await;
        assert_snapshot!(name, text);
    }
}

#[tokio::test]
async fn a_message_whose_link_or_lead_the_database_refuses() {
    for (name, table, when) in [
        (
            "its_lead_is_refused",
            "leads",
            format!("NEW.email = 'p{BAD}@mail.example'"),
        ),
        (
            "its_link_is_refused",
            "links",
            format!(
                "EXISTS (SELECT 1 FROM messages WHERE id = NEW.message_id AND subject = 'Question {BAD}')"
            ),
        ),
    ] {
        let mut trial = many().await;
        let trigger = format!(
            "CREATE TRIGGER poison BEFORE INSERT ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, 'poison'); END"
        );
        trial.store().execute_unprepared(&trigger).await.unwrap();
        trial.turn().await;
        let well = async |trial: &Trial| {
            trial
                .store()
                .execute_unprepared("DROP TRIGGER poison")
                .await
                .unwrap();
        };
        let text = trial.one_is_poisoned(name, well).await;
        assert_snapshot!(name, text);
    }
}

#[tokio::test]
async fn a_server_that_delivers_nothing_blames_no_message() {
    let all_mangled = (1..=ALL).fold(Fault::mangled_body(0), |fault, uid| {
        fault.with(Harm::MangleBody(uid, b"* 1 FETCH (((\xff\r\n".to_vec()))
    });
    for fault in [Fault::drop_in_literal(), all_mangled] {
        let trial = many().await;
        trial.inject(fault);
        for _ in 0..4 {
            let seen = trial.turn().await;
            assert_eq!(seen.report(), "failed server", "{}", seen.says());
            assert!(trial.ledger().await.is_empty());
        }
        trial.provider.clear_faults();
        trial.heals().await;
    }
}

#[tokio::test]
async fn the_last_message_of_a_quiet_mailbox_waits_for_proof_only_as_long_as_needed() {
    let mut trial = many().await;
    trial.turn().await;
    let uid = trial.deliver("INBOX");
    trial.inject(Fault::mangled_body(uid));
    // Nothing else comes, but its announcement did.
    trial.later(TimeDelta::minutes(1)).await;
    assert_eq!(trial.turn().await.report(), "done messages");
    assert_eq!(trial.ledger().await["failed"], 1);
    trial.provider.clear_faults();

    let uid = trial.deliver("INBOX");
    trial.inject(Fault::mangled_announcement(uid));
    trial.later(TimeDelta::minutes(1)).await;
    assert_eq!(trial.turn().await.report(), "failed server");
    assert_eq!(trial.ledger().await["failed"], 1);
    trial.deliver("INBOX");
    trial.later(TimeDelta::minutes(1)).await;
    trial.turn().await;
    assert_eq!(trial.ledger().await["failed"], 2);
    trial.provider.clear_faults();
    trial.later(TimeDelta::minutes(6)).await;
    trial.heals().await;
}

#[tokio::test]
async fn a_scanner_may_take_smaller_messages_only_and_takes_them_up_when_it_may_take_more() {
    let mut trial = many().await;
    let policy = |mib: &str| format!("UPDATE scanners SET max_message_mib = {mib}");
    trial
        .store()
        .execute_unprepared(&policy("1"))
        .await
        .unwrap();
    trial.deliver_raw("INBOX", |number| {
        let mut raw = format!(
            "Message-ID: <{number}@mail.example>\r\nFrom: p{number}@mail.example\r\nTo: {ADDRESS}\r\n\r\n"
        )
        .into_bytes();
        raw.resize(1_500_000, b'x');
        raw
    });
    assert_snapshot!(trial.turn().await.text("larger than the scanner takes"));
    assert_eq!(trial.ledger().await["held"], 1);
    assert_eq!(
        store::deliveries::troubles(trial.store(), None)
            .await
            .unwrap()
            .len(),
        1
    );

    // The schedule takes it up, nobody has to ask.
    trial
        .store()
        .execute_unprepared(&policy("2"))
        .await
        .unwrap();
    trial.heals().await;
}
