use rules::{PassedOn, PassedOnHow};

use super::super::{Own, read};

fn passed_on(subject: &str, text: &str) -> Vec<PassedOn> {
    let raw = format!(
        "From: max@example.com\nSubject: {subject}\nContent-Type: text/plain; charset=utf-8\n\n{text}"
    );
    read(raw.as_bytes(), &Own::default()).facts.passed_on
}

#[test]
fn each_program_passes_on_in_its_own_way() {
    let gmail = "From: Anna Rossi <anna@example.net>\nDate: Mon, 9 Nov 2026 at 18:00\nSubject: Request\nTo: <max@example.com>\n\nhello";
    let apple = "From: Anna Rossi <anna@example.net>\nSubject: Request\nDate: 9 November 2026 at 18:00:00 CET\nTo: max@example.com\n\nhello";
    for marker in [
        "---------- Forwarded message ---------",
        "---------- Messaggio inoltrato ----------",
        "-------- Weitergeleitete Nachricht --------",
        "-------- Message transféré --------",
        "-------- Przekazana wiadomość --------",
        "-------- Mensagem encaminhada --------",
        "-------- Mesaj redirecționat --------",
        "-------- Mensaje reenviado --------",
        "----- Forwarded Message -----",
        "Begin forwarded message:",
        "Inizio messaggio inoltrato:",
        "Rozpoczęcie przekazywanej wiadomości:",
        "Początek przekazywanej wiadomości:",
        "Início da mensagem reencaminhada:",
        "Începutul mesajului redirecționat:",
        "Anfang der weitergeleiteten Nachricht:",
        "Début du message transféré :",
        "Inicio del mensaje reenviado:",
    ] {
        for block in [gmail, apple] {
            let found = passed_on("Request", &format!("FYI\n\n{marker}\n\n{block}"));
            let [one] = found.as_slice() else {
                panic!("{marker}: {found:?}")
            };
            let from = one.from.as_ref().unwrap();
            assert_eq!(
                (from.name.as_str(), from.email.as_str()),
                ("Anna Rossi", "anna@example.net"),
                "{marker}"
            );
            assert_eq!(
                (one.subject.as_str(), one.text.as_str()),
                ("Request", "hello"),
                "{marker}"
            );
            assert_eq!(one.to[0].email, "max@example.com");
        }
    }
}

#[test]
fn a_telephone_quotes_what_it_passes_on() {
    let text = "Begin forwarded message:\n\n> From: Anna Rossi\n> <anna@example.net>\n> Date: 9 November 2026\n> To: max@example.com\n> Subject: Request\n> \n> hello\n> > quoted";
    let found = passed_on("Fwd: Request", text);
    assert_eq!(found[0].from.as_ref().unwrap().email, "anna@example.net");
    assert_eq!(found[0].text, "hello");
}

#[test]
fn mail_passed_on_twice_is_told_apart() {
    let text = "---------- Forwarded message ---------\nFrom: max@example.com\nSubject: Fwd: Request\n\nfor you\n\n---------- Forwarded message ---------\nFrom: anna@example.net\nDate: Mon, 9 Nov 2026 18:00:00 +0100\nSubject: Request\n\nhello\n\nOn 1 Nov 2026 we@example.com wrote:\n> our offer";
    let found = passed_on("Fwd: Fwd: Request", text);
    let texts: Vec<&str> = found.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(texts, ["for you", "hello"]);
    assert_eq!(
        found[1].date.unwrap().to_rfc3339(),
        "2026-11-09T18:00:00+01:00"
    );
}

#[test]
fn an_attached_message_is_passed_on_unless_its_envelope_answers() {
    let raw = |headers: &str| {
        format!(
            "From: max@example.com\n{headers}Content-Type: multipart/mixed; boundary=b\n\n--b\n\nsee\n--b\nContent-Type: message/rfc822\n\nFrom: Anna <anna@example.net>\nTo: x@y.z\nSubject: Request\nMessage-ID: <i@example.net>\n\nhello\n-- \nAnna\n--b--\n"
        )
    };
    let found = read(raw("").as_bytes(), &Own::default()).facts.passed_on;
    assert_eq!(found[0].how, PassedOnHow::Attached);
    assert_eq!(found[0].message_id.as_deref(), Some("i@example.net"));
    assert_eq!(found[0].text, "hello");
    let answer = raw("In-Reply-To: <a@b>\n");
    assert!(
        read(answer.as_bytes(), &Own::default())
            .facts
            .passed_on
            .is_empty()
    );
}

