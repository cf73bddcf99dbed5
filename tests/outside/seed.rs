//! Chance that can be had again: the seed is printed, and `MAILROOM_TEST_SEED` sets it.

use rand::SeedableRng as _;
use rand::rngs::StdRng;

/// A generator with the seed that was asked for, or any.
pub(crate) fn seeded() -> StdRng {
    let seed = match std::env::var("MAILROOM_TEST_SEED") {
        Ok(seed) => seed.parse().expect("MAILROOM_TEST_SEED is a number"),
        Err(_) => rand::random(),
    };
    println!("seed {seed}; once more with MAILROOM_TEST_SEED={seed}");
    StdRng::seed_from_u64(seed)
}
