use super::{Listed, name, numbered, told_apart};

fn listed(rows: &[(u32, u64, &str)]) -> Vec<Listed> {
    rows.iter()
        .map(|(number, size, uidl)| Listed {
            number: *number,
            size: *size,
            uidl: (*uidl).to_owned(),
        })
        .collect()
}

#[test]
fn lines_of_a_listing_are_read_or_refused() {
    for (line, expected) in [
        ("1 aa", Some((1, "aa"))),
        ("  12   bb  ", Some((12, "bb"))),
        ("1 aa more", Some((1, "aa"))),
        ("0 aa", None),
        ("-1 aa", None),
        ("4294967296 aa", None),
        ("1", None),
        ("", None),
        ("x y", None),
    ] {
        let expected = expected.map(|(number, word): (u32, &str)| (number, word.as_bytes()));
        assert_eq!(numbered(line.as_bytes()), expected, "{line}");
    }
}

#[test]
fn names_that_are_none_get_one_that_lasts() {
    assert_eq!(
        name(b"whqtswO00WBw418f9t5JxYwZ"),
        "whqtswO00WBw418f9t5JxYwZ"
    );
    let long = [b'a'; 71];
    for odd in [long.as_slice(), b"\0", b"\xff\xfe", "ä".as_bytes()] {
        let stands_for = name(odd);
        assert!(stands_for.starts_with("sha256 ") && stands_for.len() == 71);
        assert_eq!(stands_for, name(odd));
    }
    assert_ne!(name(b"\xff"), name(b"\xfe"));
}

#[test]
fn copies_stand_once_and_different_messages_of_one_name_are_told_apart() {
    let apart = told_apart(listed(&[
        (1, 10, "a"),
        (2, 10, "a"),
        (3, 20, "a"),
        (4, 20, "a"),
        (5, 10, "b"),
    ]));
    assert_eq!(
        apart,
        listed(&[(1, 10, "a"), (3, 20, "a 20"), (5, 10, "b")])
    );
}

#[test]
fn unknown_sizes_are_not_equal() {
    let apart = told_apart(listed(&[
        (1, 0, "a"),
        (2, 0, "a"),
        (3, 0, "a"),
        (4, 10, "a"),
        (5, 10, "a"),
        (6, 10, "b"),
        (7, 0, "b"),
        (8, 0, "b"),
    ]));
    assert_eq!(
        apart,
        listed(&[
            (1, 0, "a"),
            (2, 0, "a 0"),
            (3, 0, "a 0 1"),
            (4, 10, "a 10"),
            (6, 10, "b"),
            (7, 0, "b 0"),
            (8, 0, "b 0 1"),
        ])
    );
}
