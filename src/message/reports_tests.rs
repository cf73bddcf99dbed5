use rules::{DeliveryOutcome, DeliveryReport};

use super::super::{Own, read};
use DeliveryOutcome::{Delayed, Delivered, Hard, Soft};

fn reports(raw: &str) -> Vec<DeliveryReport> {
    let own = Own::new(["sales@example.com".to_owned()]);
    read(raw.as_bytes(), &own).facts.reports
}

fn status(groups: &str) -> Vec<(String, DeliveryOutcome, String, String)> {
    let raw = format!(
        "From: mailer-daemon@b.c\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nsorry\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; b.c\n\n{groups}\n--b--\n"
    );
    let found = reports(&raw).into_iter();
    found
        .map(|one| (one.email, one.outcome, one.status, one.diagnosis))
        .collect()
}

fn one(
    email: &str,
    outcome: DeliveryOutcome,
    status: &str,
    diagnosis: &str,
) -> (String, DeliveryOutcome, String, String) {
    (
        email.to_owned(),
        outcome,
        status.to_owned(),
        diagnosis.to_owned(),
    )
}

#[test]
fn each_receiver_of_a_report_is_read() {
    let groups = "Original-Recipient: rfc822;Sales.Old@Example.net\nFinal-Recipient: rfc822; x@y.z\nAction: failed\nStatus: 5.1.1 (bad)\nDiagnostic-Code: smtp; 550 5.1.1\n  User unknown\n\nFinal-Recipient: rfc822; b@example.net\nAction: delayed\nStatus: 4.4.1\n\nFinal-Recipient: rfc822; c@example.net\nAction: delivered\nStatus: 2.0.0\n\nFinal-Recipient: rfc822; d@example.net\nAction: failed\nStatus: 5.2.2\n\nFinal-Recipient: rfc822; e@example.net\nAction: failed\nStatus: 4.4.7\n";
    assert_eq!(
        status(groups),
        [
            one(
                "sales.old@example.net",
                Hard,
                "5.1.1",
                "550 5.1.1 User unknown"
            ),
            one("b@example.net", Delayed, "4.4.1", ""),
            one("c@example.net", Delivered, "2.0.0", ""),
            one("d@example.net", Soft, "5.2.2", ""),
            one("e@example.net", Soft, "4.4.7", ""),
        ]
    );
}

#[test]
fn a_report_without_sense_says_nothing() {
    for groups in [
        "",
        "Status: 5.1.1\n",
        "nothing\n\n\n:\n",
        "Final-Recipient: rfc822; nobody\nAction: failed\n",
    ] {
        assert_eq!(status(groups), []);
    }
    assert!(status(&"Final-Recipient: rfc822; a@b.c\n\n".repeat(1_000)).len() <= 50);
}

#[test]
fn bounces_in_prose_name_their_receivers() {
    for (text, found) in [
        (
            "Hi. This is the qmail-send program at b.c.\nI'm afraid I wasn't able to deliver your message to the following addresses.\n\n<gone@example.net>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\nFrom: sales@example.com\nTo: other@example.net\nMessage-ID: <i@example.com>",
            one(
                "gone@example.net",
                Hard,
                "5.1.1",
                "Sorry, no mailbox here by that name. (#5.1.1)",
            ),
        ),
        (
            "A message that you sent could not be delivered to one or more of its recipients.\n\n  gone@example.net\n    host mx.example.net [192.0.2.1]\n    SMTP error from remote mail server after RCPT TO:<gone@example.net>:\n    550 no such user\n\n------ This is a copy of the message ------",
            one("gone@example.net", Hard, "", ""),
        ),
        (
            "** Message not delivered **\n\nYour message couldn't be delivered to gone@example.net because the remote server is misconfigured.\n\nThe response was:\n\n452 4.2.2 The email account is over quota",
            one("gone@example.net", Soft, "4.2.2", ""),
        ),
        (
            "Your message to gone@example.net couldn't be delivered.\ngone wasn't found at example.net.\n\nRemote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound'",
            one("gone@example.net", Hard, "5.1.10", ""),
        ),
        (
            "Il tuo messaggio a gone@example.net non è stato recapitato.\n550 5.1.1",
            one("gone@example.net", Hard, "5.1.1", ""),
        ),
        (
            "Nie można dostarczyć wiadomości do gone@example.net.\nSkrzynka jest pełna",
            one("gone@example.net", Soft, "", ""),
        ),
        (
            "Sorry, we were unable to deliver your message to the following address.\n\n<gone@example.net>:\n554: delivery error: dd This user doesn't have a yahoo.com account",
            one("gone@example.net", Hard, "", ""),
        ),
        (
            "This message was created automatically.\nIt has not yet been delivered to gone@example.net; we will keep trying.",
            one("gone@example.net", Delayed, "", ""),
        ),
        (
            "Your message to gone@example.net couldn't be delivered.\n\n550 Greylisted, please try again later",
            one("gone@example.net", Soft, "", ""),
        ),
    ] {
        let raw = format!(
            "Return-Path: <>\nFrom: MAILER-DAEMON@b.c\nSubject: failure notice\nContent-Type: text/plain; charset=utf-8\n\n{text}"
        );
        let told = reports(&raw);
        let [told] = told.as_slice() else {
            panic!("{text}: {told:?}")
        };
        assert_eq!(
            (told.email.as_str(), told.outcome, told.status.as_str()),
            (found.0.as_str(), found.1, found.2.as_str()),
            "{text}"
        );
        if !found.3.is_empty() {
            assert_eq!(told.diagnosis, found.3);
            assert_eq!(told.message_id.as_deref(), Some("i@example.com"));
        }
    }
}

#[test]
fn what_is_no_bounce_reports_nothing() {
    assert!(
        reports("From: anna@example.net\nSubject: hello\n\ngone@example.net\n550 no such user")
            .is_empty()
    );
}
