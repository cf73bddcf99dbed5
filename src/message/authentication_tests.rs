use rules::{Authentication, Identified, Verdict};

use super::super::{Own, read};
use super::known_servers;

fn checks(trusted: &[&str], headers: &str) -> Authentication {
    let own = Own::default().trusting(trusted.iter().map(|server| (*server).to_owned()).collect());
    let raw = format!("{headers}\nFrom: anna@example.net\n\nx");
    read(raw.as_bytes(), &own).facts.authentication
}

fn verdicts(told: &Authentication) -> (Verdict, Verdict, Verdict) {
    (told.spf, told.dkim, told.dmarc)
}

use Verdict::{Error, Fail, Neutral, Pass, Unknown};

#[test]
fn results_of_large_providers_are_read() {
    let gmail = "Delivered-To: sales@example.com\nReceived: by 2002:a05:6a10:1:b0:1 with SMTP id x; Tue, 10 Nov 2026 00:15:00 -0800\nReceived: from mail.example.net (mail.example.net. [192.0.2.1]) by mx.google.com with ESMTPS id y\nReceived-SPF: pass (google.com: domain of anna@example.net designates 192.0.2.1 as permitted sender) client-ip=192.0.2.1;\nAuthentication-Results: mx.google.com;\n\tdkim=pass header.i=@example.net header.s=s1 header.b=abc;\n\tspf=pass (google.com: domain of anna@example.net designates; it) smtp.mailfrom=anna@example.net;\n\tdmarc=pass (p=REJECT sp=REJECT dis=NONE) header.from=example.net";
    let told = checks(known_servers("imap.gmail.com"), gmail);
    assert_eq!(told.server.as_deref(), Some("mx.google.com"));
    assert_eq!(verdicts(&told), (Pass, Pass, Pass));
    let exchange = "Received: from A.eurprd02.prod.outlook.com (2603::1) by B.eurprd02.prod.outlook.com (2603::2) with HTTPS\nReceived: from mail.example.net (192.0.2.1) by C.mail.protection.outlook.com (10.0.0.1)\nAuthentication-Results: spf=softfail (sender IP is 192.0.2.1) smtp.mailfrom=example.net; dkim=none (message not signed) header.d=none;dmarc=fail action=quarantine header.from=example.net;compauth=fail reason=000";
    let told = checks(known_servers("outlook.office365.com"), exchange);
    assert_eq!(
        told.server.as_deref(),
        Some("c.mail.protection.outlook.com")
    );
    assert_eq!(
        (verdicts(&told), told.identity()),
        ((Neutral, Neutral, Fail), Identified::Weak)
    );
}

#[test]
fn nobody_is_believed_unless_named() {
    let header = "Authentication-Results: mx.example.com; dkim=pass header.d=example.net";
    assert_eq!(checks(&[], header), Authentication::default());
    assert_eq!(
        checks(&["mx.example.org"], header),
        Authentication::default()
    );
    assert_eq!(checks(&["*.xample.com"], header), Authentication::default());
    assert_eq!(checks(&["mx.example.com"], header).dkim, Pass);
    assert_eq!(checks(&["*.example.com"], header).dkim, Pass);
}

#[test]
fn a_header_that_came_along_is_not_believed() {
    let forged =
        "Authentication-Results: mx.example.com; dkim=pass header.d=example.net; dmarc=pass";
    // Below another's hop.
    let below = format!("Received: from a by mx.other.example with SMTP\n{forged}");
    assert_eq!(
        checks(&["mx.example.com"], &below),
        Authentication::default()
    );
    // Below the true one, which says less.
    let real = "Received: from a by mx.example.com with SMTP\nAuthentication-Results: mx.example.com; spf=fail smtp.mailfrom=x@evil.example";
    let told = checks(
        &["mx.example.com"],
        &format!("{real}\n{forged}\nReceived: from b by mx.example.com with SMTP"),
    );
    assert_eq!(verdicts(&told), (Neutral, Unknown, Unknown));
    // In a comment.
    let comment = "Authentication-Results: mx.example.com; spf=fail (dkim=pass header.d=example.net; dmarc=pass)";
    assert_eq!(
        verdicts(&checks(&["mx.example.com"], comment)),
        (Fail, Unknown, Unknown)
    );
    let arc = "ARC-Authentication-Results: i=1; mx.example.com; dmarc=pass";
    assert_eq!(checks(&["mx.example.com"], arc), Authentication::default());
}

