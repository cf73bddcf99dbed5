use super::split;

/// New text, whether it quotes, signature.
fn parts(text: &str) -> (String, bool, String) {
    let split = split(text);
    (split.new_text, split.quotes, split.signature.join("|"))
}

#[test]
fn each_program_says_in_each_language_of_whom_the_quote_is() {
    for line in [
        "On Mon, Nov 9, 2026 at 6:00 PM Anna Rossi <anna@example.net> wrote:",
        "On 9 Nov 2026, at 18:00, Anna Rossi <anna@example.net> wrote:",
        "On Monday, November 9, 2026 at 06:00:00 PM GMT+1, Anna Rossi <anna@example.net> wrote:",
        "On 09/11/2026 18:00, Anna Rossi wrote:",
        "Anna Rossi <anna@example.net> wrote on 09.11.2026 18:00:",
        "Il giorno lun 9 nov 2026 alle ore 18:00 Anna Rossi <anna@example.net> ha scritto:",
        "Il 09/11/2026 18:00, Anna Rossi ha scritto:",
        "In data lunedì 9 novembre 2026 18:00:00 CET, Anna Rossi ha scritto:",
        "pon., 9 lis 2026 o 18:00 Anna Rossi <anna@example.net> napisał(a):",
        "W dniu 9.11.2026 o 18:00, Anna Rossi pisze:",
        "Dnia 9 listopada 2026 18:00 Anna Rossi <anna@example.net> napisał(a):",
        "Em seg., 9 de nov. de 2026 às 18:00, Anna Rossi <anna@example.net> escreveu:",
        "Anna Rossi <anna@example.net> escreveu no dia segunda, 9/11/2026 à(s) 18:00:",
        "Anna escreveu (9/11/2026):",
        "În lun., 9 nov. 2026 la 18:00, Anna Rossi <anna@example.net> a scris:",
        "Pe lun., 9 nov. 2026 la 18:00, Anna Rossi <anna@example.net> a scris:",
        "Am Mo., 9. Nov. 2026 um 18:00 Uhr schrieb Anna Rossi <anna@example.net>:",
        "Am 09.11.2026 um 18:00 schrieb Anna Rossi:",
        "Anna Rossi <anna@example.net> schrieb am Mo. 9. Nov. 2026 um 18:00:",
        "Le lun. 9 nov. 2026 à 18:00, Anna Rossi <anna@example.net> a écrit :",
        "El lun, 9 nov 2026 a las 18:00, Anna Rossi (<anna@example.net>) escribió:",
        "Op ma 9 nov 2026 om 18:00 schreef Anna Rossi <anna@example.net>:",
        "On Mon, Nov 9, 2026 at 6:00 PM Anna Rossi with a long name\n<anna@example.net> wrote:",
        "Le lun. 9 nov. 2026 à 18:00,\nAnna Rossi\n<anna@example.net> a écrit :",
    ] {
        for quote in ["> Do you deliver?", "\nDo you deliver?"] {
            let text = format!("Yes we do.\n\n{line}\n{quote}");
            assert_eq!(
                parts(&text),
                ("Yes we do.".to_owned(), true, String::new()),
                "{text}"
            );
        }
    }
}

#[test]
fn a_sentence_with_a_colon_is_no_quote() {
    for text in [
        "On Monday my colleague wrote:\nplease send chairs",
        "He wrote:\n\nthree chairs",
        "Il cliente ha scritto:\nbuongiorno",
        "1 < 2\nx > y",
        "--- Our offer ---\nten chairs",
        "From: Bologna\nwe drive to Rome",
        "A: yes\nDa: no",
    ] {
        assert_eq!(parts(text), (text.to_owned(), false, String::new()));
    }
}

