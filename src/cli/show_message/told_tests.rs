use insta::assert_snapshot;

use crate::message::{Own, read};

use super::lines;

fn told(raw: &str) -> String {
    let mut own = Own::on("imap.gmail.com", ["sales@example.com".to_owned()]);
    own.trusted_servers.push("mx.example.com".to_owned());
    lines(&read(raw.as_bytes(), &own).facts).join("\n")
}

#[test]
fn a_plain_message_tells_nothing_more() {
    assert_eq!(told("From: bo@berg.example\n\nHello"), "");
}

#[test]
fn a_form_tells_who_filled_it_in() {
    let raw = "From: website@example.com\nAuthentication-Results: mx.example.com; spf=pass smtp.mailfrom=example.com; dkim=fail\nX-Spam-Score: 7.3\n\nName: Carla Bianchi\nEmail: carla@bianchi.example\nCompany: Bianchi SRL\nMessage: Dieci scrivanie\n\nPowered by: Elementor";
    assert_snapshot!(told(raw), @"");
}

#[test]
fn mail_passed_on_tells_whose_it_is() {
    let raw = "From: sales@example.com\nSubject: Fwd: chairs\nX-Spam-Flag: YES\n\n---------- Forwarded message ---------\nFrom: Bo Berg <bo@berg.example>\nSubject: chairs\n\nWe would like to order forty chairs from you, please send us an offer for them.\n\nBest regards\nBo Berg\nBerg AB\n+46 8 555 555 55";
    assert_snapshot!(told(raw), @"");
}

#[test]
fn a_bounce_tells_what_became_of_whom() {
    let raw =
        "From: MAILER-DAEMON@b.c\nReturn-Path: <>\n\n<gone@example.net>:\nNo such user (#5.1.1)";
    assert_snapshot!(told(raw), @"");
}
