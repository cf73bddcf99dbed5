//! Every message in `tests/mail`, named after its oddity: what is read from it, and that nothing is lost.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use rules::{Kind, MessageFacts};
use serde_json::{Value, json};

use super::{Mail, Own, read};

/// File, kind, and words that must be found in its subject, text, addresses, ids or attachments.
const MESSAGES: &[(&str, Kind, &[&str])] = &[
    (
        "address_in_comment_form",
        Kind::Personal,
        &["anna.rossi@example.net", "Anna Rossi"],
    ),
    (
        "address_with_route",
        Kind::Personal,
        &["anna.rossi@example.net"],
    ),
    (
        "addresses_divided_by_semicolons",
        Kind::Personal,
        &["support@example.com", "max@example.com"],
    ),
    (
        "alternative_outlook",
        Kind::Personal,
        &[
            "könnten Sie",
            "fünf Anlagen schicken",
            "Keller, Jonas",
            "Grüßen",
        ],
    ),
    (
        "angle_bracket_subject",
        Kind::Personal,
        &["<<URGENT>> price of <b>chairs</b> & <tables>"],
    ),
    (
        "answer_to_out_of_office_by_a_person",
        Kind::Personal,
        &["I will wait"],
    ),
    (
        "apostrophes_around_address",
        Kind::Personal,
        &["sales@example.com"],
    ),
    (
        "apple_text_between_attachments",
        Kind::Personal,
        &["ground floor", "then the roof", "ground.pdf"],
    ),
    ("attachment_only", Kind::Personal, &["Scan_0001.pdf"]),
    (
        "auto_submitted_no",
        Kind::Personal,
        &["A person wrote this"],
    ),
    ("autoresponder_cpanel", Kind::AutoReply, &["answer soon"]),
    (
        "base64_declared_but_plain",
        Kind::Personal,
        &["never encoded at all"],
    ),
    (
        "base64_footer_behind",
        Kind::Personal,
        &[
            "The encoded text of the letter",
            "Scanned for viruses by the gateway",
        ],
    ),
    (
        "base64_in_one_line",
        Kind::Personal,
        &["One line of base64"],
    ),
    (
        "base64_with_foreign_characters",
        Kind::Personal,
        &["hello world again"],
    ),
    ("base64_without_padding", Kind::Personal, &["hello world"]),
    ("big5_body", Kind::Personal, &["報價單", "請提供報價單"]),
    (
        "blank_before_colon",
        Kind::Personal,
        &["Offer for 20 chairs", "anna.rossi@example.net"],
    ),
    ("bounce_delayed", Kind::Bounce, &["retry for 46 hours"]),
    (
        "bounce_exim_without_report",
        Kind::Bounce,
        &["550 no such user"],
    ),
    (
        "bounce_qmail",
        Kind::Bounce,
        &["no mailbox here by that name"],
    ),
    (
        "boundary_differs_from_header",
        Kind::Personal,
        &["Somebody rewrote the header", "notes.txt"],
    ),
    (
        "boundary_never_closed",
        Kind::Personal,
        &["closing line was cut off", "cut.pdf"],
    ),
    (
        "boundary_prefix_in_body_line",
        Kind::Personal,
        &[
            "is in the middle of this line",
            "is a size, not a boundary",
            "The last line must survive",
        ],
    ),
    (
        "byte_order_mark_first",
        Kind::Personal,
        &["A mark in front", "anna.rossi@example.net"],
    ),
    (
        "calendar_invite_google",
        Kind::Calendar,
        &["invited to the visit", "invite.ics"],
    ),
    (
        "calendar_published_in_newsletter",
        Kind::Bulk,
        &["Our events", "events.ics"],
    ),
    ("calendar_reply_outlook", Kind::Calendar, &["SUMMARY:Visit"]),
    (
        "content_type_is_just_text",
        Kind::Personal,
        &["The year is 1993"],
    ),
    ("content_type_twice", Kind::Personal, &["Zweimal für alle"]),
    ("cron_output", Kind::System, &["backup done"]),
    (
        "date_in_1970s_two_digit_year",
        Kind::Personal,
        &["Keep this letter"],
    ),
    ("date_in_german", Kind::Personal, &["Datum deutsch"]),
    ("date_iso_8601", Kind::Personal, &["ISO date"]),
    ("date_leap_second", Kind::Personal, &["Leap"]),
    (
        "date_on_the_30th_of_february",
        Kind::Personal,
        &["No such day"],
    ),
    (
        "date_with_comment_and_named_zone",
        Kind::Personal,
        &["Comment"],
    ),
    ("date_without_zone", Kind::Personal, &["No zone"]),
    (
        "delivered_to_alias",
        Kind::Personal,
        &["info@example.com", "hello@example.com"],
    ),
    (
        "digest_of_two_messages",
        Kind::Personal,
        &[
            "First of the digest.eml",
            "Second of the digest.eml",
            "Text of the first",
        ],
    ),
    (
        "dsn_exchange_german",
        Kind::Bounce,
        &["Fehler bei der Nachrichtenzustellung", "weg@example.net"],
    ),
    (
        "dsn_postfix",
        Kind::Bounce,
        &["550 5.1.1 User unknown", "Our offer.eml"],
    ),
    ("empty_body", Kind::Personal, &["Please call me back"]),
    ("empty_file", Kind::Personal, &[]),
    (
        "encoded_word_inside_quotes",
        Kind::Personal,
        &["Müller, Eva", "eva@example.de"],
    ),
    (
        "encoded_word_never_closed",
        Kind::Personal,
        &["and then plain"],
    ),
    (
        "encoded_word_whole_address",
        Kind::Personal,
        &["Zoë Berg", "zoe@example.nl"],
    ),
    (
        "encoded_word_with_line_break_inside",
        Kind::Personal,
        &["Urgent"],
    ),
    (
        "encoded_word_with_spaces_inside",
        Kind::Personal,
        &["à la carte"],
    ),
    (
        "euc_kr_body",
        Kind::Personal,
        &["견적 요청", "의자 스무 개"],
    ),
    (
        "filename_in_encoded_words",
        Kind::Personal,
        &["Rechnung nº 12.pdf"],
    ),
    (
        "filename_in_raw_utf8",
        Kind::Personal,
        &["Préventif été.pdf"],
    ),
    (
        "filename_only_in_content_type",
        Kind::Personal,
        &["only here.pdf"],
    ),
    (
        "filename_turned_around",
        Kind::Personal,
        &["invoicefdp.exe", "portable-executable"],
    ),
    (
        "filename_unquoted_with_blanks",
        Kind::Personal,
        &["my offer 2026.pdf"],
    ),
    ("filename_with_dots_up", Kind::Personal, &["passwd"]),
    ("filename_with_path", Kind::Personal, &["order.pdf"]),
    (
        "filename_with_quotes_and_semicolon",
        Kind::Personal,
        &["a \"quoted\"; name.pdf"],
    ),
    (
        "format_flowed",
        Kind::Personal,
        &[
            "cut into lines for transport only",
            "And this quote as well",
            "\n-- \nAnna",
        ],
    ),
    (
        "forwarded_as_attachment_without_text",
        Kind::Personal,
        &["forty desks", "I want to buy.eml"],
    ),
    (
        "forwarded_inline_by_gmail",
        Kind::Personal,
        &["Do you deliver to Austria", "new.customer@example.org"],
    ),
    (
        "four_hundred_receivers",
        Kind::Personal,
        &["p399@example.com", "To all"],
    ),
    (
        "from_unclosed_quote",
        Kind::Personal,
        &["anna.rossi@example.net", "Anna Rossi"],
    ),
    (
        "from_without_address",
        Kind::Personal,
        &["A name is all", "Reception Desk"],
    ),
    ("garbage_bytes", Kind::Personal, &[]),
    ("gb2312_body", Kind::Personal, &["询价", "请报价二十把椅子"]),
    ("group_address_empty", Kind::Personal, &["nobody in sight"]),
    (
        "group_address_with_members",
        Kind::Personal,
        &["bo@example.com", "max@example.com", "Bo, B."],
    ),
    (
        "group_of_our_own_domain",
        Kind::Personal,
        &["customer writes"],
    ),
    (
        "header_line_not_indented",
        Kind::Personal,
        &["Offer for 20 chairs", "twenty tables", "Broken fold"],
    ),
    (
        "header_names_in_capitals",
        Kind::Personal,
        &["Café in capitals", "anna.rossi@example.net"],
    ),
    (
        "hebrew_iso_8859_8_i",
        Kind::Personal,
        &["הצעת מחיר", "נא לשלוח"],
    ),
    (
        "html_only_without_text",
        Kind::Personal,
        &["Buongiorno", "preventivo", "12 sedie", "l'ufficio"],
    ),
    ("huge_header", Kind::Personal, &["Still readable behind"]),
    ("ibm850_body", Kind::Personal, &["Größe und Höhe prüfen"]),
    (
        "idn_sender",
        Kind::Personal,
        &["juergen@müller.example", "Jürgen"],
    ),
    ("idn_sender_in_utf8", Kind::Personal, &["用户@例子.example"]),
    (
        "in_reply_to_with_words_around",
        Kind::Personal,
        &["q1@example.com", "q0@example.com"],
    ),
    (
        "inline_picture_without_disposition",
        Kind::Personal,
        &["Our logo", "logo@example.net"],
    ),
    (
        "inner_boundary_begins_like_outer",
        Kind::Personal,
        &["Plain in the inner part", "tail.pdf"],
    ),
    (
        "inner_boundary_never_closed",
        Kind::Personal,
        &["Inner text without end", "after.pdf"],
    ),
    (
        "internal_between_colleagues",
        Kind::Personal,
        &["Please take over"],
    ),
    (
        "iso_2022_jp_subject",
        Kind::Personal,
        &["見積もりのお願い", "山田太郎", "椅子を二十脚"],
    ),
    (
        "iso_2022_jp_subject_without_encoded_word",
        Kind::Personal,
        &["納期について", "納期を教えて"],
    ),
    (
        "koi8_r_body_without_charset",
        Kind::Personal,
        &["Пришлите, пожалуйста, прайс-лист"],
    ),
    (
        "koi8_r_subject_and_body",
        Kind::Personal,
        &["Запрос цены", "пришлите прайс-лист"],
    ),
    (
        "latin1_body_declared_as_utf8",
        Kind::Personal,
        &["résumé de la réunion à Orléans"],
    ),
    ("mailing_list_mailman", Kind::Bulk, &["Does anybody know"]),
    (
        "mbox_from_line_first",
        Kind::Personal,
        &["Cut out of an mbox file", "anna.rossi@example.net"],
    ),
    (
        "message_id_folded_on_next_line",
        Kind::Personal,
        &["very.long.id.0123456789.0123456789.0123456789@mail.example.net"],
    ),
    (
        "message_id_without_brackets",
        Kind::Personal,
        &["No brackets", "20261110.777@example.net"],
    ),
    (
        "message_inside_message",
        Kind::Personal,
        &[
            "see the attached complaint",
            "Complaint about chair nº 7.eml",
        ],
    ),
    (
        "missing_blank_line_before_body",
        Kind::Personal,
        &["the blank line was eaten", "051 123456"],
    ),
    (
        "mixed_alternative_related_nested",
        Kind::Personal,
        &["Two parts arrived broken", "photo.png", "delivery note.pdf"],
    ),
    ("mixed_line_ends", Kind::Personal, &["One", "Four"]),
    ("monitor_alert", Kind::System, &["98 % full"]),
    (
        "multipart_without_boundary",
        Kind::Personal,
        &["only this sentence"],
    ),
    (
        "multipart_without_parts",
        Kind::Personal,
        &["where the first boundary should be"],
    ),
    (
        "name_with_unquoted_comma",
        Kind::Personal,
        &["Rossi, Anna", "anna.rossi@example.net"],
    ),
    ("newsletter_mailchimp", Kind::Bulk, &["Ten new chairs"]),
    (
        "no_headers_at_all",
        Kind::Personal,
        &["text about invoices"],
    ),
    ("no_message_id_but_date", Kind::Personal, &["contract 4711"]),
    (
        "no_message_id_no_date_no_subject",
        Kind::Personal,
        &["Fax received"],
    ),
    ("no_subject", Kind::Personal, &["8812"]),
    ("nul_bytes", Kind::Personal, &["after the NUL", "in it"]),
    (
        "only_cr",
        Kind::Personal,
        &["Carriage returns only", "Second line"],
    ),
    (
        "only_headers_no_blank_line",
        Kind::Personal,
        &["Nothing but headers"],
    ),
    ("only_lf", Kind::Personal, &["Line feeds only"]),
    (
        "order_form_pasted_in_a_letter",
        Kind::Personal,
        &["deliveries@neri.example.org", "12 chairs, green"],
    ),
    (
        "out_of_office_exchange",
        Kind::AutoReply,
        &["until 20 November"],
    ),
    (
        "out_of_office_french_subject_only",
        Kind::AutoReply,
        &["Je suis absente"],
    ),
    (
        "out_of_office_german_subject_only",
        Kind::AutoReply,
        &["nicht erreichbar"],
    ),
    ("out_of_office_gmail", Kind::AutoReply, &["Bin im Urlaub"]),
    (
        "out_of_office_italian_subject_only",
        Kind::AutoReply,
        &["Sono in ferie"],
    ),
    (
        "out_of_office_polish_subject_only",
        Kind::AutoReply,
        &["Jestem na urlopie"],
    ),
    (
        "out_of_office_portuguese_subject_only",
        Kind::AutoReply,
        &["Estou de férias"],
    ),
    (
        "out_of_office_romanian_subject_only",
        Kind::AutoReply,
        &["Sunt în concediu"],
    ),
    (
        "out_of_office_sieve_vacation",
        Kind::AutoReply,
        &["On vacation"],
    ),
    (
        "out_of_office_spanish_subject_only",
        Kind::AutoReply,
        &["Estoy fuera"],
    ),
    ("pgp_encrypted", Kind::Personal, &["encrypted.asc"]),
    (
        "plain_ascii",
        Kind::Personal,
        &["offer for 20 chairs", "Bologna", "anna.rossi@example.net"],
    ),
    ("precedence_bulk_only", Kind::Bulk, &["To all customers"]),
    (
        "quoted_local_part",
        Kind::Personal,
        &["anna rossi@example.net"],
    ),
    (
        "quoted_printable_declared_but_8bit",
        Kind::Personal,
        &["Raw ü and encoded ü"],
    ),
    (
        "quoted_printable_in_lower_case",
        Kind::Personal,
        &["Straße", "nummer 5"],
    ),
    (
        "quoted_printable_soft_break_at_the_end",
        Kind::Personal,
        &["Line one goes on", "with a cut hex"],
    ),
    (
        "quoted_printable_with_double_equals",
        Kind::Personal,
        &["The café has a = b", "100% of it"],
    ),
    (
        "raw_8bit_headers_latin1",
        Kind::Personal,
        &["José Muñoz", "Petición de presupuesto año 2027"],
    ),
    (
        "raw_8bit_headers_utf8",
        Kind::Personal,
        &["Łukasz Żak", "Zapytanie o cenę łóżek", "Dzień dobry"],
    ),
    (
        "read_receipt",
        Kind::AutoReply,
        &["was displayed on 10 Nov"],
    ),
    (
        "references_folded_and_many",
        Kind::Personal,
        &["I accept the offer", "m1@example.com", "m30@example.com"],
    ),
    ("reply_to_differs", Kind::Personal, &["anna@home.example"]),
    (
        "rfc2231_filename_continued",
        Kind::Personal,
        &["Angebot für Stühle 2026.pdf"],
    ),
    (
        "rfc2231_filename_latin1",
        Kind::Personal,
        &["Übersicht.pdf"],
    ),
    (
        "rfc2231_filename_out_of_order",
        Kind::Personal,
        &["first-second.pdf"],
    ),
    ("sent_by_ourselves", Kind::Personal, &["Here is our offer"]),
    ("shop_receipt_from_noreply", Kind::System, &["99.00 EUR"]),
    (
        "signature_with_labels_from_free_mail",
        Kind::Personal,
        &["office@berg.example.org", "price list"],
    ),
    (
        "signed_with_detached_signature",
        Kind::Personal,
        &["This order is binding", "signature.asc"],
    ),
    ("smime_signed_opaque", Kind::Personal, &["smime.p7m"]),
    (
        "spam_complaint_report",
        Kind::System,
        &["email abuse report"],
    ),
    (
        "split_character_in_two_encoded_words",
        Kind::Personal,
        &["Preis é€ 100"],
    ),
    (
        "subject_folded_mid_word",
        Kind::Personal,
        &["delivery of chairs and tables to the new office in"],
    ),
    (
        "text_after_the_last_boundary",
        Kind::Personal,
        &["slipped behind the last boundary", "only.pdf"],
    ),
    (
        "text_file_attached",
        Kind::Personal,
        &["list.txt", "See file"],
    ),
    (
        "twenty_nested_multiparts",
        Kind::Personal,
        &["At the very bottom"],
    ),
    (
        "two_from_headers",
        Kind::Personal,
        &["anna.rossi@example.net", "second@example.org"],
    ),
    (
        "two_hundred_nested_multiparts",
        Kind::Personal,
        &["Too deep to be told apart"],
    ),
    ("two_message_ids", Kind::Personal, &["Two ids"]),
    (
        "two_subjects",
        Kind::Personal,
        &["The first subject", "The second subject"],
    ),
    (
        "two_thousand_headers",
        Kind::Personal,
        &["Behind two thousand headers"],
    ),
    (
        "type_lies_about_program",
        Kind::Personal,
        &["picture.jpg", "portable-executable"],
    ),
    (
        "type_unsaid_word_document",
        Kind::Personal,
        &["contract.docx", "wordprocessingml"],
    ),
    (
        "unknown_charset_name",
        Kind::Personal,
        &["Schöne Grüße aus Österreich"],
    ),
    (
        "utf8_body_declared_as_ascii",
        Kind::Personal,
        &["Perché la consegna è in ritardo"],
    ),
    (
        "utf8_body_declared_as_latin1",
        Kind::Personal,
        &["La quantità è più alta"],
    ),
    (
        "utf_16_body_in_base64",
        Kind::Personal,
        &["Zażółć gęślą jaźń"],
    ),
    ("utf_7_body", Kind::Personal, &["Grüße aus Köln"]),
    (
        "uuencode_transfer_encoding",
        Kind::Personal,
        &["begin 644 note.txt"],
    ),
    ("web_form_as_ourselves", Kind::Personal, &["From the form"]),
    (
        "web_form_with_reply_to",
        Kind::Personal,
        &["Bianchi SRL", "carla@bianchi.example"],
    ),
    (
        "windows_1251_body_without_charset",
        Kind::Personal,
        &["Пришлите, пожалуйста, прайс-лист"],
    ),
    (
        "windows_1252_smart_quotes",
        Kind::Personal,
        &["“Smart” quotes — and a €5 fee…"],
    ),
    (
        "winmail_cut_off",
        Kind::Personal,
        &["Die Liste.", "Liste.txt", "Plan.pdf"],
    ),
    ("winmail_dat", Kind::Personal, &["winmail.dat", "See file"]),
    (
        "winmail_file_with_accents",
        Kind::Personal,
        &[
            "Anbei unser Angebot",
            "Angebot für Stühle – 見積.pdf",
            "Maße.docx",
            "wordprocessingml",
        ],
    ),
    (
        "winmail_html_only",
        Kind::Personal,
        &[
            "die Maße der zwölf Stühle finden Sie anbei",
            "image001.png@01DC52B0",
            "Maße der Stühle.docx",
            "Re: Stühle-Tische.eml",
        ],
    ),
    (
        "winmail_not_encoded",
        Kind::Personal,
        &["Bitte prüfen Sie die Liste", "Liste.txt", "Plan.pdf"],
    ),
    (
        "form_in_a_strangers_mail",
        Kind::Personal,
        &["Rossi Mobili Srl", "Please send"],
    ),
    (
        "form_contact_form_7",
        Kind::Personal,
        &["Carla Bianchi", "Consegna a: Bologna"],
    ),
    (
        "form_wpforms_plain",
        Kind::Personal,
        &["jan@kowalski.example"],
    ),
    ("form_elementor", Kind::Personal, &["joana@silva.example"]),
    (
        "form_gravity_forms_table",
        Kind::Personal,
        &["ion@popescu.example", "pentru zece scaune"],
    ),
    (
        "form_two_columns_ninja_forms",
        Kind::Personal,
        &["bo@berg.example"],
    ),
    (
        "form_squarespace",
        Kind::Personal,
        &["marie@dubois.example"],
    ),
    ("form_shopify", Kind::Personal, &["luis@garcia.example"]),
    (
        "form_jotform_with_list_headers",
        Kind::Personal,
        &["jonas@keller.example"],
    ),
    ("form_typeform", Kind::Personal, &["anna@rossi.example"]),
    (
        "form_of_a_portal_that_nobody_knows",
        Kind::Personal,
        &["Zoe Neri", "12 chairs"],
    ),
    (
        "form_passed_on_by_colleague",
        Kind::Personal,
        &["carla@bianchi.example"],
    ),
    (
        "passed_on_by_outlook_italian",
        Kind::Personal,
        &["2026 18:00"],
    ),
    (
        "passed_on_by_outlook_polish",
        Kind::Personal,
        &["2026 18:00"],
    ),
    (
        "passed_on_by_outlook_german",
        Kind::Personal,
        &["2026 18:00"],
    ),
    (
        "passed_on_by_outlook_portuguese",
        Kind::Personal,
        &["2026 18:00"],
    ),
    (
        "passed_on_by_outlook_romanian",
        Kind::Personal,
        &["2026 18:00"],
    ),
    (
        "passed_on_from_iphone",
        Kind::Personal,
        &["bo@berg.example"],
    ),
    (
        "passed_on_by_a_customer",
        Kind::Personal,
        &["Come to the fair"],
    ),
    (
        "answer_below_its_quote",
        Kind::Personal,
        &["Twenty chairs", "In December"],
    ),
    (
        "signature_italian_without_labels",
        Kind::Personal,
        &["P.IVA 01234567890"],
    ),
    ("visiting_card_attached", Kind::Personal, &["jonas.vcf"]),
    ("checked_by_gmail", Kind::Personal, &["Do you deliver?"]),
    ("taken_for_spam", Kind::Personal, &["a fortune for you"]),
    ("bounce_gmail_in_prose", Kind::Bounce, &["User unknown"]),
    ("bounce_gmail_mailbox_full", Kind::Bounce, &["over quota"]),
    (
        "bounce_exchange_italian",
        Kind::Bounce,
        &["sparita@example.net"],
    ),
    (
        "bounce_exchange_polish",
        Kind::Bounce,
        &["brak@example.net"],
    ),
    ("bounce_gmx", Kind::Bounce, &["User unknown"]),
    (
        "bounce_yahoo",
        Kind::Bounce,
        &["doesn't have a yahoo.com account"],
    ),
];

