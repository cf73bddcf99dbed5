//! `mailroom doctor`: says where the way to a mailbox ends, before and after a server is set up.

use parts::Dovecot;
use serde_json::Value;

use super::program::Program;

const ADA: &str = "ada@ours.example";
const BEA: &str = "bea@ours.example";
const PASSWORD: &str = "pass: word";

fn setup(dovecot: &Dovecot) -> String {
    let (host, port) = (dovecot.host(), dovecot.imaps_port());
    let ca_file = dovecot.certificate_authority_file();
    let ca_file = ca_file.display();
    format!(
        "mail_servers:
  - {{name: Office, host: {host}, port: {port}, ca_file: {ca_file}}}
mailboxes:
  - {{address: {ADA}, server: Office, password: '{PASSWORD}'}}
  - {{address: {BEA}, server: Office, password: not-the-password}}
scanners:
  - {{name: Sales, mailbox: {ADA}, schedule: '0 0 1 1 *'}}
"
    )
}

fn outcomes(examined: &Value) -> Vec<(&str, &str)> {
    examined["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| {
            assert!(step["ms"].is_u64(), "{step}");
            assert!(!step["sentence"].as_str().unwrap().is_empty(), "{step}");
            (
                step["name"].as_str().unwrap(),
                step["outcome"].as_str().unwrap(),
            )
        })
        .collect()
}

#[test]
fn a_mailbox_is_examined_to_its_inbox_and_a_wrong_password_is_named() {
    let dovecot = Dovecot::builder()
        .user(ADA, PASSWORD)
        .user(BEA, "another")
        .start();
    let program = Program::new();
    program.apply(&setup(&dovecot));

    let well = program.json(["doctor", "Sales"]);
    assert_eq!(well.as_array().unwrap().len(), 1);
    assert_eq!(well[0]["mailbox"], ADA);
    assert_eq!(well[0]["well"], true);
    let steps = outcomes(&well[0]);
    let names = [
        "TLS",
        "Greeting",
        "Capabilities",
        "Credential",
        "SASL",
        "EXAMINE INBOX",
    ];
    for name in names {
        assert!(steps.contains(&(name, "ok")), "{name}: {steps:?}");
    }

    // All mailboxes; one of them fails, and the command with it.
    let ran = program.run(["doctor"]);
    assert_eq!(ran.code, 1, "{}\n{}", ran.out, ran.err);
    assert!(ran.out.contains(&format!("{BEA} on Office")), "{}", ran.out);
    assert!(
        ran.out.contains("To do: Check login and password"),
        "{}",
        ran.out
    );
    for secret in [PASSWORD, "not-the-password"] {
        assert!(!ran.out.contains(secret) && !ran.err.contains(secret));
    }

    // Looking changes nothing.
    for light in program.json(["status"]).as_array().unwrap() {
        assert_eq!(light["light"]["state"], "unknown");
    }

    let server = program.json(["doctor", "--server", "Office"]);
    assert_eq!(server[0]["mailbox"], Value::Null);
    assert!(outcomes(&server[0]).contains(&("SASL", "skipped")));
}

#[test]
fn a_mailbox_that_was_red_and_is_well_again_is_to_be_tried() {
    let mut dovecot = Dovecot::builder().user(ADA, "another").start();
    let program = Program::new();
    program.apply(&setup(&dovecot));
    assert_eq!(program.run(["scan", "Sales"]).code, 1);
    dovecot.set_password(ADA, PASSWORD);
    let told = program.well(["doctor", ADA]);
    assert!(told.contains("The light is still red"), "{told}");
}

#[test]
fn a_server_is_examined_before_anything_is_saved() {
    let dovecot = Dovecot::builder().start();
    let program = Program::new();
    let port = dovecot.imaps_port().to_string();
    let ca_file = dovecot.certificate_authority_file();
    let ca_file = ca_file.to_str().unwrap();
    let at = |port: &str, tls: &str| {
        program.run([
            "doctor",
            "--host",
            "localhost",
            "--port",
            port,
            "--tls",
            tls,
            "--ca-file",
            ca_file,
        ])
    };

    let ran = at(&port, "implicit");
    assert_eq!(ran.code, 0, "{}\n{}", ran.out, ran.err);
    assert!(ran.out.contains("AUTH=PLAIN"), "{}", ran.out);
    assert!(ran.out.contains("To do: Nothing"), "{}", ran.out);

    let ran = at(&dovecot.imap_port().to_string(), "implicit");
    assert_eq!(ran.code, 1);
    assert!(
        ran.out.contains("To do: Set the mail server to STARTTLS"),
        "{}",
        ran.out
    );

    assert!(!program.path("data").exists(), "nothing is made for it");
}

