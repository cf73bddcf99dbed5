use super::*;
use crate::web::fixture::{green, never_tried, red};

fn of(light: &Light, opening: Opening) -> String {
    standings(light, opening)
        .iter()
        .map(|(_, standing)| match standing {
            Standing::Held => '+',
            Standing::Failed => 'x',
            Standing::NotReached => '.',
            Standing::NotNeeded => '-',
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
