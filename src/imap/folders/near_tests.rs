use super::near;
use crate::imap::{FolderInfo, SpecialUse};

fn folder(name: &str, delimiter: char, special_use: Option<SpecialUse>) -> FolderInfo {
    FolderInfo {
        name: name.to_owned(),
        delimiter: Some(delimiter),
        selectable: name != "Clients",
        special_use,
        raw: name.to_owned(),
    }
}

fn plain(names: &[&str], delimiter: char) -> Vec<FolderInfo> {
    let folder = |name: &&str| folder(name, delimiter, None);
    names.iter().map(folder).collect()
}

#[test]
fn the_folder_that_is_meant_is_named() {
    let dots = ["INBOX", "INBOX.Orders", "INBOX.Orders.2026", "INBOX.Größe"];
    let slashes = [
        "INBOX",
        "Clients",
        "Clients/Orders",
        "Offers/Orders",
        "[Gmail]/Sent Mail",
        "ACME Inc.",
    ];
    for (wanted, delimiter, there, meant) in [
        ("Orders", '.', &dots[..], "INBOX.Orders"),
        ("orders", '.', &dots, "INBOX.Orders"),
        ("INBOX/Orders/2026", '.', &dots, "INBOX.Orders.2026"),
        ("Orders/2026", '.', &dots, "INBOX.Orders.2026"),
        ("größe", '.', &dots, "INBOX.Größe"),
        ("INBOX.Ordres", '.', &dots, "INBOX.Orders"),
        ("Invoices", '.', &dots, ""),
        ("", '.', &dots, ""),
        ("/", '.', &dots, ""),
        ("Orders", '/', &slashes, "Clients/Orders Offers/Orders"),
        ("INBOX.Clients.Orders", '/', &slashes, "Clients/Orders"),
        ("Sent mail ", '/', &slashes, "[Gmail]/Sent Mail"),
        ("acme inc.", '/', &slashes, "ACME Inc."),
        ("clients", '/', &slashes, ""),
    ] {
        let found = near(wanted, &plain(there, delimiter));
        assert_eq!(found.join(" "), meant, "{wanted}");
    }
}

#[test]
fn a_folder_is_found_by_what_it_is_for() {
    let folders = [
        folder("INBOX", '/', None),
        folder("Gesendet", '/', Some(SpecialUse::Sent)),
        folder("Papierkorb", '/', Some(SpecialUse::Trash)),
    ];
    assert_eq!(near("Sent", &folders), ["Gesendet"]);
    assert_eq!(near("trash", &folders), ["Papierkorb"]);
}

#[test]
fn few_are_named_and_none_that_nobody_can_read() {
    let many: Vec<String> = (0..5_000).map(|number| format!("{number}/a")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(near("a", &plain(&many, '/')), ["0/a", "1/a", "2/a"]);
    assert_eq!(near("4999", &plain(&many, '/')), [""; 0]);
    let long = format!("{}/a", "x".repeat(300));
    let hostile = plain(&["\u{1b}[2J/a", "b\u{0}/a", &long], '/');
    assert_eq!(near("a", &hostile), [""; 0]);
}
