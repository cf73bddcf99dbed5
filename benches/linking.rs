//! What linking costs when many contacts are known; `scripts/bench-linking` runs it on both databases.
//!
//! Beside it the same addresses are looked up as other CRMs do it, in the same database: an address a statement, in an
//! index of its own; and contacts that keep further addresses in one column of text, which is searched with LIKE.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::indexing_slicing)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::DateTime;
use entities::ids::MessageId;
use mailroom::link::{self, Asked, Known, SearchFields};
use mailroom::message::Own;
use mailroom::store::contacts::{self, NewContact};
use mailroom::store::organizations::{self, OrganizationFields};
use mailroom::store::{Store, Tx};
use rules::{Address, MessageFacts, RecordKind};
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};

/// Messages that are decided together, as a scan does it.
const WINDOW: usize = 500;
const WINDOWS: usize = 20;
/// The peer that searches text is asked so few times: it takes long.
const SEARCHES: usize = 10;
const ORGANIZATIONS: usize = 20_000;

#[tokio::main]
async fn main() {
    let mut words = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with("--"));
    let url = words.next().unwrap();
    let many: usize = words.next().unwrap().parse().unwrap();
    let store = Store::open(&url).await.unwrap();
    store.migrate().await.unwrap();
    fill(&store, many).await;

    let (mut ours, mut theirs) = (Duration::ZERO, Duration::ZERO);
    let (mut found, mut found_by_peer) = (0, 0);
    // Once unmeasured, so that neither finds the other's pages in memory.
    for window in 0..=WINDOWS {
        let messages = messages(window, many);
        let tx = store.begin().await.unwrap();
        let began = Instant::now();
        let linked = link_window(&tx, &messages).await;
        let took = began.elapsed();
        let began = Instant::now();
        let seen = look_up_each(&tx, &messages).await;
        let peer_took = began.elapsed();
        if window > 0 {
            ours += took;
            theirs += peer_took;
            found += linked;
            found_by_peer += seen;
        }
    }
    assert_eq!(found, found_by_peer, "both find the same contacts");
    let each = |took: Duration, of: usize| {
        took.as_secs_f64() * 1000.0 / f64::from(u32::try_from(of).unwrap())
    };
    let (ours, theirs) = (each(ours, WINDOW * WINDOWS), each(theirs, WINDOW * WINDOWS));
    let tx = store.begin().await.unwrap();
    let began = Instant::now();
    search_text(&tx, &messages(0, many)[..SEARCHES]).await;
    let searched = each(began.elapsed(), SEARCHES);
    println!(
        "{many} contacts: {ours:.3} ms a message with all evidence ({found} contacts found in {} messages); \
         a statement an address {theirs:.3} ms (ratio {:.2}); LIKE {searched:.1} ms (ratio {:.0})",
        WINDOW * WINDOWS,
        theirs / ours,
        searched / ours
    );
}

