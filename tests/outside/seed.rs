//! Where a test's chance begins: told by `MAILROOM_TEST_SEED`, so that a failure can be seen again, or drawn.

/// Names the seed.
const SEED: &str = "MAILROOM_TEST_SEED";

/// A seed, said aloud.
pub(crate) fn seed() -> u64 {
    let given = std::env::var(SEED).ok();
    let seed = given.map_or_else(
        || rand::random_range(0..1_000_000_000),
        |seed| seed.parse().unwrap(),
    );
    println!("{SEED}={seed}");
    seed
}
