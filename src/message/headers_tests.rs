use super::super::fields::Fields;
use super::super::notes::Notes;
use super::{Headers, text_of};

fn headers(raw: &[u8], charset: Option<&str>) -> (Headers, Vec<String>) {
    let mut notes = Notes::default();
    let fields = Fields::read(raw, &mut notes);
    let headers = Headers::decode(&fields.list, charset, &mut notes);
    (headers, notes.into_list())
}

#[test]
fn a_character_split_over_two_encoded_words_is_whole() {
    assert_eq!(text_of(b"=?utf-8?B?w6ni?=\r\n =?utf-8?B?gqw=?="), "é€");
}

#[test]
fn words_of_two_charsets_follow_each_other() {
    assert_eq!(
        text_of(b"=?iso-8859-1?Q?=E9?= =?koi8-r?Q?=C4=C1?= end"),
        "éда end"
    );
}

#[test]
fn an_encoded_line_break_does_not_make_a_second_header() {
    assert_eq!(text_of(b"=?utf-8?Q?a=0D=0ABcc:_x?="), "a  Bcc: x");
}

#[test]
fn raw_bytes_are_read_in_the_charset_of_the_body() {
    let (headers, notes) = headers(b"Subject: \xC4\xC1\n\n", Some("koi8-r"));
    assert_eq!(headers.first("subject"), Some("да"));
    assert!(notes.is_empty());
}

#[test]
fn a_guess_is_told() {
    let (headers, notes) = headers(b"Subject: caf\xE9 au lait\n\n", None);
    assert_eq!(headers.first("subject"), Some("café au lait"));
    assert_eq!(
        notes,
        ["The Subject header does not say in which charset it is; windows-1252 was assumed."]
    );
}

#[test]
fn the_first_value_that_is_not_empty_counts() {
    let (headers, _) = headers(b"X:\nX: one\nx: two\n\n", None);
    assert_eq!(headers.first("x"), Some("one"));
    assert_eq!(headers.all("x").count(), 3);
}

#[test]
fn two_words_of_iso_2022_jp_join_without_a_seam() {
    let subject = b"=?iso-2022-jp?b?GyRCTSJGfkJlTX1FOTdATHMkSyREJCQkRiROJCobKEI=?=\r\n =?iso-2022-jp?b?GyRCTGQkJDlnJG8kOxsoQg==?=";
    let fields = [crate::message::fields::Field { name: b"Subject", value: subject }];
    let headers = Headers::decode(&fields, None, &mut Notes::default());
    assert_eq!(headers.first("subject"), Some("輸入代理店契約についてのお問い合わせ"));
}
