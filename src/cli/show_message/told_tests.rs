use insta::assert_snapshot;

use crate::message::{Own, read};

use super::lines;

fn told(raw: &str) -> String {
    let own =
        Own::new(["sales@example.com".to_owned()]).trusting(vec!["mx.example.com".to_owned()]);
    lines(&read(raw.as_bytes(), &own).facts).join("\n")
}

#[test]
fn a_plain_message_tells_nothing_more() {
    assert_eq!(told("From: bo@berg.example\n\nHello"), "");
}

#[test]
fn a_form_tells_who_filled_it_in() {
    let raw = "From: website@example.com\nAuthentication-Results: mx.example.com; spf=pass smtp.mailfrom=example.com; dkim=fail\nX-Spam-Score: 7.3\n\nName: Carla Bianchi\nEmail: carla@bianchi.example\nCompany: Bianchi SRL\nMessage: Dieci scrivanie\n\nPowered by: Elementor";
    assert_snapshot!(told(raw), @r"
    Author   Carla Bianchi <carla@bianchi.example> (filled in the form)
    Form     4 fields, by Elementor
    Detail   name: Carla Bianchi (form, 90 % sure)
    Detail   email: carla@bianchi.example (form, 90 % sure)
    Detail   company: Bianchi SRL (form, 90 % sure)
    Identity unknown by the word of mx.example.com: SPF pass, DKIM fail, DMARC unknown
    Spam     no verdict, by X-Spam-Score, score 7.30
    ");
}

#[test]
fn a_form_that_is_not_believed_tells_whom_it_names() {
    let raw = "From: wordpress@lookalike.example\n\nName: Carla Bianchi\nEmail: carla@bianchi.example\nMessage: Dieci scrivanie";
    let told = told(raw);
    let names = told.lines().find(|line| line.starts_with("Names"));
    assert_eq!(
        names,
        Some(
            "Names    Carla Bianchi <carla@bianchi.example> in a form from elsewhere, which is not believed"
        )
    );
    assert!(!told.contains("Author"));
}

#[test]
fn mail_passed_on_tells_whose_it_is() {
    let raw = "From: sales@example.com\nSubject: Fwd: chairs\nX-Spam-Flag: YES\n\n---------- Forwarded message ---------\nFrom: Bo Berg <bo@berg.example>\nSubject: chairs\n\nWe would like to order forty chairs from you, please send us an offer for them.\n\nBest regards\nBo Berg\nBerg AB\n+46 8 555 555 55";
    assert_snapshot!(told(raw), @r"
    Thread   passes a message on
    Author   Bo Berg <bo@berg.example> (wrote what is passed on)
    Passed   on from Bo Berg <bo@berg.example>, below the text: chairs
    Detail   name: Bo Berg (signature, 85 % sure)
    Detail   company: Berg AB (signature, 80 % sure)
    Detail   phone: +46 8 555 555 55 (signature, 80 % sure)
    Detail   first name: Bo (signature, 80 % sure)
    Detail   last name: Berg (signature, 80 % sure)
    Spam     yes, by X-Spam-Flag
    Language en
    ");
}

#[test]
fn a_bounce_tells_what_became_of_whom() {
    let raw =
        "From: MAILER-DAEMON@b.c\nReturn-Path: <>\n\n<gone@example.net>:\nNo such user (#5.1.1)";
    assert_snapshot!(told(raw), @"Report   mail to gone@example.net failed for good (5.1.1): No such user (#5.1.1)");
}
