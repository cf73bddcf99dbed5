//! `mailroom doctor` where a provider granted access: it asks for no token that it does not need, says what a permission
//! that is gone means, and leaves a light that a scan would not leave otherwise.

use parts::OpenId;
use serde_json::Value;

use super::company::{Company, NEVER, light};
use crate::contents::Database;
use crate::program::Program;

const SALES: &str = "sales@ours.example";

/// What the doctor finds.
fn examined(program: &Program) -> Value {
    let ran = program.run(["doctor", SALES, "--json"]);
    let found: Value = serde_json::from_str(&ran.out)
        .unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err));
    assert_eq!(ran.code, i32::from(found[0]["well"] != true));
    found[0].clone()
}

/// Outcome and sentence of a step.
#[track_caller]
fn step<'a>(examined: &'a Value, name: &str) -> (&'a str, &'a str) {
    let steps = examined["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["name"] == name);
    let step = step.unwrap_or_else(|| panic!("no step {name}: {examined}"));
    (
        step["outcome"].as_str().unwrap(),
        step["sentence"].as_str().unwrap(),
    )
}

fn refreshes(openid: &OpenId) -> usize {
    openid.token_requests("refresh_token")
}

fn scan(program: &Program) -> i32 {
    program.run(["scan", SALES]).code
}

#[test]
fn a_grant_is_examined_to_the_inbox_and_a_token_that_is_good_is_not_renewed() {
    let (company, program) = (Company::new(), Program::new());
    company.deliver(SALES, 2);
    company.authorized(&program, &[SALES], NEVER);

    let found = examined(&program);
    for (name, words) in [
        ("DNS", "is an address"),
        ("TCP 127.0.0.1", "answers over IPv4"),
        ("TLS", "the certificate is trusted"),
        ("Greeting", "It says \"Dovecot"),
        ("Capabilities", "AUTH=XOAUTH2"),
        (
            "Credential",
            "The provider gave a new access token just now; it is good until",
        ),
        ("SASL", "The server took the login sales@ours.example."),
        ("EXAMINE INBOX", "INBOX opens and holds 2 messages."),
    ] {
        let (outcome, sentence) = step(&found, name);
        assert_eq!(outcome, "ok", "{name}: {sentence}");
        assert!(sentence.contains(words), "{name}: {sentence}");
    }
    assert_eq!(found["todo"], "Nothing: the next scan gets in.");
    assert_eq!(found["cause"], Value::Null);
    assert_eq!(light(&program, SALES), "unknown", "looking sets no light");

    let found = examined(&program);
    let (_, sentence) = step(&found, "Credential");
    assert!(
        sentence.starts_with("There is an access token; it is good until"),
        "{sentence}"
    );
    assert_eq!(scan(&program), 0);
    assert_eq!(refreshes(&company.openid), 1);
    assert_eq!(light(&program, SALES), "green");
}

#[test]
fn a_token_that_was_taken_back_is_replaced_once_as_a_scan_does_it() {
    let (company, program) = (Company::new(), Program::new());
    company.deliver(SALES, 1);
    company.authorized(&program, &[SALES], NEVER);
    assert_eq!(scan(&program), 0);
    let database = Database::open(&program.url());
    database.age_token(SALES);
    assert!(company.openid.revoke_access_tokens(SALES) > 0);

    let found = examined(&program);
    assert_eq!(found["well"], true, "{found}");
    let (_, sentence) = step(&found, "Credential");
    assert!(
        sentence.contains("a new access token just now"),
        "{sentence}"
    );
    assert_eq!(refreshes(&company.openid), 2);
    assert_eq!(light(&program, SALES), "green");
    assert_eq!(database.light(SALES).unwrap().probe_at, None);
}

#[test]
fn a_permission_that_was_withdrawn_is_named_with_the_one_thing_to_do() {
    let (company, program) = (Company::new(), Program::new());
    company.deliver(SALES, 1);
    let inside = company.authorized(&program, &[SALES], NEVER);
    assert_eq!(scan(&program), 0);
    let database = Database::open(&program.url());
    database.age_token(SALES);
    let tokens = inside.tokens(SALES);
    assert!(company.openid.revoke_account(SALES) > 0);

    let ran = program.run(["doctor", SALES]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("To do: "), "{}", ran.out);
    for token in &tokens {
        assert!(!ran.out.contains(token) && !ran.err.contains(token));
    }
    assert_eq!(refreshes(&company.openid), 2, "asked once why");
    let light_now = database.light(SALES).unwrap();
    assert!(light_now.probe_at.is_some(), "a worker is to try it");

    // Asked again, it does not show the server the token that is known to be dead.
    let asked = company.openid.introspections();
    let found = examined(&program);
    assert_eq!(company.openid.introspections(), asked);
    assert_eq!(found["cause"], "consent_revoked", "{found}");
    let (outcome, sentence) = step(&found, "Credential");
    assert_eq!(outcome, "failed");
    assert!(sentence.contains("invalid_grant"), "{sentence}");
    assert_eq!(step(&found, "SASL").0, "skipped");
    let todo = found["todo"].as_str().unwrap();
    assert!(todo.contains("sign in again"), "{todo}");

    // The light follows by its own rules, and says the same.
    assert_eq!(light(&program, SALES), "green");
    assert_eq!(scan(&program), 1);
    assert_eq!(light(&program, SALES), "red consent_revoked");
    assert_eq!(program.status(SALES)["light"]["remedy"], todo);
}

#[test]
fn a_provider_that_is_away_is_no_lost_permission() {
    let (company, program) = (Company::new(), Program::new());
    company.deliver(SALES, 1);
    let inside = company.authorized(&program, &[SALES], NEVER);
    assert_eq!(scan(&program), 0);
    inside.end_access(SALES);
    company.openid.stop();
    let found = examined(&program);
    assert_eq!(found["cause"], Value::Null);
    assert_eq!(step(&found, "Credential").0, "failed");
    let todo = found["todo"].as_str().unwrap();
    assert!(
        todo.starts_with("The authorization server or the way to it"),
        "{todo}"
    );
    assert_eq!(light(&program, SALES), "green");
    company.openid.start_again();
    assert_eq!(examined(&program)["well"], true);
}
