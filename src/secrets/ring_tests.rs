#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;

use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::*;

const PLACE: Place<'static> = Place {
    table: "credentials",
    row: 7,
    column: "sealed",
};

fn rng() -> StdRng {
    StdRng::seed_from_u64(1)
}

fn ring() -> KeyRing {
    KeyRing::of(Key::generate(&mut rng()))
}

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

#[test]
fn what_was_sealed_opens_in_its_place_and_shows_no_plain_text() {
    let ring = ring();
    let sealed = ring.seal(&PLACE, &secret("pässwort 🔑"), &mut rng());
    assert_eq!(
        ring.open(&PLACE, &sealed).unwrap().expose_secret(),
        "pässwort 🔑"
    );
    assert!(!sealed.bytes.windows(4).any(|window| window == b"wort"));
    assert_eq!(sealed.key_id, *ring.sealing.id());
}

#[test]
fn the_same_secret_sealed_twice_differs() {
    let (ring, mut random) = (ring(), rng());
    assert_ne!(
        ring.seal(&PLACE, &secret("a"), &mut random),
        ring.seal(&PLACE, &secret("a"), &mut random)
    );
}

#[test]
fn a_secret_moved_to_another_table_row_or_column_does_not_open() {
    let ring = ring();
    let sealed = ring.seal(&PLACE, &secret("a"), &mut rng());
    for place in [
        Place {
            table: "oauth_clients",
            ..PLACE
        },
        Place { row: 8, ..PLACE },
        Place {
            column: "previous",
            ..PLACE
        },
    ] {
        let error = ring.open(&place, &sealed).unwrap_err();
        assert!(matches!(error, OpenError::Tampered { .. }), "{error}");
    }
}

#[test]
fn any_altered_or_missing_byte_is_noticed() {
    let ring = ring();
    let sealed = ring.seal(&PLACE, &secret("secret"), &mut rng());
    for at in 0..sealed.bytes.len() {
        let mut altered = sealed.clone();
        altered.bytes[at] ^= 1;
        assert!(ring.open(&PLACE, &altered).is_err(), "byte {at}");
        altered.bytes.truncate(at);
        assert!(ring.open(&PLACE, &altered).is_err(), "cut at {at}");
    }
}

#[test]
fn another_key_is_named_in_the_error_with_the_cure() {
    let sealed = ring().seal(&PLACE, &secret("a"), &mut rng());
    let other = KeyRing::of(Key::generate(&mut StdRng::seed_from_u64(2)));
    let error = other.open(&PLACE, &sealed).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "The secret in credentials row 7 (sealed) was sealed with key {}, which is not among the given keys. \
             Give that key back (MAILROOM_SECRET_KEY or secret.key), or set the secret again",
            sealed.key_id
        )
    );
}

#[test]
fn after_rotation_old_secrets_open_and_new_ones_use_the_first_key() {
    let old = Key::generate(&mut rng());
    let new = Key::generate(&mut StdRng::seed_from_u64(2));
    let keys = format!(
        "# two keys\n{}\n{}",
        new.to_base64().expose_secret(),
        old.to_base64().expose_secret()
    );
    let new_id = new.id().clone();
    let sealed_before = KeyRing::of(old).seal(&PLACE, &secret("a"), &mut rng());

    let ring = KeyRing::load(&KeySource::Given(secret(&keys)), &mut rng()).unwrap();
    assert_eq!(
        ring.open(&PLACE, &sealed_before).unwrap().expose_secret(),
        "a"
    );
    assert_eq!(ring.seal(&PLACE, &secret("a"), &mut rng()).key_id, new_id);
}

#[test]
fn the_own_key_is_made_once_and_only_its_owner_can_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret.key");
    let source = KeySource::Own(path.clone());
    let first = KeyRing::load(&source, &mut rng()).unwrap();
    let second = KeyRing::load(&source, &mut StdRng::seed_from_u64(9)).unwrap();
    assert_eq!(first.sealing.id(), second.sealing.id());
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "no draft is left behind"
    );
}

#[test]
fn two_starts_at_once_end_with_one_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret.key");
    create(&path, &Key::generate(&mut rng())).unwrap();
    let before = fs::read(&path).unwrap();
    create(&path, &Key::generate(&mut StdRng::seed_from_u64(2))).unwrap();
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn an_own_key_that_others_can_read_is_refused_with_the_command_that_cures() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret.key");
    let source = KeySource::Own(path.clone());
    KeyRing::load(&source, &mut rng()).unwrap();
    fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
    let error = KeyRing::load(&source, &mut rng()).unwrap_err().to_string();
    assert!(
        error.contains("mode 644") && error.contains("chmod 600"),
        "{error}"
    );
}

#[test]
fn wrong_keys_are_told_apart() {
    for (text, expected) in [
        ("", "it holds no key"),
        ("# only a comment\n", "it holds no key"),
        ("not base64!", "it is not base64"),
        ("YWJj", "it is 3 bytes long and a key has 32"),
    ] {
        let error = KeyRing::load(&KeySource::Given(secret(text)), &mut rng()).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "The key in MAILROOM_SECRET_KEY is wrong: {expected}. A key is 32 random bytes in base64: openssl rand -base64 32"
            )
        );
    }
}

#[test]
fn a_missing_key_file_is_not_made_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("absent.key");
    let error = KeyRing::load(&KeySource::File(path.clone()), &mut rng()).unwrap_err();
    assert!(matches!(error, KeyError::Read { .. }), "{error}");
    assert!(!path.exists());
}

#[test]
fn debug_shows_no_key() {
    let key = Key::generate(&mut rng());
    let text = key.to_base64();
    let shown = format!(
        "{:?} {:?}",
        KeyRing::of(key),
        KeySource::Given(text.clone())
    );
    assert!(!shown.contains(text.expose_secret()), "{shown}");
}
