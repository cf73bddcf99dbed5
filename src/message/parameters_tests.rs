use super::{MAX_PARAMETERS, Parameters};

fn text(raw: &str, name: &str) -> Option<String> {
    Parameters::parse(raw.as_bytes()).text(name, None)
}

#[test]
fn a_value_is_a_lower_case_word() {
    assert_eq!(
        Parameters::parse(b"Text/HTML (a comment); charset=x").value,
        "text/html"
    );
    assert_eq!(Parameters::parse(b"\"text/plain\"").value, "text/plain");
    assert_eq!(Parameters::parse(b"").value, "");
}

#[test]
fn quotes_comments_and_folds_are_taken_off() {
    let parsed = Parameters::parse(b"a/b;\r\n\tCharset = \"utf-8\" ; format=flowed (soft)");
    assert_eq!(parsed.token("charset").as_deref(), Some("utf-8"));
    assert_eq!(parsed.token("format").as_deref(), Some("flowed"));
}

#[test]
fn a_character_split_over_two_pieces_is_whole() {
    assert_eq!(
        text("a; filename*0*=utf-8''%C3; filename*1*=%A9.pdf", "filename").as_deref(),
        Some("é.pdf")
    );
}

#[test]
fn pieces_are_put_in_their_order_and_a_missing_one_is_left_out() {
    assert_eq!(text("a; n*2=c; n*0=a; n*10=z", "n").as_deref(), Some("acz"));
}

#[test]
fn the_extended_form_wins() {
    assert_eq!(
        text("a; n=plain; n*=iso-8859-1'en'%FC", "n").as_deref(),
        Some("ü")
    );
}

#[test]
fn a_percent_sign_that_encodes_nothing_stays() {
    assert_eq!(
        text("a; n*=utf-8''100%25%zz%2", "n").as_deref(),
        Some("100%%zz%2")
    );
}

#[test]
fn only_quotes_and_backslashes_are_escaped() {
    assert_eq!(
        text(r#"a; n="C:\Users\x \"y\" \\""#, "n").as_deref(),
        Some(r#"C:\Users\x "y" \"#)
    );
}

#[test]
fn a_semicolon_in_quotes_is_text() {
    assert_eq!(text(r#"a; n="b;c"; m=d"#, "n").as_deref(), Some("b;c"));
    assert_eq!(
        text(r#"a; n="never closed; m=d"#, "n").as_deref(),
        Some("never closed; m=d")
    );
}

#[test]
fn raw_bytes_are_read_in_the_charset_of_the_message() {
    let parsed = Parameters::parse(b"a; n=\xC4\xC1.txt");
    assert_eq!(parsed.text("n", Some("koi8-r")).as_deref(), Some("да.txt"));
}

#[test]
fn a_flood_of_parameters_is_cut() {
    let flood = format!("a{}; last=x", "; p=1".repeat(MAX_PARAMETERS + 1));
    assert_eq!(text(&flood, "last"), None);
}
