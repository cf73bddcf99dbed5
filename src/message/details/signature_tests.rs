use rules::{Address, DetailName};

use super::super::super::split::split;
use super::read;

/// The surest value of each detail of a signature below a letter, as `name=value`.
fn told(from: &str, signature: &str) -> Vec<String> {
    all(
        from,
        &format!("Do you deliver chairs?\n\nBest regards,\n{signature}"),
    )
}

fn all(from: &str, text: &str) -> Vec<String> {
    let (name, email) = from.split_once('<').unwrap_or(("", from));
    let sender = Address {
        email: email.trim_end_matches('>').to_owned(),
        name: name.trim().to_owned(),
    };
    let known = read(&split(text), Some(&sender));
    let best = |name: DetailName| {
        let of = known.iter().filter(|detail| detail.name == name);
        of.max_by_key(|detail| detail.confidence)
    };
    let sure = DetailName::ALL
        .into_iter()
        .filter_map(best)
        .filter(|detail| detail.confidence >= 60);
    sure.map(|detail| format!("{}={}", detail.name.as_str(), detail.value))
        .collect()
}

fn has(from: &str, signature: &str, wanted: &[&str]) {
    let told = told(from, signature);
    for one in wanted {
        assert!(
            told.iter().any(|known| known == one),
            "{one} in {told:?} of\n{signature}"
        );
    }
}

#[test]
fn a_signature_without_labels_tells_all() {
    has(
        "Anna Rossi <anna@rossimobili.example>",
        "Ing. Anna Rossi\nResponsabile acquisti\nRossi Mobili S.r.l.\nVia Roma 12\n40126 Bologna (BO)\n+39 051 555555\n+39 335 1234567\nP.IVA 01234567890\nwww.rossimobili.example",
        &[
            "name=Anna Rossi",
            "first_name=Anna",
            "last_name=Rossi",
            "role=Responsabile acquisti",
            "company=Rossi Mobili S.r.l.",
            "phone=+39 051 555555",
            "mobile=+39 335 1234567",
            "address=Via Roma 12, 40126 Bologna (BO)",
            "website=www.rossimobili.example",
        ],
    );
}

#[test]
fn signatures_of_each_country_are_read() {
    has(
        "Jan Kowalski <j.kowalski@meble.example>",
        "mgr inż. Jan KOWALSKI\nKierownik działu zakupów\nMeble Plus Sp. z o.o.\nul. Długa 5, 00-950 Warszawa\ntel. 22 555 55 55 | kom. 601 234 567\nNIP: 123-456-78-90 REGON: 123456789 KRS 0000123456",
        &[
            "name=Jan KOWALSKI",
            "first_name=Jan",
            "last_name=Kowalski",
            "company=Meble Plus Sp. z o.o.",
            "phone=22 555 55 55",
            "mobile=601 234 567",
            "address=ul. Długa 5, 00-950 Warszawa",
            "role=Kierownik działu zakupów",
        ],
    );
    has(
        "Keller, Jonas <jonas.keller@keller.example>",
        "i. A. Jonas Keller\nEinkauf\n\nKeller Bau GmbH & Co. KG\nHauptstraße 5, 10115 Berlin\nTel.: +49 30 5555-0\nFax: +49 30 5555-99\nMobil: 0171 2345678\nUSt-IdNr.: DE123456789\nHRB 12345",
        &[
            "company=Keller Bau GmbH & Co. KG",
            "phone=+49 30 5555-0",
            "mobile=0171 2345678",
            "address=Hauptstraße 5, 10115 Berlin",
            "role=Einkauf",
        ],
    );
    has(
        "Joana Silva <joana@silva.example>",
        "Joana Silva\nDiretora Comercial\nSilva & Filhos, Lda.\nRua Augusta 10, 1250-096 Lisboa\nTlm: 912 345 678 • Tel: (+351) 21 555 55 55",
        &[
            "company=Silva & Filhos, Lda.",
            "mobile=912 345 678",
            "role=Diretora Comercial",
            "address=Rua Augusta 10, 1250-096 Lisboa",
        ],
    );
    has(
        "Ion Popescu <ion@mobila.example>",
        "Ion POPESCU\nDirector vânzări\nSC Mobila Bună SRL\nStr. Lungă nr. 5, Brașov\nMob: +40 722 123 456\nCUI RO12345678",
        &[
            "last_name=Popescu",
            "company=SC Mobila Bună SRL",
            "mobile=+40 722 123 456",
            "role=Director vânzări",
        ],
    );
    has(
        "Marie Dubois <marie@dubois.example>",
        "Marie Dubois\nResponsable achats\nDubois Meubles SAS\n12 rue de la Paix, 75002 Paris\nTél. : 01 55 55 55 55 - Portable : 06 12 34 56 78\nSIRET 123 456 789 00012",
        &[
            "company=Dubois Meubles SAS",
            "phone=01 55 55 55 55",
            "mobile=06 12 34 56 78",
            "role=Responsable achats",
        ],
    );
    has(
        "Luis García <luis@garcia.example>",
        "Luis García\nJefe de compras | Muebles García, S.L.\nCalle Mayor 5 - 28013 Madrid\nMóvil: 612 345 678 / Tel. 91 555 55 55",
        &[
            "company=Muebles García, S.L.",
            "mobile=612 345 678",
            "phone=91 555 55 55",
            "role=Jefe de compras",
        ],
    );
    has(
        "Bob Smith <bob@acme.example>",
        "Bob Smith | Sales Manager | Acme Widgets Ltd\nT: +44 20 7946 0000 M: +44 7700 900123\n5 High Street, London",
        &[
            "name=Bob Smith",
            "role=Sales Manager",
            "company=Acme Widgets Ltd",
            "phone=+44 20 7946 0000",
            "mobile=+44 7700 900123",
            "address=5 High Street, London",
        ],
    );
}

