#![allow(clippy::unwrap_used)]

use super::Decimal;

#[test]
fn numbers_are_read_and_written_back() {
    for (json, hundredths, written) in [
        ("5", 500, "5"),
        ("-1", -100, "-1"),
        ("7.3", 730, "7.3"),
        ("-0.05", -5, "-0.05"),
        ("\"+2.5\"", 250, "2.5"),
        ("7.359", 735, "7.35"),
        ("1000000", 100_000_000, "1000000"),
    ] {
        let number: Decimal = serde_json::from_str(json).unwrap();
        assert_eq!(number.0, hundredths, "{json}");
        assert_eq!(serde_json::to_string(&number).unwrap(), written);
        assert_eq!(number.to_string(), written);
    }
}

#[test]
fn what_is_no_number_is_told() {
    for json in [
        "\"high\"",
        "\"\"",
        "\".\"",
        "\"1.2.3\"",
        "1e300",
        "-9223372036854775808",
        "\"--1\"",
    ] {
        let told = serde_json::from_str::<Decimal>(json)
            .unwrap_err()
            .to_string();
        assert!(
            told.contains("is no number; write it as 5, -1 or 7.35"),
            "{json}: {told}"
        );
    }
}
