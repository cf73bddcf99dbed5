use super::*;
use crate::cause::Cause;
use crate::web::fixture::{green, never_tried, red};

#[test]
fn red_has_the_button_of_its_cause() {
    for (cause, button) in [
        (Cause::ConsentRevoked, Remedy::SignIn),
        (Cause::WrongAccount, Remedy::ChooseAccount),
        (Cause::AdminConsentRequired, Remedy::AdminConsent),
        (Cause::ImapDisabled, Remedy::TryAgain),
    ] {
        assert_eq!(
            remedy(&red(cause), Opening::Granted, true),
            Some(button),
            "{cause:?}"
        );
    }
}

#[test]
fn where_nobody_can_sign_in_from_here_red_is_tried_again() {
    for cause in [
        Cause::NeverAuthorized,
        Cause::PasswordRefused,
        Cause::WrongAccount,
    ] {
        let light = red(cause);
        assert_eq!(
            remedy(&light, Opening::Given, false),
            Some(Remedy::TryAgain)
        );
        assert_eq!(
            remedy(&light, Opening::AppOnly, true),
            Some(Remedy::TryAgain)
        );
    }
}

#[test]
fn every_red_light_has_exactly_one_button() {
    for cause in Cause::ALL {
        for opening in [Opening::Given, Opening::Granted, Opening::AppOnly] {
            assert!(remedy(&red(cause), opening, true).is_some(), "{cause:?}");
        }
    }
}

#[test]
fn what_is_mended_elsewhere_may_end_in_a_new_sign_in() {
    let beside = |remedy: Remedy| remedy.beside(Opening::Granted);
    assert_eq!(beside(Remedy::AdminConsent), Some(Remedy::SignInAgain));
    assert_eq!(beside(Remedy::TryAgain), Some(Remedy::SignInAgain));
    assert_eq!(beside(Remedy::SignIn), None);
    assert_eq!(Remedy::TryAgain.beside(Opening::AppOnly), None);
}

#[test]
fn green_offers_to_sign_in_again_and_a_new_mailbox_to_sign_in() {
    assert_eq!(
        remedy(&green(), Opening::Granted, true),
        Some(Remedy::SignInAgain)
    );
    assert_eq!(remedy(&green(), Opening::Given, false), None);
    assert_eq!(
        remedy(&never_tried(), Opening::Granted, true),
        Some(Remedy::SignIn)
    );
    assert_eq!(remedy(&never_tried(), Opening::Given, false), None);
}
