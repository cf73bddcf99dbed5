//! A month of mail in eight languages, with what must come of each message: how often the program is right.
//!
//! `scripts/measure-decisions` prints what is measured here. The set and what is taken for right: `tests/decisions/README.md`.

mod expected;
mod outcome;
mod score;
mod world;

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use insta::assert_snapshot;

use outcome::Outcome;
use score::Score;

/// The languages of the set, a folder each.
const LANGUAGES: [&str; 8] = ["en", "it", "pl", "pt", "ro", "de", "fr", "es"];

/// How many messages the set has at least.
const LEAST: usize = 150;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/decisions")
}

/// What these rules make of every message of the set, in the order of languages and files.
fn outcomes(rules: &str) -> Vec<Outcome> {
    // Each language is a world of its own, so they can be read beside each other.
    let worlds: Vec<_> = LANGUAGES
        .into_iter()
        .map(|language| {
            let rules = rules.to_owned();
            thread::spawn(move || world::read(&folder(), language, &rules))
        })
        .collect();
    worlds
        .into_iter()
        .flat_map(|world| world.join().unwrap())
        .collect()
}

#[test]
fn a_month_of_mail_is_decided_as_people_would() {
    let outcomes = outcomes(&fs::read_to_string(folder().join("rules.yaml")).unwrap());
    assert!(outcomes.len() >= LEAST, "{}", outcomes.len());
    println!("{}", score::report(&outcomes));

    let whole = Score::of(&outcomes);
    assert_snapshot!("totals", whole.in_words());
    let misses: Vec<String> = outcomes.iter().filter_map(Outcome::miss).collect();
    assert_snapshot!("misses", misses.join("\n"));

    assert_forgivable(&outcomes);
}

#[test]
fn the_ready_made_packs_decide_it_as_people_would() {
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/library");
    let mut packs: Vec<PathBuf> = fs::read_dir(library)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
        .collect();
    packs.sort();
    let rules: String = packs
        .iter()
        .map(|pack| fs::read_to_string(pack).unwrap())
        .collect();
    // Whose forms are believed is the company's to say, whichever rules it takes.
    let own = fs::read_to_string(folder().join("rules.yaml")).unwrap();
    let (lists, _) = own.split_once("\nrules:").unwrap();
    let outcomes = outcomes(&format!("{lists}\nrules:\n{rules}"));
    let whole = Score::of(&outcomes);
    println!("{}", score::report(&outcomes));
    assert_snapshot!("packs", whole.in_words());
    assert_forgivable(&outcomes);
}

/// Fails at what nobody forgives: a customer made a lead, and leads made of mail that no person wrote.
fn assert_forgivable(outcomes: &[Outcome]) {
    for outcome in outcomes {
        let category = outcome.expected.category.as_str();
        let never = matches!(
            category,
            "known" | "colleague" | "newsletter" | "list" | "auto_reply" | "bounce" | "spoofed"
        );
        assert!(
            !never || outcome.lead.is_none(),
            "{category} made a lead: {}",
            outcome.name()
        );
    }
}
