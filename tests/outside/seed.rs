//! Where a test's chance begins: told by `MAILROOM_TEST_SEED`, so that a failure can be seen again, or drawn.

/// Names the seed.
pub(crate) const SEED: &str = "MAILROOM_TEST_SEED";

/// The seed that was asked for.
pub(crate) fn given() -> Option<u64> {
    let seed = std::env::var(SEED).ok()?;
    Some(seed.parse().unwrap())
}

/// A seed, said aloud.
pub(crate) fn seed() -> u64 {
    let seed = given().unwrap_or_else(|| rand::random_range(0..1_000_000_000));
    println!("{SEED}={seed}");
    seed
}
