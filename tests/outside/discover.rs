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
