#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use super::Amount;

fn read(yaml: &str) -> Result<u64, String> {
    serde_saphyr::from_str::<Amount>(yaml)
        .map(|amount| amount.0)
        .map_err(|error| error.to_string())
}

#[test]
fn sizes_are_read_with_and_without_units() {
    for (yaml, bytes) in [
        ("0", 0),
        ("5", 5),
        ("500KB", 500_000),
        ("500 kb", 500_000),
        ("1MB", 1_000_000),
        ("2 MiB", 2 << 20),
        ("1GB", 1_000_000_000),
        ("\"12\"", 12),
        ("10B", 10),
    ] {
        assert_eq!(read(yaml), Ok(bytes), "{yaml}");
    }
}

#[test]
fn what_is_no_size_is_told_with_the_cure() {
    for yaml in [
        "big",
        "1.5MB",
        "1TB",
        "MB",
        "99999999999999999999GB",
        "\"\"",
    ] {
        let error = read(yaml).unwrap_err();
        assert!(
            error.contains("is no size; write a whole number"),
            "{yaml}: {error}"
        );
    }
    assert!(read("-1").unwrap_err().contains("above zero"));
}

#[test]
fn sizes_are_written_with_the_largest_unit_that_fits() {
    for (bytes, shown) in [
        (0, "0"),
        (999, "999"),
        (1_000, "1KB"),
        (1_500_000, "1500KB"),
        (1 << 20, "1MiB"),
        (25_000_000, "25MB"),
    ] {
        assert_eq!(Amount(bytes).to_string(), shown);
        assert_eq!(Amount::parse(shown), Some(bytes), "{shown}");
    }
}
