#![allow(clippy::unwrap_used)]

use std::collections::HashSet;

use super::super::house::House;
use super::*;

#[test]
fn every_refusal_has_an_address_and_words_of_its_own() {
    let problems: Vec<_> = Refusal::ALL.into_iter().map(Refusal::problem).collect();
    let paths: HashSet<_> = Refusal::ALL.into_iter().map(Refusal::path).collect();
    let titles: HashSet<_> = problems.iter().map(|problem| &problem.title).collect();
    assert_eq!(paths.len(), Refusal::ALL.len());
    assert_eq!(titles.len(), Refusal::ALL.len());
    assert!(
        problems
            .iter()
            .all(|problem| problem.status.is_client_error())
    );
}

#[tokio::test]
async fn each_is_found_under_its_address() {
    for refusal in Refusal::ALL {
        let shown = show(Path(refusal.code().to_owned())).await;
        assert_eq!(shown, refusal.problem());
    }
    let shown = show(Path("other".to_owned())).await;
    assert_eq!(shown, Problem::not_found());
}

#[test]
fn refusals_are_worded() {
    let told: Vec<_> = Refusal::ALL
        .into_iter()
        .map(|refusal| {
            let problem = refusal.problem();
            format!(
                "{} {}\n{}. {}",
                problem.status.as_u16(),
                refusal.path(),
                problem.title,
                problem.what_to_do
            )
        })
        .collect();
    insta::assert_snapshot!(told.join("\n\n"));
}

#[tokio::test]
async fn what_came_back_from_a_provider_never_stays_in_the_address() {
    let house = House::new().await;
    let anna = house.admin().await;
    for path in [
        "/oauth/callback/key?code=the-code&state=the-state",
        "/oauth/callback/key?error=access_denied&state=the-state",
        "/oauth/callback/key?state=the-state",
        "/oauth/callback/key?code=the-code",
        "/oauth/callback/key",
        "/oauth/callback/key?code=a&code=b&state=s",
        "/oauth/callback/key/admin-consent?admin_consent=True&tenant=t&state=the-state",
    ] {
        for answer in [house.get(path).await, house.get_as(&anna, path).await] {
            let location = answer.location();
            assert!(
                location.starts_with("/authorization/"),
                "{path}: {location}"
            );
            assert!(
                !location.contains("the-") && !answer.body.contains("the-"),
                "{path}"
            );
        }
    }
}

#[tokio::test]
async fn an_answer_for_nobody_is_not_taken() {
    let house = House::new().await;
    let answer = house.get("/oauth/callback/key?code=c&state=s").await;
    assert_eq!(answer.location(), "/authorization/signed-out");
}
