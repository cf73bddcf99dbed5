use super::{Piece, Pieces};

/// Text as it is, tags as name and attributes.
fn walked(html: &str) -> Vec<String> {
    Pieces::of(html)
        .map(|piece| match piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Tag(tag) => {
                let attributes: Vec<String> = tag
                    .attributes()
                    .map(|(name, value)| format!(" {name}={value}"))
                    .collect();
                let sign = if tag.closing { "/" } else { "" };
                format!("<{sign}{}{}>", tag.name, attributes.concat())
            }
        })
        .collect()
}

#[test]
fn text_and_tags_come_in_their_order() {
    for (html, pieces) in [
        ("a<b>c</b>", vec!["a", "<b>", "c", "</b>"]),
        ("1 < 2", vec!["1 ", "<", " 2"]),
        ("<!doctype html><?x y?><!-- <b> -->a", vec!["a"]),
        ("<style a=b><b></style>c", vec!["<style a=b>", "c"]),
        ("<br/>", vec!["<br>"]),
        ("<a", vec!["<a>"]),
        ("", vec![]),
    ] {
        assert_eq!(walked(html), pieces, "{html}");
    }
}

#[test]
fn attributes_are_read_however_they_are_written() {
    for (html, piece) in [
        ("<a b c=1 d='2 3' e=\"4>5\" />", "<a b= c=1 d=2 3 e=4>5>"),
        ("<a b = c  d= 'e'f=g>", "<a b=c d=e f=g>"),
        ("<a b=c/d e>", "<a b=c/d e=>"),
        ("<a ==b>", "<a ==b>"),
        ("<img src='x>", "<img src=x>"),
        ("<a é=ü>", "<a é=ü>"),
    ] {
        assert_eq!(walked(html), [piece], "{html}");
    }
}
