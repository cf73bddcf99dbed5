use chrono::TimeDelta;
use http::{HeaderMap, HeaderValue};
use secrecy::SecretSlice;

use super::super::Attempt;
use super::{judge, signature};

/// The example of the specification.
#[test]
fn a_call_is_signed_as_standard_webhooks_says() {
    use base64::Engine as _;
    let secret = base64::engine::general_purpose::STANDARD
        .decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        .unwrap();
    assert_eq!(
        signature(
            &SecretSlice::from(secret),
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#
        ),
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    );
}

#[test]
fn what_an_answer_means() {
    let headers = |pairs: &[(&'static str, &'static str)]| -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)))
            .collect()
    };
    let none = HeaderMap::new();
    for status in [200, 202, 204, 299] {
        assert_eq!(judge(status, &none), Attempt::Delivered);
    }
    assert!(matches!(judge(410, &none), Attempt::Refused { .. }));
    for status in [301, 307, 400, 401, 404, 429, 500, 503] {
        assert!(matches!(
            judge(status, &none),
            Attempt::Failed {
                retry_after: None,
                ..
            }
        ));
    }
    let waits = |pairs| match judge(503, &headers(pairs)) {
        Attempt::Failed { retry_after, .. } => retry_after,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        waits(&[("retry-after", " 90 ")]),
        Some(TimeDelta::seconds(90))
    );
}