/// Contacts of whom each tenth has a second address, at organizations with domains; and the same in a peer's table.
async fn fill(store: &Store, many: usize) {
    let now = DateTime::UNIX_EPOCH;
    store
        .execute_unprepared(
            "CREATE TABLE peer (id BIGINT PRIMARY KEY, email TEXT NOT NULL, others TEXT NOT NULL)",
        )
        .await
        .unwrap();
    let mut at = Vec::new();
    let tx = store.begin().await.unwrap();
    for number in 0..ORGANIZATIONS.min(many) {
        let fields = OrganizationFields {
            name: format!("Company {number}"),
            domains: vec![format!("company{number}.example.it")],
            phone: String::new(),
            website: String::new(),
        };
        at.push(organizations::insert(&tx, fields, now).await.unwrap().id);
    }
    tx.commit().await.unwrap();
    for first in (0..many).step_by(1_000) {
        let new: Vec<NewContact> = (first..many.min(first + 1_000))
            .map(|number| NewContact {
                first_name: format!("First {number}"),
                last_name: format!("Last {number}"),
                organization_id: Some(at[number % at.len()]),
                email: Some(email(number)),
                other_emails: other(number).into_iter().collect(),
                ..NewContact::default()
            })
            .collect();
        let rows: Vec<String> = (first..)
            .zip(&new)
            .map(|(number, new)| {
                let others = new.other_emails.join(",");
                format!("({number}, '{}', ',{others},')", email(number))
            })
            .collect();
        let tx = store.begin().await.unwrap();
        contacts::insert_many(&tx, &new, now).await.unwrap();
        tx.execute_unprepared(&format!("INSERT INTO peer VALUES {}", rows.join(",")))
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    for statement in ["CREATE INDEX peer_email ON peer (email)", "ANALYZE"] {
        store.execute_unprepared(statement).await.unwrap();
    }
}

fn email(number: usize) -> String {
    format!(
        "person{number}@company{}.example.it",
        number % ORGANIZATIONS
    )
}

fn other(number: usize) -> Option<String> {
    number
        .is_multiple_of(10)
        .then(|| format!("person{number}@home.example"))
}

/// Of three messages two are from somebody known, spread over all contacts; each has two receivers, of whom one is known.
fn messages(window: usize, many: usize) -> Vec<MessageFacts> {
    let address = |email: String| Address {
        email,
        name: String::new(),
    };
    (0..WINDOW)
        .map(|index| {
            let number = window * WINDOW + index;
            let somebody = number.wrapping_mul(7_919_993) % many;
            let from = if number.is_multiple_of(3) {
                format!("new{number}@nobody{number}.example.com")
            } else {
                email(somebody)
            };
            MessageFacts {
                message_id: Some(format!("{number}@mail.example")),
                from: vec![address(from)],
                to: vec![address("sales@ours.example".to_owned())],
                cc: vec![
                    address(email((somebody + many / 2) % many)),
                    address(format!("cc{number}@gmail.com")),
                ],
                in_reply_to: vec![format!("{}@elsewhere.example", number / 2)],
                ..MessageFacts::default()
            }
        })
        .collect()
}

/// As a scan does it; gives how many contacts were found.
async fn link_window(tx: &Tx, messages: &[MessageFacts]) -> usize {
    let own = Arc::new(Own::new(["sales@ours.example".to_owned()]));
    let asked = messages.iter().zip(1..).map(|(facts, id)| Asked {
        message: MessageId(id),
        facts,
    });
    let fields = SearchFields::default();
    let known = Known::load(tx, asked.clone(), &fields, &own).await.unwrap();
    let mut found = 0;
    for asked in asked {
        let _ = link::standing(asked.message, asked.facts, &known);
        let candidates = link::candidates(asked.message, asked.facts, &known);
        let contacts = candidates
            .iter()
            .filter(|one| one.record.kind == RecordKind::Contact);
        found += contacts.count();
    }
    found
}

fn addresses(facts: &MessageFacts) -> impl Iterator<Item = &str> {
    let all = facts.from.iter().chain(&facts.to).chain(&facts.cc);
    all.map(|address| address.email.as_str())
}

async fn look_up_each(tx: &Tx, messages: &[MessageFacts]) -> usize {
    let backend = tx.get_database_backend();
    let mark = mark(backend);
    let mut found = 0;
    for facts in messages {
        for email in addresses(facts) {
            let sql = format!("SELECT id FROM peer WHERE email = {mark}");
            let statement = Statement::from_sql_and_values(backend, sql, [email.into()]);
            found += tx.query_all_raw(statement).await.unwrap().len();
        }
    }
    found
}

async fn search_text(tx: &Tx, messages: &[MessageFacts]) {
    let backend = tx.get_database_backend();
    let mark = mark(backend);
    for facts in messages {
        for email in addresses(facts) {
            let sql = format!(
                "SELECT id FROM peer WHERE email = {mark} OR others LIKE '%,' || {mark} || ',%'"
            );
            let values = match backend {
                DbBackend::Postgres => vec![email.into()],
                _ => vec![email.into(), email.into()],
            };
            let statement = Statement::from_sql_and_values(backend, sql, values);
            tx.query_all_raw(statement).await.unwrap();
        }
    }
}

fn mark(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Postgres => "$1",
        _ => "?",
    }
}
