use super::super::fixture::{green, lines, mailbox, never_tried, now, red};
use super::*;
use crate::cause::Cause;

fn row(light: Light) -> Row {
    Row {
        mailbox: mailbox(),
        server: "Our provider".to_owned(),
        light,
        scanners: Vec::new(),
    }
}

fn view(rows: Vec<Row>) -> View {
    View {
        all: rows.len(),
        red: rows.iter().filter(|row| row.light.is_red()).count(),
        rows,
        untold: None,
        page: 1,
        pages: 1,
        now: now(),
    }
}

#[test]
fn each_mailbox_shows_its_light_in_words() {
    let rows = vec![
        row(red(Cause::WrongAccount)),
        row(never_tried()),
        row(green()),
    ];
    insta::assert_snapshot!(lines(render(&view(rows))));
}

#[test]
fn the_first_sentence_counts_those_that_need_somebody() {
    let says = |rows: Vec<Light>| summary(&view(rows.into_iter().map(row).collect())).into_string();
    let red = || red(Cause::ImapDisabled);
    assert!(says(Vec::new()).starts_with("There is no mailbox that you may see."));
    assert_eq!(says(vec![green()]), "The one mailbox needs nobody.");
    assert_eq!(says(vec![red()]), "The one mailbox needs somebody.");
    assert_eq!(
        says(vec![green(), green()]),
        "None of 2 mailboxes needs anybody."
    );
    assert_eq!(
        says(vec![red(), green()]),
        "1 of 2 mailboxes needs somebody."
    );
    assert_eq!(says(vec![red(), red()]), "2 of 2 mailboxes need somebody.");
}

#[test]
fn a_long_list_has_pages() {
    let middle = View {
        page: 2,
        pages: 3,
        ..view(vec![row(green())])
    };
    let page = lines(render(&middle));
    assert!(
        page.contains("href=\"/mailboxes?page=1\"") && page.contains("href=\"/mailboxes?page=3\"")
    );
    assert!(page.contains("Page 2 of 3"));
}
