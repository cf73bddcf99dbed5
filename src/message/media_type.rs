//! What a file is: by its first bytes where they tell, else by its header, else by its name.

/// How many first bytes are looked at.
pub(super) const LOOK_AT: usize = 16;

const UNSAID: &str = "application/octet-stream";
const ZIP: &str = "application/zip";
const OLE: &str = "application/x-ole-storage";
const PROGRAM: &str = "application/vnd.microsoft.portable-executable";

/// First bytes that only one sort of file has.
const MAGIC: [(&[u8], &str); 16] = [
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1A\n", "image/png"),
    (b"\xFF\xD8\xFF", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"PK\x03\x04", ZIP),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", OLE),
    (b"{\\rtf", "application/rtf"),
    (b"\x1F\x8B\x08", "application/gzip"),
    (b"Rar!\x1A\x07", "application/vnd.rar"),
    (b"7z\xBC\xAF\x27\x1C", "application/x-7z-compressed"),
    (b"\x7FELF", "application/x-elf"),
    (b"BZh", "application/x-bzip2"),
    (b"\x78\x9F\x3E\x22", "application/ms-tnef"),
];

/// Names that tell more than a container's first bytes, or all there is to tell.
const ENDINGS: [(&str, &str, &str); 24] = [
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ZIP,
    ),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ZIP,
    ),
    (
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ZIP,
    ),
    ("odt", "application/vnd.oasis.opendocument.text", ZIP),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet", ZIP),
    (
        "odp",
        "application/vnd.oasis.opendocument.presentation",
        ZIP,
    ),
    ("epub", "application/epub+zip", ZIP),
    ("jar", "application/java-archive", ZIP),
    ("doc", "application/msword", OLE),
    ("xls", "application/vnd.ms-excel", OLE),
    ("ppt", "application/vnd.ms-powerpoint", OLE),
    ("msg", "application/vnd.ms-outlook", OLE),
    ("txt", "text/plain", ""),
    ("csv", "text/csv", ""),
    ("htm", "text/html", ""),
    ("html", "text/html", ""),
    ("xml", "application/xml", ""),
    ("json", "application/json", ""),
    ("ics", "text/calendar", ""),
    ("vcf", "text/vcard", ""),
    ("eml", "message/rfc822", ""),
    ("svg", "image/svg+xml", ""),
    ("mp3", "audio/mpeg", ""),
    ("p7s", "application/pkcs7-signature", ""),
];

/// The true media type of a file that is declared as `declared`, begins with `head` and is called `name`.
pub(super) fn tell(declared: &str, head: &[u8], name: &str) -> String {
    let declared = if is_media_type(declared) {
        declared
    } else {
        UNSAID
    };
    let by_name = ending_of(name);
    let Some(magic) = by_bytes(head) else {
        let unsaid = matches!(
            declared,
            UNSAID | "application/x-download" | "application/force-download"
        );
        // No first bytes can show a text to be one, so the name may only fill in what the header left out.
        return by_name
            .filter(|(_, container)| unsaid && container.is_empty())
            .map_or(declared, |(told, _)| told)
            .to_owned();
    };
    if magic == ZIP || magic == OLE {
        if let Some((told, _)) = by_name.filter(|(_, container)| *container == magic) {
            return told.to_owned();
        }
        // Hundreds of formats are zip or OLE files; the header is believed unless it names what it can't be.
        let other = [
            "text/",
            "image/",
            "audio/",
            "video/",
            "message/",
            "multipart/",
        ]
        .iter()
        .any(|not| declared.starts_with(not));
        let told = if declared == UNSAID || declared == "application/pdf" || other {
            magic
        } else {
            declared
        };
        return told.to_owned();
    }
    magic.to_owned()
}

fn by_bytes(head: &[u8]) -> Option<&'static str> {
    if let Some((_, told)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some(told);
    }
    match head {
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Some("image/webp"),
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'A',
            b'V',
            b'E',
            ..,
        ] => Some("audio/wav"),
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => Some(
            if brand.starts_with(b"heic") || brand.starts_with(b"mif1") {
                "image/heic"
            } else {
                "video/mp4"
            },
        ),
        // Two letters could begin a text; the header of a program has a small number next.
        [b'M', b'Z', _, low, ..] if *low < 2 => Some(PROGRAM),
        _ => None,
    }
}

fn ending_of(name: &str) -> Option<(&'static str, &'static str)> {
    let (_, ending) = name.rsplit_once('.')?;
    ENDINGS
        .iter()
        .find(|(known, ..)| ending.eq_ignore_ascii_case(known))
        .map(|(_, told, container)| (*told, *container))
}

fn is_media_type(text: &str) -> bool {
    let fine = |piece: &str| {
        !piece.is_empty()
            && piece.len() <= 127
            && piece
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    text.split_once('/')
        .is_some_and(|(left, right)| fine(left) && fine(right))
}

#[cfg(test)]
#[path = "media_type_tests.rs"]
mod tests;
