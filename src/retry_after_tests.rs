use std::time::Duration;

use http::HeaderMap;

use super::wait;

fn told(text: &str, date: Option<&str>) -> Option<u64> {
    let mut headers = HeaderMap::new();
    headers.insert("retry-after", text.parse().unwrap());
    if let Some(date) = date {
        headers.insert("date", date.parse().unwrap());
    }
    wait(&headers).as_ref().map(Duration::as_secs)
}

#[test]
fn a_wait_is_seconds_or_a_date_and_never_more_than_a_day() {
    let date = Some("Sun, 22 Nov 2026 12:00:00 GMT");
    assert_eq!(told("120", None), Some(120));
    assert_eq!(told(" 0 ", None), Some(0));
    assert_eq!(told("864000", None), Some(86_400));
    assert_eq!(told("99999999999999999999999", None), Some(86_400));
    assert_eq!(told("Sun, 22 Nov 2026 12:05:30 GMT", date), Some(330));
    assert_eq!(told("Sun, 22 Nov 2026 11:00:00 GMT", date), Some(0));
    assert_eq!(told("Fri, 01 Jan 2027 00:00:00 GMT", date), Some(86_400));
}

#[test]
fn a_wait_that_can_not_be_read_is_none() {
    for text in ["", "soon", "-5", "1.5", "Sun, 22 Nov 2026 12:05:30 GMT"] {
        assert_eq!(told(text, None), None, "{text}");
    }
    assert_eq!(wait(&HeaderMap::new()), None);
}
