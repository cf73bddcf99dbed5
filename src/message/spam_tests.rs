use rules::Spam;

use super::super::{Own, read};

fn spam(headers: &str) -> Spam {
    read(format!("{headers}\n\nx").as_bytes(), &Own::default())
        .facts
        .spam
}

#[test]
fn each_filter_is_understood() {
    for (headers, is_spam, score, header) in [
        ("X-Spam-Flag: YES", true, None, "X-Spam-Flag"),
        (
            "X-Spam-Status: Yes, score=7.3 required=5.0 tests=[A]",
            true,
            Some(730),
            "X-Spam-Status",
        ),
        (
            "X-Spam-Flag: YES\nX-Spam-Score: 12.25",
            true,
            Some(1225),
            "X-Spam-Flag",
        ),
        (
            "X-Spamd-Result: default: True [16.40 / 15.00]; BAYES(2)[99%]",
            true,
            Some(1640),
            "X-Spamd-Result",
        ),
        ("X-Spam: Yes", true, None, "X-Spam"),
        (
            "X-MS-Exchange-Organization-SCL: 6",
            true,
            Some(600),
            "X-MS-Exchange-Organization-SCL",
        ),
        (
            "X-Forefront-Antispam-Report: CIP:1.2.3.4;CTRY:US;SCL:5;SRV:;",
            true,
            Some(500),
            "X-Forefront-Antispam-Report",
        ),
        (
            "X-Proofpoint-Spam-Details: rule=spam policy=default score=100",
            true,
            Some(10_000),
            "X-Proofpoint-Spam-Details",
        ),
        (
            "X-Barracuda-Spam-Status: Yes, SCORE=5.01",
            true,
            Some(501),
            "X-Barracuda-Spam-Status",
        ),
        ("X-Rspamd-Score: 2.5", false, Some(250), "X-Rspamd-Score"),
    ] {
        let told = Spam {
            is_spam: is_spam.then_some(true),
            score,
            header: header.to_owned(),
        };
        assert_eq!(spam(headers), told, "{headers}");
    }
}

#[test]
fn that_it_is_no_spam_is_silence() {
    for headers in [
        "X-Spam-Flag: NO",
        "X-Spam-Status: No",
        "X-MS-Exchange-Organization-SCL: -1",
        "X-Forefront-Antispam-Report: CIP:1.2.3.4",
        "X-Spam-Score: none",
        "X-Proofpoint-Spam-Details: rule=notspam policy=default",
        "Subject: X-Spam-Flag: YES",
    ] {
        assert_eq!(spam(headers), Spam::default(), "{headers}");
    }
    assert_eq!(
        spam("X-Spam-Status: No, score=-2.6 required=5.0").is_spam,
        None
    );
    assert_eq!(
        spam("X-Spam-Status: No, score=-2.6 required=5.0").score,
        Some(-260)
    );
}
