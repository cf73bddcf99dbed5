use super::tell;

const PNG: &[u8] = b"\x89PNG\r\n\x1A\n";
const ZIP: &[u8] = b"PK\x03\x04\x14\x00";

#[test]
fn first_bytes_beat_the_header() {
    assert_eq!(tell("image/jpeg", PNG, "x.jpg"), "image/png");
    assert_eq!(tell("text/plain", b"%PDF-1.7", "x.txt"), "application/pdf");
    assert_eq!(
        tell("image/png", b"MZ\x90\0\x03", "x.png"),
        "application/vnd.microsoft.portable-executable"
    );
}

#[test]
fn a_container_is_told_by_name_then_by_header() {
    let docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    assert_eq!(tell("application/octet-stream", ZIP, "x.DOCX"), docx);
    assert_eq!(tell(docx, ZIP, ""), docx);
    assert_eq!(tell("image/png", ZIP, "x.png"), "application/zip");
    assert_eq!(
        tell(
            "application/octet-stream",
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
            "x.xls"
        ),
        "application/vnd.ms-excel"
    );
    // A name alone makes no zip file of a picture.
    assert_eq!(tell("image/png", PNG, "x.docx"), "image/png");
}

#[test]
fn where_bytes_tell_nothing_the_header_is_believed() {
    assert_eq!(tell("text/csv", b"a;b", "x.txt"), "text/csv");
    assert_eq!(
        tell("application/octet-stream", b"a;b", "x.csv"),
        "text/csv"
    );
    assert_eq!(
        tell("application/octet-stream", b"a;b", "x.docx"),
        "application/octet-stream"
    );
    assert_eq!(tell("nonsense", b"", ""), "application/octet-stream");
    assert_eq!(
        tell("text/plain", b"MZ is a country code", "x"),
        "text/plain"
    );
}

#[test]
fn media_in_boxes_are_told() {
    assert_eq!(tell("", b"RIFF\x01\x02\x03\x04WEBP", ""), "image/webp");
    assert_eq!(tell("", b"\0\0\0\x18ftypheic", ""), "image/heic");
    assert_eq!(tell("", b"\0\0\0\x18ftypisom", ""), "video/mp4");
}
