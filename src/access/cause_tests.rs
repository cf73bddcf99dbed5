#![allow(clippy::unwrap_used)]

use std::collections::HashSet;
use std::fmt::Write as _;

use super::Cause;

const ALL: [Cause; 10] = [
    Cause::NeverAuthorized,
    Cause::CredentialUnreadable,
    Cause::PasswordRefused,
    Cause::AccessTokenRefused,
    Cause::TooManyAttempts,
    Cause::MailboxNotReachableForUser,
    Cause::ImapDisabled,
    Cause::AdministratorMustAct,
    Cause::ProviderAsksForAction,
    Cause::SignInNotOffered,
];

#[test]
fn every_cause_has_a_code_somebody_who_must_act_and_what_to_do() {
    let mut text = String::new();
    for cause in ALL {
        let (code, who, remedy) = (cause.as_str(), cause.who().as_str(), cause.remedy());
        assert!(
            remedy.starts_with(char::is_uppercase) && remedy.ends_with('.'),
            "{remedy}"
        );
        // The code in the database is the one in JSON.
        assert_eq!(serde_json::to_value(cause).unwrap(), code);
        assert_eq!(serde_json::to_value(cause.who()).unwrap(), who);
        writeln!(text, "{code} ({who}): {remedy}").unwrap();
    }
    insta::assert_snapshot!(text);
    let codes: HashSet<_> = ALL.map(Cause::as_str).into_iter().collect();
    assert_eq!(codes.len(), ALL.len());
}
