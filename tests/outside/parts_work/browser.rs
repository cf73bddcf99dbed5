//! The browser.

use std::fs;

use parts::browser::{Browser, role};
use parts::http_receiver::{Answer, HttpReceiver};
use parts::{browser, http_receiver};

const PAGE: &str = r#"<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>A form</title>
<style>body { background: white } @media (prefers-color-scheme: dark) { body { background: black } }</style></head>
<body><main><h1>A form</h1><form action="/sent"><label>Name <input name="name" id="name"></label>
<label><input type="checkbox" name="agree" id="agree"> Agree</label><button>Send</button></form></main></body></html>"#;

fn page(html: &str) -> Answer {
    Answer::status(200)
        .with_header("Content-Type", "text/html")
        .with_body(html)
}

fn showing(html: &str) -> (HttpReceiver, Browser) {
    let (server, browser) = (http_receiver(), browser());
    server.answer(page(html));
    browser.open(&server.url());
    (server, browser)
}

#[test]
fn a_form_is_filled_in_and_sent() {
    let (server, browser) = showing(PAGE);
    assert_eq!(browser.title(), "A form");
    browser.fill("#name", "Ada");
    browser.tick("#agree");
    assert!(browser.is_ticked("#agree"));
    browser.click(&role("button", "Send"));
    assert_eq!(
        browser.url(),
        format!("{}/sent?name=Ada&agree=on", server.url())
    );
    assert_eq!(browser.value("#name"), "");
    browser.back();
    assert_eq!(browser.url(), format!("{}/", server.url()));
    browser.press("Tab");
    assert_eq!(browser.focused().id, "name");
    browser.press("Tab");
    browser.press("Tab");
    assert_eq!(
        (&*browser.focused().tag, &*browser.focused().text),
        ("button", "Send")
    );
}

#[test]
fn axe_finds_what_is_wrong() {
    let (server, browser) = showing(PAGE);
    assert_eq!(browser.axe(), []);
    let policy = "default-src 'none'";
    server.answer(
        page("<title>Bad</title><img src=x>").with_header("Content-Security-Policy", policy),
    );
    browser.reload();
    assert_eq!(browser.page_headers()["content-security-policy"], policy);
    let found: Vec<_> = browser
        .axe()
        .into_iter()
        .map(|violation| violation.id)
        .collect();
    assert!(found.contains(&"html-has-lang".to_owned()), "{found:?}");
    assert!(found.contains(&"image-alt".to_owned()), "{found:?}");
    assert!(
        browser
            .complaints()
            .iter()
            .any(|words| words.contains("Content Security Policy"))
    );
}

#[test]
fn sessions_have_cookies_of_their_own() {
    let (server, browser) = showing(PAGE);
    server.answer(page(PAGE).with_header("Set-Cookie", "who=ada; HttpOnly; SameSite=Lax"));
    browser.reload();
    let cookies = browser.cookies();
    assert_eq!((&*cookies[0].name, &*cookies[0].value), ("who", "ada"));
    assert!(cookies[0].http_only && !cookies[0].secure && !cookies[0].persistent);
    assert_eq!(cookies[0].same_site, "Lax");
    let another = browser.another_session();
    another.open(&server.url());
    let sent: Vec<_> = server
        .received()
        .iter()
        .map(|r| r.headers.contains_key("cookie"))
        .collect();
    assert_eq!(sent, [false, false, false]);
    browser.reload();
    assert_eq!(
        server.received().last().unwrap().headers["cookie"],
        "who=ada"
    );
}

#[test]
fn what_was_asked_and_what_led_there_is_known() {
    let (server, browser) = showing("<title>Start</title><a id=on href=/on?secret=1>On</a>");
    server.answer_next(Answer::status(302).with_header("Location", "/there"));
    browser.forget_requests();
    browser.click("#on");
    let requests = browser.requests();
    let seen: Vec<_> = requests
        .iter()
        .map(|r| (r.status, r.url.replace(&server.url(), "")))
        .collect();
    assert_eq!(
        seen,
        [
            (Some(302), "/on?secret=1".to_owned()),
            (Some(200), "/there".to_owned())
        ]
    );
    assert_eq!(
        requests[0].referer(),
        Some(format!("{}/", server.url()).as_str())
    );
    assert_eq!(
        browser.history().last().unwrap(),
        &format!("{}/there", server.url())
    );
    assert!(browser.history().iter().all(|url| !url.contains("secret")));
    assert_eq!(browser.last_page().status, Some(200));
}

#[test]
fn pictures_have_the_size_and_scheme_that_was_asked_for() {
    let (_server, browser) = showing(PAGE);
    let folder = tempfile::tempdir().unwrap();
    let taken = |dark: bool| {
        let path = folder.path().join(format!("{dark}.png"));
        browser.screenshot(&path, 400, 300, dark);
        fs::read(path).unwrap()
    };
    let (light, dark) = (taken(false), taken(true));
    assert!(light.starts_with(b"\x89PNG"));
    assert_eq!(light[16..24], [0, 0, 1, 144, 0, 0, 1, 44], "400 x 300");
    assert_ne!(light, dark);
}

#[test]
fn a_page_works_without_scripts() {
    let (server, browser) =
        showing("<p id=said>plain</p><script>said.textContent = 'scripted'</script>");
    assert_eq!(browser.text("#said"), "scripted");
    let without = browser.another_without_scripts();
    without.open(&server.url());
    assert_eq!(without.text("#said"), "plain");
}

#[test]
#[should_panic(expected = "The page was")]
fn a_failure_tells_where_the_browser_was() {
    let (_server, browser) = showing(PAGE);
    browser.choose("#name", "nothing to choose from");
}
