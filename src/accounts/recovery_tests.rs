use std::collections::HashSet;

use super::RecoveryCode;

#[test]
fn each_is_another_and_is_known_again_however_it_is_typed() {
    let codes = RecoveryCode::generate(&mut rand::rng());
    let texts: HashSet<_> = codes.iter().map(RecoveryCode::text).collect();
    assert_eq!(texts.len(), 10);
    for code in &codes {
        assert_eq!(code.text().len(), 19);
        let sloppy = format!(" {} ", code.text().to_lowercase().replace('-', " "));
        assert_eq!(RecoveryCode::typed(&sloppy).unwrap().hash(), code.hash());
    }
}

#[test]
fn what_is_no_code_is_told_before_anybody_is_asked() {
    for text in ["", "123456", "ABCD-EFGH-IJKL", "ABCD-EFGH-IJKL-MNO1", "ä"] {
        assert!(RecoveryCode::typed(text).is_none(), "{text}");
    }
}

#[test]
fn debug_does_not_tell_it() {
    let code = RecoveryCode::typed("ABCDEFGHIJKLMNOP").unwrap();
    assert!(!format!("{code:?}").contains("ABCD"));
}
