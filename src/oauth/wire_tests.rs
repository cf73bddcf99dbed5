#![allow(clippy::unwrap_used)]

use std::time::Duration;

use http::HeaderMap;

use super::{Http, HttpError, MOST, Timeouts};
use crate::oauth::error::Fate;
use crate::oauth::script::{Script, answer, http};
use crate::trust::Authorities;

async fn asked(server: &Script) -> Result<super::Answer, HttpError> {
    http()
        .post(&server.url("/token"), HeaderMap::new(), b"a=b".to_vec())
        .await
}

#[tokio::test]
async fn a_request_says_who_asks_and_an_answer_keeps_what_judges_it() {
    let server = Script::of(vec![answer(429, "Retry-After: 7\r\n", "slow")]).await;
    let answer = asked(&server).await.unwrap();
    assert_eq!(answer.status, 429);
    assert_eq!(answer.retry_after, Some(Duration::from_secs(7)));
    assert_eq!(answer.body, b"slow");
    let heard = &server.heard()[0];
    assert!(heard.starts_with("POST /token HTTP/1.1\r\n"), "{heard}");
    assert!(
        heard.contains(&format!(
            "user-agent: Mailroom/{}\r\n",
            env!("CARGO_PKG_VERSION")
        )),
        "{heard}"
    );
    assert!(heard.contains("accept: application/json\r\n"), "{heard}");
    assert!(heard.ends_with("\r\n\r\na=b"), "{heard}");
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_followed() {
    let server = Script::of(vec![
        answer(307, "Location: /elsewhere\r\n", ""),
        answer(200, "", "{}"),
    ])
    .await;
    assert_eq!(asked(&server).await.unwrap().status, 307);
    assert_eq!(server.heard().len(), 1);
}

#[tokio::test]
async fn an_answer_that_says_it_is_too_long_is_not_read() {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", MOST + 1);
    let server = Script::of(vec![head.into_bytes()]).await;
    assert!(matches!(
        asked(&server).await,
        Err(HttpError::TooLarge { .. })
    ));
}

#[tokio::test]
async fn an_answer_without_a_length_is_counted_while_it_comes() {
    for (extra, fits) in [(0, true), (1, false)] {
        let mut bytes = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".to_vec();
        bytes.resize(bytes.len() + MOST + extra, b'x');
        let server = Script::of(vec![bytes]).await;
        match asked(&server).await {
            Ok(answer) => assert!(fits && answer.body.len() == MOST),
            Err(error) => assert!(
                !fits && matches!(error, HttpError::TooLarge { .. }),
                "{error}"
            ),
        }
    }
}

#[tokio::test]
async fn a_server_that_is_silent_or_stops_in_the_middle_is_not_waited_for() {
    let short = Timeouts {
        connect: Duration::from_secs(5),
        total: Duration::from_millis(200),
    };
    let http = Http::new(short, &Authorities::default()).unwrap();
    let silent = Script::silent().await;
    let waited = http.get(&silent.url("/keys")).await.unwrap_err();
    assert!(
        matches!(&waited, HttpError::Timeout { after, .. } if *after == short.total),
        "{waited}"
    );
    assert_eq!(waited.fate(), Fate::Lost);
    // Nobody has got as far as a question here.
    let mut url = Script::silent().await.url("/keys");
    url.set_scheme("https").unwrap();
    let short = Timeouts {
        connect: Duration::from_millis(200),
        total: Duration::from_secs(5),
    };
    let unasked = Http::new(short, &Authorities::default())
        .unwrap()
        .get(&url)
        .await
        .unwrap_err();
    assert!(
        matches!(&unasked, HttpError::Timeout { after, .. } if *after == short.connect),
        "{unasked}"
    );
    assert_eq!(unasked.fate(), Fate::Unsent);
    let head = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf".to_vec();
    let stops = Script::of(vec![head]).await;
    let broken = http.get(&stops.url("/keys")).await.unwrap_err();
    assert!(matches!(broken, HttpError::Lost { .. }), "{broken}");
}

#[tokio::test]
async fn an_answer_that_never_comes_is_lost_and_a_server_that_declines_has_answered() {
    let server = Script::of(vec![Vec::new()]).await;
    let lost = asked(&server).await.unwrap_err();
    assert_eq!(lost.fate(), Fate::Lost, "{lost}");
    assert_eq!(server.heard().len(), 1);

    let head = b"HTTP/1.1 503 No\r\nRetry-After: 7\r\nContent-Length: 10\r\n\r\nhalf".to_vec();
    let declined = asked(&Script::of(vec![head]).await).await.unwrap();
    assert_eq!(declined.status, 503);
    assert_eq!(declined.retry_after, Some(Duration::from_secs(7)));
}

#[tokio::test]
async fn nobody_there_is_told_with_host_and_port_and_without_the_query() {
    let server = Script::of(Vec::new()).await;
    let mut url = server.url("/token");
    url.set_query(Some("secret=1"));
    // The listener goes away with its task, which has nothing to do.
    let error = loop {
        match http().get(&url).await {
            Err(error) if error.to_string().contains("refused") => break error,
            _ => tokio::task::yield_now().await,
        }
    };
    assert_eq!(error.fate(), Fate::Unsent, "{error}");
    let port = url.port().unwrap();
    let said = error.to_string();
    assert!(
        said.starts_with(&format!(
            "The authorization server 127.0.0.1:{port} could not be reached: "
        )),
        "{said}"
    );
    assert!(!said.contains("secret"), "{said}");
}

#[tokio::test]
async fn an_address_that_may_not_be_asked_is_not_even_connected_to() {
    for url in [
        "http://id.example.com/token",
        "https://169.254.169.254/latest",
        "https://[fd00:ec2::254]/latest",
    ] {
        let refused = http().get(&url.parse().unwrap()).await;
        assert!(
            matches!(refused, Err(HttpError::NotAllowed { .. })),
            "{url}: {refused:?}"
        );
    }
}

#[test]
fn nothing_secret_is_shown_of_an_answer() {
    let answer = super::Answer {
        status: 200,
        retry_after: None,
        body: b"{\"access_token\":\"hush\"}".to_vec(),
    };
    let shown = format!("{answer:?} {:?}", http());
    assert!(
        !shown.contains("hush") && shown.contains("bytes: 23"),
        "{shown}"
    );
}
