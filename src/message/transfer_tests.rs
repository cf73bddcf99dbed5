use super::Encoding;

fn base64(body: &str) -> String {
    String::from_utf8(Encoding::Base64.decode(body.as_bytes()).into_owned()).unwrap()
}

fn quoted(body: &str) -> String {
    String::from_utf8(
        Encoding::QuotedPrintable
            .decode(body.as_bytes())
            .into_owned(),
    )
    .unwrap()
}

#[test]
fn names_are_read_forgivingly() {
    assert_eq!(Encoding::parse(b" BASE64 (really)"), Encoding::Base64);
    assert_eq!(
        Encoding::parse(b"\"quoted-printable\";"),
        Encoding::QuotedPrintable
    );
    assert_eq!(Encoding::parse(b"8-Bit"), Encoding::Identity);
    assert_eq!(
        Encoding::parse(b"x-uue"),
        Encoding::Unknown("x-uue".to_owned())
    );
}

#[test]
fn base64_needs_no_padding() {
    assert_eq!(base64("aGVsbG8gd29ybGQ"), "hello world");
}

#[test]
fn base64_that_was_joined_goes_on_behind_its_padding() {
    assert_eq!(base64("aGVsbG8=\r\nd29ybGQ="), "helloworld");
}

#[test]
fn foreign_signs_in_base64_are_passed_over() {
    assert_eq!(base64("aGVs*bG8g\r\nd29y!bGQ"), "hello world");
}

#[test]
fn text_behind_base64_is_kept_as_text() {
    assert_eq!(
        base64("aGVsbG8=\r\n_____________\r\nThe list\r\n"),
        "hello\n_____________\r\nThe list\r\n"
    );
}

#[test]
fn text_that_only_claims_to_be_base64_is_kept() {
    assert_eq!(base64("Dear Sir, hello"), "\nDear Sir, hello");
}

#[test]
fn a_double_equals_sign_spoils_nothing() {
    assert_eq!(quoted("caf=C3=A9 == x=3D1"), "café == x=1");
}

#[test]
fn broken_escapes_stay_as_they_are() {
    assert_eq!(quoted("a=zzb=\r\nc=c3=a9="), "a=zzbcé");
}

#[test]
fn sizes_are_those_of_the_decoded_bytes() {
    for (encoding, body) in [
        (Encoding::Base64, "aGVsbG8gd29ybGQ=\r\n"),
        (Encoding::Base64, "aGVs*bG8"),
        (Encoding::QuotedPrintable, "a=C3=A9=\r\nb"),
        (Encoding::Identity, "plain"),
    ] {
        assert_eq!(
            encoding.size(body.as_bytes()),
            encoding.decode(body.as_bytes()).len() as u64,
            "{body}"
        );
    }
}

#[test]
fn the_head_is_the_beginning() {
    let body = "aGVsbG8gd29ybGQ=".repeat(1_000);
    assert!(
        Encoding::Base64
            .head(body.as_bytes(), 16)
            .starts_with(b"hello world")
    );
    assert!(Encoding::Base64.head(body.as_bytes(), 16).len() <= 32);
}
