//! Word of a message as a person reads it: what it is about, whom it is from, which rule tells.

use crate::store::notices::Notice;

/// What the mail is about, on one line.
pub(super) fn subject(notice: &Notice) -> String {
    one_line(&format!("{}: {}", notice.rule, notice.subject))
}

/// The mail's text, in lines that end with LF.
pub(super) fn body(notice: &Notice) -> String {
    let Notice {
        message,
        subject,
        from,
        rule,
        text,
    } = notice;
    let said = match text.as_str() {
        "" => String::new(),
        text => format!("\n{text}\n"),
    };
    format!(
        "Message {message}\nFrom     {}\nSubject  {}\nRule     {}\n{said}\n`mailroom message show {message}` shows it.\n\n-- \nMailroom\n",
        one_line(from),
        one_line(subject),
        one_line(rule)
    )
}

/// What mail says can begin no line of its own.
fn one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

#[cfg(test)]
mod tests {
    use super::{Notice, body, subject};

    #[test]
    fn a_notice_tells_what_it_is_about_and_nothing_begins_a_line() {
        let notice = Notice {
            message: 7,
            subject: "Chairs\r\nBcc: eve@example.net".to_owned(),
            from: "anna@example.it".to_owned(),
            rule: "Orders".to_owned(),
            text: "Look at once.".to_owned(),
        };
        assert_eq!(subject(&notice), "Orders: Chairs  Bcc: eve@example.net");
        insta::assert_snapshot!(body(&notice));
    }
}