#[test]
fn the_header_that_outlook_copies_is_known_in_each_language() {
    for block in [
        "From: Anna Rossi <anna@example.net>\nSent: Monday, November 9, 2026 6:00 PM\nTo: Sales <sales@example.com>\nSubject: Request",
        "Da: Anna Rossi <anna@example.net>\nInviato: lunedì 9 novembre 2026 18:00\nA: Sales <sales@example.com>\nOggetto: Request",
        "Od: Anna Rossi <anna@example.net>\nWysłano: poniedziałek, 9 listopada 2026 18:00\nDo: Sales <sales@example.com>\nTemat: Request",
        "De: Anna Rossi <anna@example.net>\nEnviada: 9 de novembro de 2026 18:00\nPara: Sales <sales@example.com>\nAssunto: Request",
        "De la: Anna Rossi <anna@example.net>\nTrimis: luni, 9 noiembrie 2026 18:00\nCătre: Sales <sales@example.com>\nSubiect: Request",
        "Von: Anna Rossi <anna@example.net>\nGesendet: Montag, 9. November 2026 18:00\nAn: Sales <sales@example.com>\nBetreff: Request",
        "De : Anna Rossi <anna@example.net>\nEnvoyé : lundi 9 novembre 2026 18:00\nÀ : Sales <sales@example.com>\nObjet : Request",
        "De: Anna Rossi <anna@example.net>\nEnviado: lunes, 9 de noviembre de 2026 18:00\nPara: Sales <sales@example.com>\nAsunto: Request",
        "*From:* Anna Rossi [mailto:anna@example.net]\n*Sent:* Monday\n*To:* sales@example.com\n*Subject:* Request",
        "-----Original Message-----\nFrom: Anna Rossi\n<anna@example.net>\nSent: Monday\nTo: Sales;\nmax@example.com\nSubject: Request",
        "________________________________\nFrom: \"Anna Rossi\" <anna@example.net>\n\nSent: Monday\n\nTo: x@example.com\n\nSubject: Request",
    ] {
        let text = format!("Yes we do.\n\n{block}\n\nDo you deliver?");
        let split = split(&text);
        assert_eq!(split.new_text, "Yes we do.", "{text}");
        let below = split.below.expect(&text);
        let from = below.header.from.expect(&text);
        assert_eq!(
            (from.name.as_str(), from.email.as_str()),
            ("Anna Rossi", "anna@example.net")
        );
        assert_eq!(
            (below.header.subject.as_str(), below.text.as_str()),
            ("Request", "Do you deliver?"),
            "{text}"
        );
    }
}

#[test]
fn freight_from_one_town_to_another_is_no_header() {
    for text in [
        "What does it cost?\n\nFrom: Rotterdam\nTo: Verona\nDate: 12.12.\nWeight: 12 t\n\nThank you",
        "Da: Bologna\nA: Napoli\nData: 12/12/2026\n\nGrazie",
        "Von: Hamburg\nAn: Wien\nDatum: Montag\nBetreff: 3 Paletten",
    ] {
        let split = split(text);
        assert_eq!((split.below, split.quotes), (None, false), "{text}");
        assert!(split.new_text.contains('\n'), "{text}");
    }
    // Exchange copies names without addresses.
    let names = "Yes.\n\nFrom: Anna Rossi\nSent: Monday, November 9, 2026 6:00 PM\nTo: Sales\nSubject: Request\n\nDo you?";
    assert_eq!(split(names).new_text, "Yes.");
}

#[test]
fn mail_that_apple_quotes_is_passed_on() {
    let quoted = "> Inizio messaggio inoltrato:\n> \n> Da: Anna Rossi <anna@example.net>\n> Oggetto: Sedie\n> Data: 28 ottobre 2026\n> A: max@example.com\n> \n> Dieci sedie?";
    let split_of = |text: &str| {
        split(text)
            .below
            .map(|below| (below.says_forwarded, below.text))
    };
    let told = split_of(&format!("Per voi.\n\n{quoted}"));
    assert_eq!(told, Some((true, "Dieci sedie?".to_owned())));
    assert_eq!(split_of(quoted).map(|told| told.0), Some(true));
    // In a quote it is what somebody else passed on.
    assert_eq!(split_of(&format!("Si.\n\n> Ciao\n{quoted}")), None);
    let answer =
        format!("Si.\n\nIl 28/10/2026 Anna Rossi <anna@example.net> ha scritto:\n{quoted}");
    assert_eq!(split_of(&answer), None);
}

#[test]
fn an_answer_below_its_quote_stays() {
    let text = "On 9 Nov 2026, Anna Rossi wrote:\n> Do you deliver?\n> To Austria?\n\nYes, we do.\n\n> And assemble?\n\nThat too.";
    let (said, quotes, _) = parts(text);
    assert_eq!(said, "Yes, we do.\n\n\nThat too.");
    assert!(quotes);
}

