use super::{MAX_HTML, plain_as_html, safe_html};

#[test]
fn nothing_runs_and_nothing_is_loaded() {
    let safe = safe_html(
        "<style>p{background:url(//t.example)}</style><p onclick=x style='background:url(//t.example)'>Hi</p>\
         <script>x</script><img src='https://t.example/o.gif'><img src='//t.example/o.gif'><img src=\"cid:a@b\">\
         <img src='data:image/svg+xml;base64,x'><a href='javascript:x'>j</a><a href='data:text/html,x'>d</a>\
         <a href='https://example.com'>l</a><iframe src='//t.example'></iframe><form action='//t.example'></form>",
    );
    for bad in [
        "script",
        "style",
        "onclick",
        "t.example",
        "javascript",
        "data:",
        "iframe",
        "form",
    ] {
        assert!(!safe.html.contains(bad), "{bad}: {}", safe.html);
    }
    assert!(
        safe.html.contains("cid:a@b")
            && safe.html.contains("https://example.com")
            && safe.html.contains("Hi")
    );
    assert_eq!((safe.pictures_left_out, safe.as_text), (2, false));
}

#[test]
fn pictures_inside_the_page_are_shown() {
    assert!(
        safe_html("<img src='data:image/png;base64,AA=='>")
            .html
            .contains("data:image/png")
    );
}

#[test]
fn what_is_too_large_or_too_deep_is_shown_as_text() {
    let large = format!("<p>start</p>{}", "x ".repeat(MAX_HTML / 2));
    let deep = format!("{}start<script>alert(1)</script>", "<div>".repeat(400));
    for page in [large, deep] {
        let safe = safe_html(&page);
        assert!(safe.as_text);
        assert!(safe.html.starts_with("<div>start"), "{:.40}", safe.html);
        assert!(!safe.html.contains("<script"));
    }
}

#[test]
fn text_can_not_break_out() {
    assert_eq!(
        plain_as_html("a<b>&\"\nc"),
        "<div>a&lt;b&gt;&amp;&quot;<br>\nc</div>"
    );
}
