use proptest::prelude::*;

use super::{fold, fold_by_unicode, fold_keeping_edges, known, stands_alone};

#[test]
fn spellings_of_one_text_fold_to_the_same() {
    for (one, other) in [
        ("OFFER", "offer"),
        ("Straße", "STRASSE"),
        ("ΟΔΟΣ", "οδος"),
        ("Città", "Citta\u{300}"),
        ("Łódź", "ŁO\u{301}DZ\u{301}"),
        ("Orçamento", "ORC\u{327}AMENTO"),
        ("ofertă", "OFERTA\u{306}"),
        ("ｏｆｆｅｒ", "offer"),
        ("ﬁne", "fine"),
        ("request\r\n  for\u{a0}quote", "request for quote"),
        ("of\u{ad}f\u{200b}er", "offer"),
        ("an \u{200b} offer", "an offer"),
    ] {
        assert_eq!(fold(one), fold(other), "{one:?} and {other:?}");
    }
}

#[test]
fn the_four_turkish_i_are_one_letter() {
    for spelling in ["TEKLİF", "teklif", "TEKLIF", "teklıf", "TEKLI\u{307}F"] {
        assert_eq!(fold(spelling), "teklif", "{spelling:?}");
    }
}

#[test]
fn romanian_letters_with_comma_and_with_cedilla_are_one() {
    assert_eq!(fold("preţ şi ofertă"), fold("PREȚ ȘI OFERTĂ"));
}

#[test]
fn letters_with_different_accents_stay_different() {
    assert_ne!(fold("pesca"), fold("pêsca"));
    assert_ne!(fold("ano"), fold("año"));
}

#[test]
fn edges_stay_only_where_the_admin_put_space() {
    assert_eq!(fold("  Re:  "), "re:");
    assert_eq!(fold_keeping_edges(" RE "), " re ");
    assert_eq!(fold_keeping_edges("   "), "");
}

#[test]
fn a_million_combining_marks_fold_in_time() {
    let zalgo: String = std::iter::once('a')
        .chain(std::iter::repeat_n('\u{301}', 500_000))
        .collect();
    assert!(fold(&zalgo).starts_with('á'));
}

/// The whole way for every word.
fn fold_slowly(text: &str) -> String {
    let words = text.split_whitespace().map(|word| {
        let mut folded = String::new();
        fold_by_unicode(word, &mut folded);
        folded
    });
    let words = words.filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn every_letter_of_the_short_way_folds_as_by_the_whole_way_between_others() {
    let letters = (0x80..0xffff).filter_map(char::from_u32);
    let mut count = 0;
    for letter in letters.filter(|letter| known(*letter).is_some() || stands_alone(*letter)) {
        for (before, after) in [
            ('a', 'b'),
            ('I', 'ż'),
            ('Σ', 'Ж'),
            ('가', '한'),
            ('ا', 'か'),
        ] {
            let word = format!("{before}{letter}{after}{letter}");
            assert_eq!(
                fold(&word),
                fold_slowly(&word),
                "{word:?} U+{:04X}",
                u32::from(letter)
            );
        }
        count += 1;
    }
    assert!(count > 30_000);
}

proptest! {
    #[test]
    fn the_short_way_and_the_whole_way_agree(
        text in "[a-zäöüßİıÅĄąŁłșţΩσςЖж€“…ﬁé\u{301}\u{307}\u{ad}\u{200d} 漢か\u{3099}한\u{11a8}א]{0,20}"
    ) {
        prop_assert_eq!(fold(&text), fold_slowly(&text));
    }

    #[test]
    fn folding_never_leaves_ascii_capitals_or_edges(text in any::<String>()) {
        let folded = fold(&text);
        prop_assert!(!folded.bytes().any(|byte| byte.is_ascii_uppercase()));
    }

    #[test]
    fn letters_and_spaces_fold_once_and_for_all(text in "[a-zA-ZäöüßàéèçăâîșțşţłóżźğışİŁÓ \t\n]{0,60}") {
        let folded = fold(&text);
        prop_assert_eq!(fold(&folded), folded);
    }

    #[test]
    fn case_makes_no_difference(text in "[a-zäöüàéèçăâîșțłóżźğı ]{0,40}") {
        prop_assert_eq!(fold(&text.to_uppercase()), fold(&text));
    }
}
