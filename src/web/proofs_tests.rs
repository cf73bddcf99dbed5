use super::*;
use crate::web::fixture::{green, never_tried, red};

fn of(light: &Light, opening: Opening) -> String {
    told(light, opening, true)
}

fn told(light: &Light, opening: Opening, identity_told: bool) -> String {
    standings(light, opening, identity_told)
        .iter()
        .map(|(_, standing)| match standing {
            Standing::Held => '+',
            Standing::Failed => 'x',
            Standing::NotReached => '.',
            Standing::NotNeeded => '-',
            Standing::NotTold => '?',
        })
        .collect()
}

#[test]
fn green_holds_every_proof_that_is_needed() {
    assert_eq!(of(&green(), Opening::Granted), "+++++");
    assert_eq!(of(&green(), Opening::AppOnly), "+--++");
    assert_eq!(of(&green(), Opening::Given), "---++");
}

#[test]
fn red_shows_which_proof_is_missing() {
    for (cause, granted) in [
        (Cause::ConsentRevoked, "x...."),
        (Cause::ScopeMissing, "+x..."),
        (Cause::WrongAccount, "++x.."),
        (Cause::AccessTokenRefused, "+++x."),
        (Cause::MailboxNotReachableForUser, "++++x"),
    ] {
        assert_eq!(of(&red(cause), Opening::Granted), granted, "{cause:?}");
    }
    assert_eq!(of(&red(Cause::NeverAuthorized), Opening::Given), "---x.");
    assert_eq!(of(&red(Cause::ImapDisabled), Opening::AppOnly), "+--+x");
}

#[test]
fn every_cause_misses_exactly_one_proof() {
    for cause in Cause::ALL {
        for opening in [Opening::Given, Opening::Granted, Opening::AppOnly] {
            let shown = of(&red(cause), opening);
            assert_eq!(shown.matches('x').count(), 1, "{cause:?}: {shown}");
        }
    }
}

#[test]
fn before_the_first_try_nothing_is_claimed() {
    assert_eq!(of(&never_tried(), Opening::Granted), ".....");
}

#[test]
fn an_identity_that_the_provider_does_not_tell_is_not_called_proved() {
    let untold = |light: &Light, opening| told(light, opening, false);
    assert_eq!(untold(&green(), Opening::Granted), "++?++");
    assert_eq!(untold(&green(), Opening::AppOnly), "+--++");
    assert_eq!(untold(&green(), Opening::Given), "---++");
    for (cause, granted) in [
        (Cause::ConsentRevoked, "x...."),
        (Cause::WrongAccount, "++x.."),
        (Cause::AccessTokenRefused, "++?x."),
        (Cause::ImapDisabled, "++?+x"),
    ] {
        assert_eq!(untold(&red(cause), Opening::Granted), granted, "{cause:?}");
    }
    let page = list(&green(), Opening::Granted, false).into_string();
    assert!(page.contains("– Not told"), "{page}");
    assert!(page.contains("the mail server lets it into this mailbox"));
    assert!(!page.contains("fits the mailbox"));
}
