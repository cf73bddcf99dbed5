#![allow(clippy::unwrap_used, clippy::panic)]

use super::{book_after, check_after};
use crate::rule_books;
use crate::setup::apply::tests::{apply_text, carry_out, load};
use crate::setup::{Stored, Surroundings, Unnamed, plan, read};
use crate::store::fixture::both;

const RULES: &str = "
lists: {partners: ['@example.com']}
exceptions: [spam@example.com]
rules:
  - name: partners
    when: {sender.email: {in: {list: partners}}}
    then: [link]
    cases:
      - {name: one of them, message: {from: anna@example.com}, expect: {matches: true}}
  - {name: others, then: [create_lead]}
";

fn checked(stored: &Stored, text: &str) -> Result<Vec<(String, String)>, String> {
    let reading = read(text.as_bytes(), "f", stored, Surroundings::of_tests())
        .unwrap_or_else(|problems| panic!("{problems}"));
    let changes = plan(&reading.document, stored, Unnamed::Keep);
    let (_, shadows) =
        check_after(&reading, "f", stored, &changes).map_err(|all| all.to_string())?;
    Ok(shadows
        .into_iter()
        .map(|shadow| (shadow.rule, shadow.by))
        .collect())
}

#[tokio::test]
async fn a_list_alone_is_tried_with_the_cases_of_the_rules_that_look_in_it() {
    for db in both().await {
        apply_text(&db.store, RULES, Unnamed::Keep).await;
        let stored = load(&db.store).await;
        let told = checked(&stored, "\nlists:\n  partners: [nobody@example.org]\n").unwrap_err();
        assert_eq!(
            told,
            "f:3:3: lists: rule `partners`, case `one of them`: expected to match, but it did not; this did not hold: \
             sender.email in list \"partners\""
        );
        let more = "lists: {partners: ['@example.com', '@example.org'], others: [x]}";
        assert_eq!(checked(&stored, more), Ok(Vec::new()));
    }
}

#[tokio::test]
async fn lists_are_counted_with_those_that_are_stored() {
    for db in both().await {
        apply_text(&db.store, RULES, Unnamed::Keep).await;
        let stored = load(&db.store).await;
        let lists: Vec<String> = (0..1_000).map(|number| format!("l{number}: [x]")).collect();
        let told = checked(&stored, &format!("lists: {{{}}}", lists.join(", "))).unwrap_err();
        assert!(told.contains("1001 lists, 1000 is the most"), "{told}");
    }
}

#[tokio::test]
async fn rules_that_never_have_their_turn_are_told() {
    for db in both().await {
        apply_text(&db.store, RULES, Unnamed::Keep).await;
        let stored = load(&db.store).await;
        let file = "rules: [{name: all, stop: true}]";
        let by = |name: &str| (name.to_owned(), "all".to_owned());
        // A file's first rule and the first that was stored have the same place; then names decide.
        assert_eq!(
            checked(&stored, file),
            Ok(vec![by("partners"), by("others")])
        );
    }
}

#[tokio::test]
async fn what_decides_after_a_change_is_what_is_stored_then() {
    for db in both().await {
        apply_text(&db.store, RULES, Unnamed::Keep).await;
        let stored = load(&db.store).await;
        assert_eq!(stored.book(), rule_books::stored(&db.store).await.unwrap());
        let file = "
lists: {words: [x]}
exceptions: ['@example.org']
rules: [{name: others, stop: true}, {name: new, then: [link]}]
";
        let reading = read(file.as_bytes(), "f", &stored, Surroundings::of_tests()).unwrap();
        let changes = plan(&reading.document, &stored, Unnamed::Prune);
        let foreseen = book_after(&stored, &changes);
        carry_out(&db.store, &changes).await;
        assert_eq!(foreseen, rule_books::stored(&db.store).await.unwrap());
        let (version, book) = rule_books::now(&db.store).await.unwrap();
        assert_eq!((version.map(|number| number.0), book), (Some(2), foreseen));
    }
}