#[test]
fn signatures_are_told_by_their_mark_or_a_closing_formula() {
    for (end, signature) in [
        ("-- \nAnna Rossi\nTel. 051", "Anna Rossi|Tel. 051"),
        ("Best regards,\nAnna Rossi", "Anna Rossi"),
        ("Thanks!\n\nKind regards\n\nAnna Rossi", "Anna Rossi"),
        ("Cordiali saluti\nAnna Rossi", "Anna Rossi"),
        ("Cordiali saluti, Anna Rossi", "Cordiali saluti, Anna Rossi"),
        ("Pozdrawiam serdecznie,\nAnna", "Anna"),
        ("Z poważaniem\nAnna", "Anna"),
        ("Atenciosamente,\nAnna", "Anna"),
        ("Com os melhores cumprimentos,\nAnna", "Anna"),
        ("Cu stimă,\nAnna", "Anna"),
        ("Mit freundlichen Grüßen\nAnna", "Anna"),
        ("Cordialement,\nAnna", "Anna"),
        ("Pozdrawiam Jan", "Pozdrawiam Jan"),
        ("Gruß Uwe\nKlein KG", "Gruß Uwe|Klein KG"),
        ("Un cordial saludo,\nAnna", "Anna"),
        ("Grazie\nAnna\n\nInviato da iPhone", "Anna"),
        ("Sent from my iPhone", ""),
        ("Von meinem iPhone gesendet", ""),
        ("Anna\n\n-- \nRossi Srl", "Rossi Srl"),
    ] {
        let text = format!("Do you deliver chairs?\n\n{end}");
        let (said, _, signed) = parts(&text);
        assert_eq!(
            (said.lines().next(), signed.as_str()),
            (Some("Do you deliver chairs?"), signature),
            "{text}"
        );
    }
    // What stands before the formula in its line is said.
    let (said, _, signed) = parts("Dear all\nPlease send ten chairs, best regards\nAnna");
    assert_eq!(
        (said.as_str(), signed.as_str()),
        ("Dear all\nPlease send ten chairs, best regards", "Anna")
    );
}

#[test]
fn a_letter_that_begins_with_thanks_is_no_signature() {
    for text in [
        "Hi,\nThanks!\nWe would like to order five chairs of the black kind.\nWhen can you deliver them?\nAnna",
        "Grazie\n\nconfermo l'ordine di venti sedie, anche se arrivano a gennaio.",
        "Bom dia,\nEste email é destinado a pedir um orçamento.",
        "Hello\nThis message is intended for your sales team",
    ] {
        assert_eq!(parts(text), (text.to_owned(), false, String::new()));
    }
}

#[test]
fn an_afterthought_is_said() {
    let text =
        "Do you deliver?\n\nBest regards,\nAnna\n\nP.S. We need a table\nas well.\n\nRossi Srl";
    let (said, _, signature) = parts(text);
    assert_eq!(
        (said.as_str(), signature.as_str()),
        (
            "Do you deliver?\n\nP.S. We need a table\nas well.",
            "Anna|Rossi Srl"
        )
    );
}

#[test]
fn notices_of_gateways_are_not_said() {
    for notice in [
        "CONFIDENTIALITY NOTICE: this is for you.",
        "This e-mail and any attachments are confidential.",
        "This message is intended only for the person it is addressed to.",
        "_________________\nQuesto messaggio e i suoi allegati sono riservati.",
        "Ai sensi del D.Lgs. 196/2003 si precisa …",
        "Niniejsza wiadomość jest poufna.",
        "Esta mensagem é confidencial.",
        "Acest mesaj este confidențial.",
        "Diese E-Mail enthält vertrauliche Informationen.",
        "Ce message est confidentiel.",
        "Este mensaje es confidencial.",
        "Please consider the environment before printing.",
    ] {
        let text = format!("Do you deliver?\n\nAnna\n\n{notice}\nmore of it");
        assert_eq!(parts(&text).0, "Do you deliver?\n\nAnna", "{text}");
    }
    assert_eq!(
        parts("CAUTION: This email originated from outside.\n\nHello").0,
        "Hello"
    );
    assert_eq!(
        parts("This message is what I wanted to say: send chairs").0,
        "This message is what I wanted to say: send chairs"
    );
}

#[test]
fn nothing_takes_everything_away() {
    for text in [
        "> only a quote",
        "-- \nAnna",
        "Sent from my iPhone",
        "Best regards\nAnna",
        "---------- Forwarded message ---------\nFrom: Anna <anna@example.net>\nSubject: x\n\nhello",
        "This e-mail is confidential",
        "CAUTION: external",
        "",
    ] {
        assert_eq!(parts(text).0, text);
    }
}

#[test]
fn what_is_beyond_the_lines_looked_at_stays() {
    let text = "a\n".repeat(5_000);
    assert_eq!(parts(&text).0.lines().count(), 5_000);
}