#[test]
fn filters_that_write_a_header_each_are_read_together() {
    let headers = "Received: from mx.example.com by mail.example.com with LMTP id x\nAuthentication-Results: mx.example.com; dmarc=none header.from=example.net\nAuthentication-Results: mx.example.com; dkim=pass header.d=example.net\nReceived: from b by mx.example.com with ESMTPS";
    assert_eq!(
        verdicts(&checks(&["mx.example.com"], headers)),
        (Unknown, Pass, Neutral)
    );
}

#[test]
fn a_pass_of_another_domain_says_nothing_of_from() {
    let headers = "Authentication-Results: mx.example.com; dkim=pass header.d=mailer.example; spf=pass smtp.mailfrom=bounce@mailer.example";
    let told = checks(&["mx.example.com"], headers);
    assert_eq!(
        (verdicts(&told), told.identity()),
        ((Neutral, Neutral, Unknown), Identified::Unknown)
    );
    let both = "Authentication-Results: mx.example.com; dkim=pass header.d=mailer.example; dkim=pass header.d=example.net; dkim=permerror header.d=x";
    assert_eq!(checks(&["mx.example.com"], both).dkim, Pass);
    let below = "Authentication-Results: mx.example.com 1; spf=pass smtp.mailfrom=bounce.example.net; dkim=temperror header.d=example.net";
    assert_eq!(
        verdicts(&checks(&["mx.example.com"], below)),
        (Pass, Error, Unknown)
    );
}

#[test]
fn received_spf_stands_in() {
    let headers = "Received-SPF: Pass (mailfrom) identity=mailfrom; client-ip=192.0.2.1; envelope-from=anna@example.net; receiver=mx.example.com\nReceived: from a by mx.example.com with SMTP";
    assert_eq!(checks(&["mx.example.com"], headers).spf, Pass);
    assert_eq!(checks(&["mx.example.org"], headers).spf, Unknown);
}

#[test]
fn good_that_no_server_signs_is_not_believed_below_our_border() {
    let received = "Received: from a by mx.example.com with SMTP";
    let spf = |verdict: &str| {
        format!(
            "Received-SPF: {verdict} (mailfrom) envelope-from=anna@example.net; receiver=mx.example.com"
        )
    };
    let told = |headers: String| verdicts(&checks(&["mx.example.com"], &headers));
    assert_eq!(told(format!("{received}\n{}", spf("pass"))).0, Unknown);
    // Bad of oneself nobody forges.
    assert_eq!(told(format!("{received}\n{}", spf("fail"))).0, Fail);
    // Below the results of our server, which say nothing of SPF.
    let real = "Authentication-Results: mx.example.com; dkim=none";
    assert_eq!(
        told(format!("{received}\n{real}\n{}", spf("pass"))),
        (Unknown, Neutral, Unknown)
    );
    let unsigned = "Authentication-Results: dkim=pass header.d=example.net; dmarc=pass";
    assert_eq!(
        told(format!("{received}\n{unsigned}")),
        (Unknown, Unknown, Unknown)
    );
}

#[test]
fn what_everybody_registers_below_vouches_for_nobody() {
    let dkim = |from: &str, signed: &str| {
        let raw = format!(
            "Authentication-Results: mx.example.com; dkim=pass header.d={signed}\nFrom: a@{from}\n\nx"
        );
        let own = Own::default().trusting(vec!["mx.example.com".to_owned()]);
        read(raw.as_bytes(), &own).facts.authentication.dkim
    };
    for (from, signed, verdict) in [
        ("mail.a.co.uk", "a.co.uk", Pass),
        ("a.co.uk", "mail.a.co.uk", Pass),
        ("a.co.uk", "b.co.uk", Neutral),
        ("a.co.uk", "co.uk", Neutral),
        ("co.uk", "b.co.uk", Neutral),
        ("shop.myshopify.com", "myshopify.com", Neutral),
        ("myshopify.com", "evil.myshopify.com", Neutral),
    ] {
        assert_eq!(dkim(from, signed), verdict, "{from} {signed}");
    }
}
