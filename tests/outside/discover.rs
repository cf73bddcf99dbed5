//! `mailroom discover`: from an address to a set-up file. Only what needs no network.

use super::program::Program;

#[test]
fn what_is_found_can_be_applied() {
    let program = Program::new();
    let found = program.json(["discover", "Ann@gmail.com"]);
    assert_eq!(found["preset"], "google");
    assert_eq!(found["source"]["kind"], "provider");
    assert_eq!(found["imap"]["host"], "imap.gmail.com");
    assert!(!program.path("data").exists(), "nothing is made for it");

    let printed = program.well(["discover", "Ann@gmail.com"]);
    let file = program.file("found.yaml", printed);
    let file = file.to_str().unwrap();
    let changes = program.well(["apply", "-f", file, "--dry-run"]);
    assert!(changes.contains("ann@gmail.com"), "{changes}");
}

#[test]
fn what_is_no_address_is_said() {
    let program = Program::new();
    let ran = program.run(["discover", "ann"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.err.contains("\"ann\" is not an e-mail address"),
        "{}",
        ran.err
    );
}

#[test]
fn an_authorization_server_says_where_it_listens() {
    let (openid, mut program) = (parts::openid(), Program::new());
    let issuer = openid.issuer();
    let found = program.json(["discover", "--issuer", &issuer]);
    assert_eq!(found["issuer"], issuer);
    assert_eq!(found["authorization"], openid.authorization_endpoint());
    assert_eq!(found["sends_iss"], true);
    assert!(!program.path("data").exists(), "nothing is made for it");

    // With the gaps filled it is a set-up file.
    let printed = program.well(["discover", "--issuer", &issuer]);
    assert!(printed.contains("(RFC 9207)"), "{printed}");
    let filled = printed
        .replacen("name: …", "name: own", 1)
        .replacen("host: …", "host: imap.example.com", 1)
        .replacen("client_id: …", "client_id: mailroom", 1)
        .replacen("service_key: …", "service_key: main", 1)
        .replacen("offline_access, …", "offline_access, mail", 1);
    let file = program.file(
        "found.yaml",
        format!("service_keys: [{{name: main}}]\n{filled}"),
    );
    program.set("CLIENT_SECRET", "a-client-secret");
    let changes = program.well(["apply", "-f", file.to_str().unwrap(), "--dry-run"]);
    assert!(changes.contains("own"), "{changes}");

    let nowhere = program.run(["discover", "--issuer", "http://mail.example.com"]);
    assert_eq!(nowhere.code, 1);
    assert!(nowhere.err.contains("https://"), "{}", nowhere.err);
    assert_eq!(program.run(["discover"]).code, 2);
    assert_eq!(
        program
            .run(["discover", "ann@gmail.com", "--issuer", &issuer])
            .code,
        2
    );
}
