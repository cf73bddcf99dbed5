use proptest::prelude::*;

use super::{decode, encode};

#[test]
fn names_as_servers_write_them() {
    for (wire, name) in [
        ("INBOX", "INBOX"),
        ("Entw&APw-rfe", "Entwürfe"),
        ("&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-", "Отправленные"),
        ("~peter/mail/&U,BTFw-/&ZeVnLIqe-", "~peter/mail/台北/日本語"),
        ("R&-D", "R&D"),
        ("&2D3cjA-", "💌"),
        ("&AAA-", "\0"),
        ("&AA0ACg-", "\r\n"),
        ("", ""),
    ] {
        assert_eq!(decode(wire).as_deref(), Some(name), "{wire}");
        assert_eq!(encode(name), wire);
    }
}

#[test]
fn two_neighbouring_shifts_are_understood() {
    assert_eq!(decode("&AOk-&AOk-").as_deref(), Some("éé"));
}

#[test]
fn malformed_names_are_left_to_the_caller() {
    for wire in [
        "R&D",
        "&AOk",
        "&!!!-",
        "&AO-",
        "&2D0-",
        "Entw\u{fc}rfe",
        "tab\there",
        "&AP/-",
    ] {
        assert_eq!(decode(wire), None, "{wire}");
    }
}

proptest! {
    #[test]
    fn any_name_comes_back(name in any::<String>()) {
        let wire = encode(&name);
        prop_assert!(wire.bytes().all(|byte| (0x20..=0x7e).contains(&byte)));
        prop_assert_eq!(decode(&wire), Some(name));
    }

    #[test]
    fn any_wire_text_is_decoded_or_refused(wire in any::<String>(), shifted in "[&A-Za-z0-9,-]{0,12}") {
        let _ = decode(&wire);
        let _ = decode(&shifted);
    }
}
