#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use proptest::prelude::*;

use super::*;

fn told(bytes: &[u8]) -> String {
    let rows = match Rows::open(bytes) {
        Ok(rows) => rows,
        Err(error) => return error.to_string(),
    };
    let lines: Vec<String> = rows
        .map(|row| match row {
            Row::Skipped(Skipped { line, reason }) => format!("{line} skipped: {reason}"),
            Row::Contact(line, c) => format!(
                "{line} {}|{}|{}|{}|{}|{}|{}|{}",
                c.first_name,
                c.last_name,
                c.email.unwrap_or_default(),
                c.other_emails.join(" "),
                c.organization.unwrap_or_default(),
                c.phone,
                c.external_id.unwrap_or_default(),
                c.owner.unwrap_or_default()
            ),
        })
        .collect();
    lines.join("\n")
}

#[test]
fn delimiter_letters_and_columns_are_found_out() {
    for (bytes, expected) in [
        (
            &b"email,first name,last name\nA@B.c,Anna,Rossi\n"[..],
            "2 Anna|Rossi|a@b.c|||||",
        ),
        (
            b"\xef\xbb\xbfE-mail;Nome;Cognome;Azienda\r\na@b.c;Anna;Rossi;\"Rossi; figli\"\r\n",
            "2 Anna|Rossi|a@b.c||Rossi; figli|||",
        ),
        (
            "Imię\tNazwisko\tAdres e-mail\nŁucja\tŻak\ta@b.c".as_bytes(),
            "2 Łucja|Żak|a@b.c|||||",
        ),
        (
            b"email,name\na@b.c,Jos\xe9 M\xfcller\n",
            "2 José|Müller|a@b.c|||||",
        ),
        (b"sep=;\nemail;phone\na@b.c;1,5\n", "3 ||a@b.c|||1,5||"),
        (b"email\na@b.c\n", "2 ||a@b.c|||||"),
        (b"\"e,mail;x\";email\n1;a@b.c\n", "2 ||a@b.c|||||"),
        (b"email|phone\na@b.c|12\n", "2 ||a@b.c|||12||"),
        (
            b"\n\nemail,phone\n\na@b.c,1\n\n\nb@b.c,2",
            "5 ||a@b.c|||1||\n8 ||b@b.c|||2||",
        ),
    ] {
        assert_eq!(told(bytes), expected, "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn several_addresses_are_taken_apart() {
    for (cells, expected) in [
        ("a@b.c,x@y.z; z@y.z", "a@b.c|x@y.z z@y.z"),
        ("a@b.c,x@y.z z@y.z", "a@b.c|x@y.z z@y.z"),
        ("a@b.c,\"x@y.z, A@B.C, x@y.z\"", "a@b.c|x@y.z"),
        ("\"a@b.c;d@b.c\",", "a@b.c|d@b.c"),
        (",x@y.z", "x@y.z|"),
        ("Anna Rossi <Anna@B.c>,mailto:x@y.z", "anna@b.c|x@y.z"),
        ("a@xn--mnchen-3ya.de,", "a@münchen.de|"),
    ] {
        let text = format!("email,other emails\n{cells}\n");
        assert_eq!(
            told(text.as_bytes()),
            format!("2 ||{expected}|||||").replace("|||||", "||||"),
            "{cells}"
        );
    }
}

#[test]
fn wrong_rows_are_told_by_line_and_skipped() {
    let long = "x".repeat(300);
    let wide = "x".repeat(70_000);
    let text = format!(
        "id,email,name,other email,owner,colour\n,,,,,\n,,Anna,,,\n1,anna,,,,\n2,a@b.c,,x@,,\n3,a@b.c,,,zoe,\n4,a@b.c,{long},,,\n5,a@b.c,\"two\nlines\",,,red\n6,a@b.c,x,,,,,\n7,a@b.c,x,,,,,y\n8,a@b.c,{wide},,,\n9,,x,,,\n10,a@b@c.d,,,,\n11,a@b\n"
    );
    insta::assert_snapshot!(told(text.as_bytes()));
}

#[test]
fn a_quote_that_is_never_closed_ends_the_reading_with_its_line() {
    let text = format!(
        "email,name\na@b.c,Anna\nb@b.c,\"open\n{}",
        "c@b.c,x\n".repeat(400_000)
    );
    let told = told(text.as_bytes());
    assert_eq!(told.lines().count(), 2, "{told}");
    assert!(
        told.contains("3 skipped: ") && told.contains("longer than 1 MiB"),
        "{told}"
    );
}

#[test]
fn what_is_no_contact_file_is_told() {
    for (bytes, expected) in [
        (&b""[..], "The file is empty"),
        (b"\n \n", "The file is empty"),
        (b"\xff\xfee\0m\0", "The file is UTF-16"),
        (b"PK\x03\x04rest", "not CSV but a spreadsheet"),
        (b"a\0b", "not CSV but a spreadsheet"),
        (
            b"anna@b.c,Anna\nb@b.c,B\n",
            "The first line is a contact and not a header",
        ),
        (
            b"Colour,Size\nred,1\n",
            "No column is an e-mail address; the columns are: Colour, Size.",
        ),
    ] {
        let told = told(bytes);
        assert!(told.contains(expected), "{told}");
    }
}

#[test]
fn columns_that_mean_nothing_are_named() {
    let rows = Rows::open(&b"email,Birthday,,Shoe size\n"[..]).unwrap();
    assert_eq!(rows.ignored_columns(), ["Birthday", "Shoe size"]);
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = told(&bytes);
        let mut with_header = b"email;name;other email\n".to_vec();
        with_header.extend(&bytes);
        let _ = told(&with_header);
    }
}
