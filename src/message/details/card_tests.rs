use rules::Address;

use super::of_card;

fn known(card: &str) -> Vec<(&'static str, String, u8)> {
    let sender = Address {
        email: "anna@rossi.example".to_owned(),
        name: String::new(),
    };
    let details = of_card(card, Some(&sender)).into_iter();
    details
        .map(|detail| (detail.name.as_str(), detail.value, detail.confidence))
        .collect()
}

#[test]
fn each_version_is_read() {
    for card in [
        "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:R=C3=B6ssi;Anna\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Anna =\nR=C3=B6ssi\nORG:Rossi Mobili Srl;Vendite\nTEL;WORK;FAX:051 1\nTEL;WORK;VOICE:+39 051 555555\nTEL;CELL;VOICE:+39 335 1234567\nADR;WORK:;;Via Roma 1;Bologna;BO;40126;Italia\nEMAIL;PREF;INTERNET:anna@rossi.example\nEND:VCARD\nFN:Somebody",
        "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Rössi;Anna;;;\r\nFN:Anna Rö\r\n ssi\r\nORG:Rossi Mobili Srl\r\nTEL;TYPE=WORK,VOICE:+39 051 555555\r\nTEL;TYPE=CELL:+39 335 1234567\r\nitem1.ADR;TYPE=WORK:;;Via Roma 1;Bologna;BO;40126;Italia\r\nitem1.EMAIL;TYPE=INTERNET:Anna@rossi.example\r\nEND:VCARD",
        "BEGIN:VCARD\nVERSION:4.0\nN:Rössi;Anna;;;\nFN:Anna Rössi\nORG:Rossi Mobili Srl\nTEL;TYPE=\"voice,work\";VALUE=uri:tel:+39 051 555555\nTEL;TYPE=cell:+39 335 1234567\nADR;LABEL=x:;;Via Roma 1;Bologna;BO;40126;Italia\nEMAIL:anna@rossi.example\nEND:VCARD",
    ] {
        let known = known(card);
        for (name, value) in [
            ("name", "Anna Rössi"),
            ("last_name", "Rössi"),
            ("first_name", "Anna"),
            ("company", "Rossi Mobili Srl"),
            ("phone", "+39 051 555555"),
            ("mobile", "+39 335 1234567"),
            ("address", "Via Roma 1, Bologna, BO, 40126, Italia"),
        ] {
            assert!(
                known.contains(&(name, value.to_owned(), 92)),
                "{name} in {known:?}"
            );
        }
    }
}

#[test]
fn the_card_of_another_is_not_the_senders() {
    assert_eq!(known("FN:Bo\nEMAIL:bo@berg.example")[0].2, 30);
    assert_eq!(
        known("FN:Anna\\, the one")[0],
        ("name", "Anna, the one".to_owned(), 75)
    );
    assert!(known("").is_empty() && known(":::\n;;:\nN\nADR:;;;").is_empty());
}
