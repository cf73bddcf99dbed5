use super::{decode, is_called};

fn read(label: Option<&str>, bytes: &[u8]) -> (String, Option<&'static str>) {
    let decoded = decode(label, bytes);
    (decoded.text, decoded.guessed)
}

#[test]
fn a_true_label_is_followed() {
    assert_eq!(
        read(Some("iso-8859-2"), b"\xB3\xF3d\xBC"),
        ("łódź".to_owned(), None)
    );
    assert_eq!(
        read(Some("\"KOI8-R\""), b"\xC4\xC1"),
        ("да".to_owned(), None)
    );
    assert_eq!(read(Some("ibm850"), b"\x81"), ("ü".to_owned(), None));
    assert_eq!(read(Some("utf-7"), b"+APw-"), ("ü".to_owned(), None));
}

#[test]
fn utf_8_is_known_without_and_against_a_western_label() {
    assert_eq!(read(None, "€".as_bytes()), ("€".to_owned(), None));
    assert_eq!(
        read(Some("us-ascii"), "€".as_bytes()),
        ("€".to_owned(), None)
    );
    assert_eq!(
        read(Some("iso-8859-1"), "€".as_bytes()),
        ("€".to_owned(), None)
    );
}

#[test]
fn no_label_and_a_false_one_lead_to_a_guess() {
    assert_eq!(
        read(Some("utf-8"), b"caf\xE9 cr\xE8me"),
        ("café crème".to_owned(), Some("windows-1252"))
    );
    assert_eq!(
        read(None, b"\x1B$B8+\x1B(B"),
        ("見".to_owned(), Some("ISO-2022-JP"))
    );
    assert_eq!(
        read(None, b"\xFF\xFEa\0"),
        ("a".to_owned(), Some("UTF-16LE"))
    );
    let cyrillic = b"\xF0\xD2\xC9\xDB\xCC\xC9\xD4\xC5 \xD0\xD2\xC1\xCA\xD3";
    assert_eq!(
        read(None, cyrillic),
        ("Пришлите прайс".to_owned(), Some("KOI8-R"))
    );
}

#[test]
fn a_broken_character_costs_only_itself() {
    let (text, _) = read(
        Some("utf-8"),
        "Grüße, größer, schöner, höher \u{1F600}"
            .as_bytes()
            .get(..38)
            .unwrap_or_default(),
    );
    assert!(text.starts_with("Grüße, größer, schöner, höher"), "{text}");
    assert_eq!(
        read(Some("utf-8"), b"cut \xC3"),
        ("cut \u{FFFD}".to_owned(), Some("UTF-8"))
    );
}

#[test]
fn charsets_that_nobody_decodes_are_left_readable() {
    assert_eq!(read(Some("hz-gb-2312"), b"price: 20").0, "price: 20");
    assert_eq!(read(Some("x-nonsense"), b"price: 20").0, "price: 20");
}

#[test]
fn no_database_is_given_a_nul() {
    assert_eq!(read(None, b"a\0b").0, "a\u{FFFD}b");
}

#[test]
fn a_charset_has_many_names() {
    assert!(is_called("UTF-8", "utf8"));
    assert!(!is_called("UTF-8", "latin1"));
}
