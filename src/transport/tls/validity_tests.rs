#![allow(clippy::unwrap_used)]

use rcgen::{CertificateParams, KeyPair, date_time_ymd};

use super::valid_until;

fn certificate(year: i32) -> Vec<u8> {
    let mut params = CertificateParams::new(vec!["mail.test".to_owned()]).unwrap();
    params.not_before = date_time_ymd(1960, 1, 1);
    params.not_after = date_time_ymd(year, 2, 28);
    let key = KeyPair::generate().unwrap();
    params.self_signed(&key).unwrap().der().to_vec()
}

#[test]
fn the_day_is_read_in_both_ways_of_writing_years() {
    for year in [1997, 2027, 2049, 2050, 2151] {
        let until = valid_until(&certificate(year)).unwrap();
        assert_eq!(until.to_rfc3339(), format!("{year}-02-28T00:00:00+00:00"));
    }
}

#[test]
fn what_is_no_certificate_has_no_day() {
    let whole = certificate(2027);
    for end in 0..whole.len() {
        // Whatever is cut off or damaged, nothing panics.
        let _ = valid_until(&whole[..end]);
        let mut damaged = whole.clone();
        damaged[end] ^= 0xff;
        let _ = valid_until(&damaged);
    }
    assert_eq!(valid_until(&whole[..40]), None);
    assert_eq!(valid_until(b"-----BEGIN CERTIFICATE-----"), None);
    assert_eq!(valid_until(&[0x30, 0x89, 1, 1, 1, 1, 1, 1, 1, 1, 1]), None);
}
