use sha2::{Digest as _, Sha256};

use super::number_of;
use crate::blobs::hash_of;

#[test]
fn a_files_number_is_that_which_earlier_versions_gave_it() {
    for text in ["", "a", "Subject: 1\r\n\r\n"] {
        let digest = Sha256::digest(text);
        let bytes: [u8; 8] = digest[..8].try_into().unwrap();
        let number = i64::try_from(u64::from_be_bytes(bytes) >> 1).unwrap();
        assert_eq!(number_of(&hash_of(text.as_bytes())), number);
    }
}
