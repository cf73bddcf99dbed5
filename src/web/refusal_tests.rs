use std::collections::HashSet;

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