/// A page alone, as many programs send it.
fn of_page(subject: &str, page: &str) -> rules::MessageFacts {
    let raw = format!(
        "From: max@example.com\nSubject: {subject}\nContent-Type: text/html; charset=utf-8\n\n{page}"
    );
    read(raw.as_bytes(), &Own::default()).facts
}

#[test]
fn pages_pass_on_as_texts_do() {
    for page in [
        // Thunderbird
        "<p>FYI</p><div class=\"moz-forward-container\"><br><br>-------- Forwarded Message --------<table class=\"moz-email-headers-table\"><tbody><tr><th>Subject: </th><td>Request</td></tr><tr><th>Date: </th><td>Mon, 9 Nov 2026 18:00:00 +0100</td></tr><tr><th>From: </th><td>Anna Rossi <a href=\"mailto:anna@example.net\">&lt;anna@example.net&gt;</a></td></tr><tr><th>To: </th><td>max@example.com</td></tr></tbody></table><br><p>hello</p></div>",
        // Gmail
        "<div>FYI<br><br><div class=\"gmail_quote\"><div dir=\"ltr\">---------- Forwarded message ---------<br>From: <strong>Anna Rossi</strong> <span>&lt;<a href=\"mailto:anna@example.net\">anna@example.net</a>&gt;</span><br>Date: Mon, 9 Nov 2026 at 18:00<br>Subject: Request<br>To:  &lt;max@example.com&gt;<br></div><br><br><div>hello</div></div></div>",
        // Outlook
        "<div><p class=MsoNormal>FYI<o:p></o:p></p><div style='border-top:solid'><p class=MsoNormal><b>From:</b> Anna Rossi &lt;anna@example.net&gt; <br><b>Sent:</b> Monday, November 9, 2026 6:00 PM<br><b>To:</b> Max &lt;max@example.com&gt;<br><b>Subject:</b> Request<o:p></o:p></p></div><p class=MsoNormal>hello</p></div>",
        // Apple
        "<div>FYI<br><div><br><blockquote type=\"cite\"><div>Begin forwarded message:</div><br><div><span><b>From: </b></span><span>Anna Rossi &lt;<a href=\"mailto:anna@example.net\">anna@example.net</a>&gt;<br></span></div><div><span><b>Subject: </b></span><span><b>Request</b><br></span></div><div><span><b>Date: </b></span><span>9 November 2026 at 18:00:00 CET<br></span></div><div><span><b>To: </b></span><span>max@example.com<br></span></div><br><div>hello</div></blockquote></div></div>",
    ] {
        let facts = of_page("Fwd: Request", page);
        let [one] = facts.passed_on.as_slice() else {
            panic!("{page}: {}", facts.text)
        };
        let from = one
            .from
            .as_ref()
            .map(|from| (from.name.as_str(), from.email.as_str()));
        assert_eq!(
            from,
            Some(("Anna Rossi", "anna@example.net")),
            "{}",
            facts.text
        );
        assert_eq!(
            (
                one.subject.as_str(),
                one.text.as_str(),
                facts.new_text.as_str()
            ),
            ("Request", "hello", "FYI"),
            "{}",
            facts.text
        );
        assert!(one.date.is_some(), "{}", facts.text);
    }
}

#[test]
fn pages_quote_as_texts_do() {
    for page in [
        "<div dir=\"ltr\">Yes we do.</div><br><div class=\"gmail_quote\"><div class=\"gmail_attr\">On Mon, Nov 9, 2026 at 6:00 PM Anna Rossi &lt;<a href=\"mailto:anna@example.net\">anna@example.net</a>&gt; wrote:<br></div><blockquote>hello</blockquote></div>",
        "<p>Yes we do.</p><hr><div><b>Da:</b> Anna Rossi &lt;anna@example.net&gt;<br><b>Inviato:</b> lunedì<br><b>A:</b> x@y.z<br><b>Oggetto:</b> Richiesta</div><div>hello</div>",
        "<p>Yes we do.</p><p>Il 09/11/26 18:00, Anna Rossi ha scritto:</p><blockquote><p>hello</p></blockquote>",
    ] {
        assert_eq!(of_page("Re: x", page).new_text, "Yes we do.", "{page}");
    }
}
