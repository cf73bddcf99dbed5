use secrecy::SecretString;

use super::{Hasher, WeakPassword, check_strength};

#[test]
fn long_and_unusual_is_good_and_the_rest_is_told_why() {
    let about = ["Anna Rossi", "anna@example.com", "Mailroom"];
    let judged = |text: &str| check_strength(&text.into(), &about);
    assert_eq!(judged("stapler ochre walnut 41"), Ok(()));
    assert_eq!(judged("pięć żółtych łódek"), Ok(()));
    assert_eq!(judged("short"), Err(WeakPassword::Short));
    assert_eq!(judged(&"long ".repeat(300)), Err(WeakPassword::Long));
    for soon in [
        "password1234",
        "aaaaaaaaaaaaaa",
        "annarossi1234",
        "qwertyuiopas",
    ] {
        assert!(
            matches!(judged(soon), Err(WeakPassword::Guessable(_))),
            "{soon}"
        );
    }
}

#[test]
fn many_letters_are_judged_in_no_time() {
    let repeated = "ab".repeat(500);
    assert!(check_strength(&repeated.into(), &[]).is_err());
}

#[tokio::test]
async fn the_right_password_fits_its_hash_and_no_other() {
    let hasher = Hasher::default();
    let right = || SecretString::from("stapler ochre walnut 41");
    let hash = hasher.hash(right()).await.unwrap();
    assert!(
        hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
        "{hash}"
    );
    assert_ne!(hasher.hash(right()).await.unwrap(), hash, "another salt");
    assert!(hasher.verify(right(), Some(hash.clone())).await);
    assert!(!hasher.verify("stapler".into(), Some(hash)).await);
    assert!(!hasher.verify(right(), None).await);
    assert!(!hasher.verify(right(), Some("not a hash".to_owned())).await);
}
