use super::text_of_html;

#[test]
fn what_stands_apart_on_the_page_stands_apart_in_the_text() {
    for (html, text) in [
        ("<b>Hi</b> you", "Hi you"),
        ("<div>a</div><div>b</div>", "a\nb"),
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("a<br>b<br />c<BR clear=all>d", "a\nb\nc\nd"),
        (
            "<table><tr><td>Name</td><td>Anna</td></tr><tr><td>Phone</td><td>051</td></tr></table>",
            "Name\tAnna\nPhone\t051",
        ),
        ("<ul><li>a<li>b</ul>c", "a\nb\nc"),
        ("<h1>T</h1>x", "T\nx"),
        ("  a \r\n b  ", "a b"),
        ("W<b>or</b>d", "Word"),
        ("<pre>a\n  b</pre>c", "a\n  b\nc"),
    ] {
        assert_eq!(text_of_html(html), text, "{html}");
    }
}

#[test]
fn what_is_not_for_people_is_left_out() {
    for html in [
        "<style type=\"text/css\">p { color: red }</style>x",
        "<head><title>t</title><STYLE>a</STYLE></head>x",
        "<script>if (a < b) {}</script >x",
        "<!-- c --->x",
        "<!-->x",
        "<!doctype html>x",
        "<?xml version='1.0'?>x",
        "<a title='1 > 0'>x</a>",
    ] {
        assert_eq!(text_of_html(html), "x", "{html}");
    }
}

#[test]
fn entities_are_decoded_and_what_is_none_stays() {
    for (html, text) in [
        ("&lt;b&gt; &amp; &eacute;&#8364;&#x20AC;", "<b> & é€€"),
        ("a&nbsp;b", "a b"),
        ("AT&T &unknown; & x; &#0;", "AT&T &unknown; & x; \u{FFFD}"),
        ("?a=1&copy=2&b=3;", "?a=1&copy=2&b=3;"),
        ("1 < 2 <3", "1 < 2 <3"),
    ] {
        assert_eq!(text_of_html(html), text, "{html}");
    }
}

#[test]
fn a_quote_never_closed_hides_only_its_tag() {
    assert_eq!(
        text_of_html("<a href='x>one</a> two <b c=\"d>three"),
        "one two three"
    );
}

#[test]
fn what_never_ends_hides_the_rest_without_a_panic() {
    for html in [
        "<", "</", "<a", "<a b='", "<!--", "<!", "<style>", "&", "&#", "&#x;", "é<é",
    ] {
        text_of_html(html);
    }
}
