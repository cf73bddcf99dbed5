//! The receiver of HTTP requests.

use parts::http_receiver;
use parts::http_receiver::Answer;

use super::application::try_ask;

#[test]
fn requests_are_kept_and_answered_as_the_test_says() {
    let mut receiver = http_receiver();
    let url = format!("{}/hook?key=1", receiver.url());
    let status = || try_ask(&url, &[("a", "ü")]).map(|answer| answer.status);
    assert_eq!(status(), Ok(200));
    receiver.answer(Answer::status(500));
    receiver.answer_next(Answer::status(429).with_header("Retry-After", "7"));
    receiver.answer_next(Answer::nothing());
    assert_eq!(status(), Ok(429));
    assert_eq!(status(), Err("no answer".to_owned()));
    assert_eq!(status(), Ok(500));
    let came = receiver.wait_for(4);
    assert_eq!(came[0].method, "POST");
    assert_eq!(came[0].target, "/hook?key=1");
    assert_eq!(came[0].parameter("key"), Some("1"));
    assert_eq!(
        came[0].headers["content-type"],
        "application/x-www-form-urlencoded"
    );
    assert!(came[0].text().starts_with("a=%C3%BC&"));
    receiver.forget();
    assert!(receiver.received().is_empty());

    receiver.stop();
    assert!(try_ask(&url, &[]).unwrap_err().contains("refused"));
    receiver.start_again();
    assert_eq!(try_ask(&url, &[]).unwrap().status, 500);
}