pub(super) fn own() -> Own {
    let addresses = ["sales@example.com", "max@example.com"];
    Own::new(addresses.map(str::to_owned)).with_forms_of(["@shop.example".to_owned()])
}

pub(super) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mail")
}

fn raw(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name).with_extension("eml")).unwrap()
}

/// Everything that a rule or a person may see, in one text.
fn seen(mail: &Mail) -> String {
    let facts = &mail.facts;
    let mut seen = vec![facts.subject.clone(), facts.text.clone()];
    for one in [
        &facts.from,
        &facts.reply_to,
        &facts.to,
        &facts.cc,
        &facts.bcc,
    ]
    .into_iter()
    .flatten()
    {
        seen.push(one.name.clone());
        seen.push(one.email.clone());
    }
    seen.extend(
        facts
            .attachments
            .iter()
            .flat_map(|file| [file.name.clone(), file.media_type.clone()]),
    );
    seen.extend(
        facts
            .attachments
            .iter()
            .filter_map(|file| file.content_id.clone()),
    );
    seen.extend(
        facts
            .message_id
            .iter()
            .chain(&facts.in_reply_to)
            .chain(&facts.references)
            .cloned(),
    );
    seen.extend(facts.headers.iter().map(|header| header.value.clone()));
    seen.join("\n")
}

