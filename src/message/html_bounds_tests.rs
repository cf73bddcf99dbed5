#![allow(clippy::format_collect)]

use super::{MAX_DEPTH, within_bounds};

#[test]
fn ordinary_pages_are_within_bounds() {
    let row = "<tr><td style=\"a: b\"><p>x<p>y<li>z<br><a href='u'><b>l</b></a></td></tr>";
    let page = format!(
        "<!doctype html><!-- <p --><style>a>b{{}}</style><table>{}</table>",
        row.repeat(500)
    );
    assert!(within_bounds(&page));
    assert!(within_bounds("1 < 2 and <3 </ > & <>"));
    assert!(within_bounds(""));
}

#[test]
fn what_costs_the_square_is_not() {
    let bold: String = (0..100).map(|at| format!("<b id={at}>")).collect();
    let deep = "<div>".repeat(MAX_DEPTH + 1);
    for (what, page) in [
        ("depth", deep.clone()),
        (
            "depth behind false closes",
            "<div></span>".repeat(MAX_DEPTH + 1),
        ),
        ("attributes", format!("<a {}>", "b ".repeat(600))),
        (
            "attributes without blanks",
            format!("<a {}>", "b=\"\"".repeat(600)),
        ),
        (
            "formatting built anew",
            format!("<p>{bold}{}", "<p>x</p>".repeat(1_000)),
        ),
        (
            "text in tables",
            format!("<table>{}", "x<br>".repeat(3_000)),
        ),
        ("many tags", "<br>".repeat(30_000)),
        ("behind an empty comment", format!("<!-->{deep}-->")),
        (
            "behind a comment badly closed",
            format!("<!-- --!>{deep}-->"),
        ),
        ("behind a quote that is none", format!("<a '>{deep}'>")),
        ("behind a doctype", format!("<!x '>{deep}'>")),
        (
            "in a script that is none",
            format!("<select><style></select>{deep}</style>"),
        ),
        ("in foreign content", format!("<SVG><style>{deep}</style>")),
        ("in a tag never ended", format!("<a href=\"{deep}")),
    ] {
        assert!(!within_bounds(&page), "{what}");
    }
}
