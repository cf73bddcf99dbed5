use rules::Attachment;

use super::file_line;

#[test]
fn a_picture_in_the_text_is_told_from_a_file() {
    let file = |media_type: &str, inline| {
        file_line(&Attachment {
            name: "x".to_owned(),
            media_type: media_type.to_owned(),
            size: 70,
            inline,
            content_id: None,
        })
    };
    assert_eq!(
        file("image/png", true),
        "Picture  x (image/png, 70 bytes), in the text"
    );
    assert_eq!(file("image/png", false), "File     x (image/png, 70 bytes)");
    // Apple's mailers call every file inline.
    assert_eq!(
        file("application/pdf", true),
        "File     x (application/pdf, 70 bytes)"
    );
}