/// What most messages say nothing of.
const TOLD: [&str; 9] = [
    "author",
    "authentication",
    "conversation",
    "details",
    "language",
    "new_text",
    "passed_on",
    "reports",
    "spam",
];

/// The facts, long lists and texts cut so that a person can review the snapshot.
fn summary(mail: &Mail) -> Value {
    let mut facts = serde_json::to_value(&mail.facts).unwrap();
    let nothing = serde_json::to_value(MessageFacts::default()).unwrap();
    // The receivers say it already.
    facts.as_object_mut().unwrap().remove("our_recipients");
    for name in TOLD {
        let fields = facts.as_object_mut().unwrap();
        if fields[name] == nothing[name]
            || name == "new_text" && mail.facts.new_text == mail.facts.text
        {
            fields.remove(name);
        }
    }
    for list in facts.as_object_mut().unwrap().values_mut() {
        match list {
            Value::Array(list) if list.len() > 12 => {
                let rest = list.split_off(12).len();
                list.push(json!(format!("and {rest} more")));
            }
            _ => cut(list),
        }
    }
    for header in facts["headers"].as_array_mut().unwrap() {
        header.get_mut("value").into_iter().for_each(cut);
    }
    json!({ "facts": facts, "html": mail.html.as_ref().map(String::len), "identity": mail.identity.0 })
}