#[test]
fn an_american_signature_is_read() {
    has(
        "\"Johnson, Mike\" <mike@acme.example>",
        "Mike Johnson\n- Purchasing Manager -\nAcme Corporation, Inc.\n1200 Main Street\nAustin, TX 78701\nO: (512) 555-0100 x204\nC: 512-555-0199",
        &[
            "name=Mike Johnson",
            "role=Purchasing Manager",
            "company=Acme Corporation, Inc.",
            "phone=(512) 555-0100",
            "mobile=512-555-0199",
            "address=1200 Main Street, Austin, TX 78701",
        ],
    );
}

#[test]
fn a_line_called_as_the_domain_is_the_company() {
    has(
        "Anna <anna@rossi-mobili.example>",
        "Anna\nRossi Mobili",
        &["company=Rossi Mobili"],
    );
    has(
        "Anna <anna@mail.rossimobili.co.uk>",
        "Anna\nROSSI MOBILI",
        &["company=ROSSI MOBILI"],
    );
    let told = |from: &str, signature: &str| {
        told(from, signature)
            .iter()
            .any(|known| known.starts_with("company="))
    };
    assert!(!told("Anna <anna@gmail.com>", "Anna\nGmail"));
    // Her own name, and a word that only looks like a form.
    assert!(!told("Anna Rossi <info@annarossi.example>", "Anna Rossi"));
    assert!(!told(
        "Anna <anna@gmail.com>",
        "Anna\nsee you as soon as ag spa"
    ));
}

#[test]
fn what_looks_like_a_telephone_and_is_none() {
    for line in [
        "P.IVA 01234567890",
        "P. IVA e C.F. 01234567890",
        "VAT: IT01234567890",
        "IBAN IT60 X054 2811 1010 0000 0123 456",
        "NIP 123-456-78-90",
        "09.11.2026",
        "2019 - 2026",
        "Fax 051 555556",
        "Cap. Soc. € 100.000,00 i.v.",
        "REA BO 1234567",
        "Order 1234567",
        "REGON: 123456789",
    ] {
        let told = told("anna@rossi.example", line);
        assert!(
            !told
                .iter()
                .any(|known| known.starts_with("phone=") || known.starts_with("mobile=")),
            "{line}: {told:?}"
        );
    }
}

#[test]
fn a_signature_that_nothing_announces_begins_with_the_name() {
    let text = "Do you deliver chairs?\n\nAnna Rossi\nRossi Mobili Srl\nTel. 051 555555";
    let told = all("Anna Rossi <anna@example.net>", text);
    assert!(
        told.contains(&"company=Rossi Mobili Srl".to_owned())
            && told.contains(&"phone=051 555555".to_owned()),
        "{told:?}"
    );
    assert_eq!(all("info@example.net", text), Vec::<String>::new());
}

#[test]
fn a_letter_without_a_signature_tells_nothing() {
    for text in [
        "",
        "Hello",
        "Please call +39 051 555555 about the chairs of Rossi Srl",
    ] {
        assert_eq!(all("Bo Berg <bo@berg.example>", text), Vec::<String>::new());
    }
}
