use super::{hash_in, new_mark, of_file, of_object};
use crate::blobs::hash_of;

#[test]
fn the_hash_is_found_in_every_name_that_is_given() {
    let hash = hash_of(b"a");
    let mark = new_mark();
    for name in [of_file(&hash), of_object(&hash, &mark)] {
        assert_eq!(hash_in(&name).as_deref(), Some(hash.as_str()), "{name}");
    }
    assert_ne!(mark, new_mark());
}

#[test]
fn nothing_else_is_taken_for_one_of_ours() {
    let hash = hash_of(b"a");
    let upper = hash.to_uppercase();
    for name in [
        "owner",
        "incoming/1-1-1",
        "",
        "/",
        &hash,
        &of_file(&upper),
        &of_file(hash.get(1..).unwrap()),
        &format!("{}.", of_file(&hash)),
        &format!("{}.zst", of_file(&hash)),
        &format!("{}.0123456789abcdef.bak", of_file(&hash)),
        &format!("backup/{}", of_file(&hash)),
        &format!("{}/x", of_file(&hash)),
    ] {
        assert_eq!(hash_in(name), None, "{name}");
    }
}