fn cut(value: &mut Value) {
    if let Value::String(text) = value
        && text.chars().count() > 2_000
    {
        *text = text.chars().take(2_000).collect::<String>() + "…";
    }
}

#[test]
fn every_message_is_read_as_reviewed() {
    for (name, ..) in MESSAGES {
        let mail = read(&raw(name), &own());
        insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "corpus" }, {
            insta::assert_json_snapshot!(*name, summary(&mail));
        });
    }
}

#[test]
fn no_word_is_lost() {
    let mut lost = Vec::new();
    for (name, _, words) in MESSAGES {
        let seen = seen(&read(&raw(name), &own()));
        lost.extend(
            words
                .iter()
                .filter(|word| !seen.contains(**word))
                .map(|word| format!("{name}: {word}\n")),
        );
    }
    assert!(lost.is_empty(), "{}", lost.concat());
}

#[test]
fn every_kind_is_told() {
    let mut wrong = Vec::new();
    for (name, kind, _) in MESSAGES {
        let facts = read(&raw(name), &own()).facts;
        if facts.kind != *kind {
            wrong.push(format!(
                "{name}: {:?} since {}\n",
                facts.kind, facts.kind_reason.0
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.concat());
}

#[test]
fn every_file_is_in_the_table() {
    let files = std::fs::read_dir(folder()).unwrap();
    let files: BTreeSet<String> = files
        .map(|file| {
            file.unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    let table: BTreeSet<String> = MESSAGES
        .iter()
        .map(|(name, ..)| (*name).to_owned())
        .collect();
    assert_eq!(files, table);
}

#[test]
fn no_text_has_a_nul() {
    for (name, ..) in MESSAGES {
        let mail = read(&raw(name), &own());
        let stored = serde_json::to_string(&mail.facts).unwrap();
        assert!(!stored.contains("\\u0000"), "{name}");
        assert!(!mail.html.is_some_and(|html| html.contains('\0')), "{name}");
    }
}
