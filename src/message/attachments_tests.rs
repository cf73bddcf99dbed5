use rules::Attachment;

use super::super::{Own, read};

fn list(part: &str) -> Vec<Attachment> {
    let raw = format!(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<img src=\"cid:p@x\">\n--b\n{part}\n--b--\n"
    );
    read(raw.as_bytes(), &Own::default()).facts.attachments
}

#[test]
fn a_picture_that_the_page_shows_is_inline() {
    let shown = list("Content-Type: image/png\nContent-ID: <p@x>\n\nx");
    assert!(shown[0].inline);
    assert_eq!(shown[0].content_id.as_deref(), Some("p@x"));
    assert!(!list("Content-Type: image/png\nContent-ID: <q@x>\n\nx")[0].inline);
    assert!(
        !list("Content-Type: image/png\nContent-ID: <p@x>\nContent-Disposition: attachment\n\nx")
            [0]
        .inline
    );
}

#[test]
fn sizes_are_decoded_and_types_true() {
    let file = list(
        "Content-Type: application/octet-stream; name=x\nContent-Transfer-Encoding: base64\n\nJVBERi0xLjQ=",
    );
    assert_eq!(
        (file[0].size, file[0].media_type.as_str()),
        (8, "application/pdf")
    );
}

#[test]
fn a_message_inside_is_called_by_its_subject() {
    assert_eq!(
        list("Content-Type: message/rfc822\n\nSubject: a/b\n\nx")[0].name,
        "a-b.eml"
    );
    assert_eq!(
        list("Content-Type: message/rfc822\n\nx")[0].name,
        "message.eml"
    );
    let encoded =
        "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdDogaGkKCng=";
    assert_eq!(list(encoded)[0].name, "hi.eml");
}

#[test]
fn another_form_of_the_same_text_is_no_file() {
    assert!(list("Content-Type: text/x-amp-html\n\nx").is_empty());
}
