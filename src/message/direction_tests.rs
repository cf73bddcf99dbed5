use rules::Direction;

use super::super::{Own, read};

fn direction(headers: &str) -> Direction {
    let own = Own::new(["us@example.com", "we@example.com"].map(str::to_owned));
    read(format!("{headers}\n\nx").as_bytes(), &own)
        .facts
        .direction
}

#[test]
fn the_way_is_told_by_whose_addresses_stand_where() {
    assert_eq!(
        direction("From: a@b.c\nTo: us@example.com"),
        Direction::Received
    );
    assert_eq!(
        direction("From: US@Example.com\nTo: a@b.c"),
        Direction::Sent
    );
    assert_eq!(
        direction("From: us@example.com\nTo: we@example.com\nCc: a@b.c"),
        Direction::Sent
    );
    assert_eq!(direction("From: us@example.com"), Direction::Sent);
    assert_eq!(
        direction("From: us@example.com\nTo: we@example.com"),
        Direction::Internal
    );
    assert_eq!(direction("To: us@example.com"), Direction::Received);
    // An alias of ours is no mailbox, and no stranger's.
    assert_eq!(
        direction("From: us@example.com\nTo: alias@example.com"),
        Direction::Internal
    );
    assert_eq!(
        direction("From: us@example.com\nTo: alias@other.example"),
        Direction::Sent
    );
}

#[test]
fn a_web_form_that_writes_as_ourselves_comes_from_outside() {
    let form = "From: us@example.com\nTo: us@example.com\nReply-To: a@b.c";
    assert_eq!(direction(form), Direction::Received);
    let to_alias = "From: us@example.com\nTo: leads@example.com\nReply-To: a@b.c";
    assert_eq!(direction(to_alias), Direction::Received);
}

#[test]
fn what_a_trusted_server_refused_as_ours_comes_from_outside() {
    let own = Own::new(["us@example.com", "we@example.com"].map(str::to_owned))
        .trusting(vec!["mx.example.com".to_owned()]);
    let direction = |verdict: &str, to: &str| {
        let raw = format!(
            "Authentication-Results: mx.example.com; dmarc={verdict}\nFrom: us@example.com\nTo: {to}\n\nx"
        );
        read(raw.as_bytes(), &own).facts.direction
    };
    for to in ["we@example.com", "anna@customer.example"] {
        assert_eq!(direction("fail", to), Direction::Received, "{to}");
    }
    assert_eq!(direction("pass", "we@example.com"), Direction::Internal);
    assert_eq!(direction("none", "anna@customer.example"), Direction::Sent);
}

#[test]
fn receivers_are_ours_by_their_addresses_and_not_by_their_names() {
    let own = Own::new(["us@example.com".to_owned()]);
    let raw = "From: a@b.c\nTo: support@hoster.example, us@example.com\nCc: support@example.com\nDelivered-To: jobs@example.com\n\nx";
    let facts = read(raw.as_bytes(), &own).facts;
    let ours: Vec<&str> = facts
        .our_recipients
        .iter()
        .map(|ours| ours.email.as_str())
        .collect();
    assert_eq!(
        ours,
        ["us@example.com", "support@example.com", "jobs@example.com"]
    );
}