#[test]
fn a_login_is_tried_before_anything_is_saved_and_its_secret_stays_where_it_is() {
    let openid = parts::openid();
    let dovecot = Dovecot::builder()
        .user(ADA, PASSWORD)
        .openid(&openid)
        .start();
    dovecot.deliver(ADA, "INBOX", "Subject: one\n\nHello\n");
    let program = Program::new();
    let (good, token) = (
        program.file("good", PASSWORD),
        program.file("token", openid.mail_token(ADA)),
    );
    let token_of_another = program.file("token-of-another", openid.mail_token(BEA));
    let wrong = program.file("wrong", "not-the-password");
    let at = |dovecot: &Dovecot, login: &str, auth: &str, secret: &std::path::Path| {
        let secret = format!("file:{}", secret.display());
        let port = dovecot.imaps_port().to_string();
        let ca_file = dovecot.certificate_authority_file();
        let words = [
            "doctor",
            "--json",
            "--host",
            "localhost",
            "--port",
            &port,
            "--ca-file",
            ca_file.to_str().unwrap(),
            "--login",
            login,
            "--auth",
            auth,
            "--secret",
            &secret,
        ];
        let ran = program.run(words);
        for secret in [PASSWORD, "not-the-password"] {
            assert!(!ran.out.contains(secret) && !ran.err.contains(secret));
        }
        let found: Value = serde_json::from_str(&ran.out)
            .unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err));
        assert_eq!(ran.code, i32::from(found[0]["well"] != true));
        found[0].clone()
    };
    for (auth, secret) in [
        ("password", &good),
        ("xoauth2", &token),
        ("oauthbearer", &token),
    ] {
        let well = at(&dovecot, ADA, auth, secret);
        assert_eq!(well["todo"], "Nothing: it can be set up so.");
        assert!(outcomes(&well).contains(&("EXAMINE INBOX", "ok")), "{well}");
        assert_eq!(well["mailbox"], ADA);
    }
    for (login, auth, secret, cause, todo) in [
        (
            ADA,
            "password",
            &wrong,
            "password_refused",
            "Check login and password",
        ),
        (
            "nobody@ours.example",
            "password",
            &good,
            "password_refused",
            "Check login and password",
        ),
        (
            ADA,
            "xoauth2",
            &token_of_another,
            "access_token_refused",
            "",
        ),
        (
            "nobody@ours.example",
            "oauthbearer",
            &token,
            "access_token_refused",
            "",
        ),
    ] {
        let ill = at(&dovecot, login, auth, secret);
        let steps = outcomes(&ill);
        assert!(steps.contains(&("Credential", "ok")), "{ill}");
        assert!(steps.contains(&("SASL", "failed")), "{ill}");
        assert!(steps.contains(&("EXAMINE INBOX", "skipped")), "{ill}");
        assert_eq!(ill["cause"], cause);
        assert!(ill["todo"].as_str().unwrap().contains(todo), "{ill}");
    }

    // A server that takes no tokens is shown none.
    let plain = Dovecot::builder().user(ADA, PASSWORD).start();
    let ill = at(&plain, ADA, "xoauth2", &token);
    assert!(
        outcomes(&ill).contains(&("Capabilities", "failed")),
        "{ill}"
    );
    assert!(outcomes(&ill).contains(&("Credential", "skipped")), "{ill}");
    assert_eq!(ill["cause"], "sign_in_not_offered");
    assert!(!program.path("data").exists(), "nothing is made for it");
}

#[test]
fn a_secret_is_typed_or_named_and_never_stands_on_the_command_line() {
    let dovecot = Dovecot::builder().user(ADA, PASSWORD).start();
    let mut program = Program::new();
    program.set("MAILBOX_PASSWORD", PASSWORD);
    let port = dovecot.imaps_port().to_string();
    let ca_file = dovecot.certificate_authority_file();
    let words = [
        "doctor",
        "--host",
        "localhost",
        "--port",
        &port,
        "--ca-file",
        ca_file.to_str().unwrap(),
        "--login",
        ADA,
    ];
    let named = program.well(
        words
            .into_iter()
            .chain(["--secret", "env:MAILBOX_PASSWORD"]),
    );
    assert!(
        named.contains("is read from ${env:MAILBOX_PASSWORD}; it is not kept"),
        "{named}"
    );

    let mut typing = program.start_to_type(words);
    typing.type_line(PASSWORD);
    assert_eq!(typing.wait(std::time::Duration::from_mins(1)), Some(0));
    assert!(
        typing
            .said()
            .contains("The password was typed; it is not kept."),
        "{}",
        typing.said()
    );
    assert!(!typing.said().contains(PASSWORD));

    let none = program.run(words);
    assert_eq!(none.code, 1);
    assert!(none.err.contains("No password was given"), "{}", none.err);
    let on_the_line = program.run(words.into_iter().chain(["--secret", PASSWORD]));
    assert_eq!(on_the_line.code, 1);
    assert!(
        on_the_line
            .err
            .contains("--secret takes env:NAME or file:/path")
    );
    assert!(!on_the_line.err.contains(PASSWORD), "{}", on_the_line.err);
    let unset = program.run(
        words
            .into_iter()
            .chain(["--secret", "env:NO_SUCH_VARIABLE"]),
    );
    assert!(
        unset.err.contains("NO_SUCH_VARIABLE is not set"),
        "{}",
        unset.err
    );
}

#[test]
fn who_is_not_there_is_said() {
    let dovecot = Dovecot::builder().start();
    let program = Program::new();
    let empty = program.run(["doctor"]);
    assert_eq!(empty.code, 1);
    assert!(empty.err.contains("No mailbox is set up"), "{}", empty.err);

    program.apply(&setup(&dovecot));
    for (words, said) in [
        (["doctor", "Slaes"].as_slice(), "did you mean \"Sales\""),
        (&["doctor", "--server", "Ofice"], "did you mean \"Office\""),
    ] {
        let ran = program.run(words);
        assert_eq!(ran.code, 1);
        assert!(ran.err.contains(said), "{}", ran.err);
    }
    assert_eq!(program.run(["doctor", "Sales", "--host", "x"]).code, 2);
    assert_eq!(program.run(["doctor", "--port", "993"]).code, 2);
    assert_eq!(program.run(["doctor", "--login", ADA]).code, 2);
}
