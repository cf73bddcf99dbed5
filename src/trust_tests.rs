use parts::Certificates;

use super::{Authorities, read_ca_file};

#[test]
fn a_file_may_hold_several_authorities_and_must_hold_one() {
    let [one, other] = [Certificates::new(), Certificates::new()].map(|made| made.authority);
    let both = Authorities::from_pem(format!("{one}# the other\n{other}").as_bytes()).unwrap();
    assert_eq!(both.certificates().len(), 2);
    let [one, other] = [one, other].map(|pem| Authorities::from_pem(pem.as_bytes()).unwrap());
    assert_eq!(one.and(&other), both);
    assert_eq!(Authorities::default().and(&one), one);
    for authorities in [Authorities::default(), both] {
        authorities.configuration().unwrap();
    }
    for (pem, why) in [
        (&b"nothing"[..], "the CA file holds no certificate"),
        (b"", "the CA file holds no certificate"),
        (
            b"-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n",
            "the CA file is no PEM file",
        ),
    ] {
        let refused = Authorities::from_pem(pem).unwrap_err();
        assert!(refused.to_string().starts_with(why), "{refused}");
    }
    let no_certificate = b"-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n";
    let unfit = Authorities::from_pem(no_certificate).unwrap();
    assert!(unfit.configuration().is_err());
}

#[tokio::test]
async fn a_file_that_is_not_there_is_named() {
    let missing = read_ca_file("/nowhere/ca.pem".as_ref()).await.unwrap_err();
    assert_eq!(
        missing.to_string(),
        "The CA file /nowhere/ca.pem can't be read: No such file or directory (os error 2). Mend its path or its permissions."
    );
}
