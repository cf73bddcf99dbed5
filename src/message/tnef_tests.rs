//! What a small writer packs is read back; anything else at all is read without a panic.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use proptest::prelude::*;
use proptest::sample::Index;

use super::{Contents, MAX_FILES, Text, read};

pub(in super::super) const OF_MESSAGE: u8 = 1;
pub(in super::super) const OF_FILE: u8 = 2;
pub(in super::super) const CODE_PAGE: u32 = 0x0006_9007;
pub(in super::super) const BODY: u32 = 0x0002_800C;
pub(in super::super) const MESSAGE_PROPERTIES: u32 = 0x0006_9003;
pub(in super::super) const FILE_BEGINS: u32 = 0x0006_9002;
pub(in super::super) const TITLE: u32 = 0x0001_8010;
pub(in super::super) const DATA: u32 = 0x0006_800F;
pub(in super::super) const FILE_PROPERTIES: u32 = 0x0006_9005;
const STRING8: u16 = 0x1E;
const UNICODE: u16 = 0x1F;
const BINARY: u16 = 0x0102;
const OBJECT: u16 = 0x0D;

/// A winmail.dat that is being written.
#[derive(Clone)]
pub(in super::super) struct Packer(pub(in super::super) Vec<u8>);

impl Packer {
    pub(in super::super) fn new() -> Self {
        Self(vec![0x78, 0x9F, 0x3E, 0x22, 0x34, 0x12])
    }

    pub(in super::super) fn attribute(mut self, level: u8, id: u32, data: &[u8]) -> Self {
        let sum = data
            .iter()
            .fold(0_u16, |sum, byte| sum.wrapping_add((*byte).into()));
        self.0.push(level);
        self.0.extend(id.to_le_bytes());
        self.0
            .extend(u32::try_from(data.len()).unwrap().to_le_bytes());
        self.0.extend(data);
        self.0.extend(sum.to_le_bytes());
        self
    }

    pub(in super::super) fn properties(self, list: &[Vec<u8>]) -> Self {
        self.attribute(OF_MESSAGE, MESSAGE_PROPERTIES, &counted_list(list))
    }

    pub(in super::super) fn file(self, title: &str, data: &[u8], list: &[Vec<u8>]) -> Self {
        let title = format!("{title}\0");
        self.attribute(OF_FILE, FILE_BEGINS, &[0; 14])
            .attribute(OF_FILE, TITLE, title.as_bytes())
            .attribute(OF_FILE, DATA, data)
            .attribute(OF_FILE, FILE_PROPERTIES, &counted_list(list))
    }
}

fn counted_list(list: &[Vec<u8>]) -> Vec<u8> {
    let mut data = u32::try_from(list.len()).unwrap().to_le_bytes().to_vec();
    data.extend(list.concat());
    data
}

fn head(kind: u16, id: u16) -> Vec<u8> {
    [kind.to_le_bytes(), id.to_le_bytes()].concat()
}

/// Four bytes of a number, length or count.
fn four(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap().to_le_bytes()
}

fn padded(value: &[u8]) -> Vec<u8> {
    let mut value = value.to_vec();
    value.resize(value.len().next_multiple_of(4), 0);
    value
}

fn counted(kind: u16, id: u16, values: &[&[u8]]) -> Vec<u8> {
    let mut property = head(kind, id);
    property.extend(four(values.len()));
    for value in values {
        property.extend(four(value.len()));
        property.extend(padded(value));
    }
    property
}

pub(in super::super) fn number(id: u16, number: u32) -> Vec<u8> {
    [head(3, id), number.to_le_bytes().to_vec()].concat()
}

pub(in super::super) fn unicode(id: u16, text: &str) -> Vec<u8> {
    let text = format!("{text}\0");
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    counted(UNICODE, id, &[&bytes])
}

pub(in super::super) fn binary(id: u16, bytes: &[u8]) -> Vec<u8> {
    counted(BINARY, id, &[bytes])
}

pub(in super::super) fn message_inside(bytes: &[u8]) -> Vec<u8> {
    let interface = [7, 3, 2, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46];
    counted(OBJECT, 0x3701, &[&[&interface, bytes].concat()])
}

fn text_of(contents: &Contents<'_>, text: Option<Text<'_>>) -> String {
    contents.decode(text.unwrap(), None).text
}

/// One of every type of property, named and of several values, and behind them what is asked for.
fn every_type() -> Vec<Vec<u8>> {
    let name = [
        "Keyword"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>(),
        vec![0, 0],
    ]
    .concat();
    let named = |id: u16, kind: u16, name: Vec<u8>, value: Vec<u8>| {
        [head(kind, id), vec![9; 16], name, value].concat()
    };
    let by_text = [four(1).to_vec(), four(name.len()).to_vec(), padded(&name)].concat();
    let by_number = [four(0).to_vec(), four(0x8102).to_vec()].concat();
    vec![
        head(1, 0x1001),
        [head(2, 0x1002), vec![7, 0, 0, 0]].concat(),
        number(0x1003, 7),
        [head(4, 0x1004), vec![0; 4]].concat(),
        [head(5, 0x1005), vec![0; 8]].concat(),
        [head(6, 0x1006), vec![0; 8]].concat(),
        [head(7, 0x1007), vec![0; 8]].concat(),
        [head(0x0A, 0x100A), vec![0; 4]].concat(),
        [head(0x0B, 0x100B), vec![1, 0, 0, 0]].concat(),
        counted(OBJECT, 0x100D, &[b"short"]),
        [head(0x14, 0x1014), vec![0; 8]].concat(),
        counted(STRING8, 0x101E, &[b"odd\0"]),
        counted(UNICODE, 0x101F, &[b"o\0d\0d\0\0\0"]),
        [head(0x40, 0x1040), vec![0; 8]].concat(),
        [head(0x48, 0x1048), vec![0; 16]].concat(),
        [head(0x1002, 0x2002), four(3).to_vec(), vec![0; 12]].concat(),
        [head(0x1003, 0x2003), four(3).to_vec(), vec![0; 12]].concat(),
        [head(0x1048, 0x2048), four(2).to_vec(), vec![0; 32]].concat(),
        counted(0x1000 | STRING8, 0x201E, &[b"a\0", b"", b"five\0"]),
        counted(0x1000 | UNICODE, 0x1000, &[b"a\0\0\0", b"\0\0"]),
        counted(0x1000 | BINARY, 0x2102, &[b"12345", b"6"]),
        named(0x8001, 3, by_number, vec![1, 0, 0, 0]),
        named(
            0x8002,
            UNICODE,
            by_text.clone(),
            counted(UNICODE, 0, &[b"x\0\0\0"])[4..].to_vec(),
        ),
        named(
            0x8003,
            0x1000 | STRING8,
            by_text,
            counted(STRING8, 0, &[b"x\0", b"yes\0"])[4..].to_vec(),
        ),
        unicode(0x1000, "Grüße, 世界"),
        binary(0x1013, b"<p>Gr\xFC\xDFe</p>"),
        number(0x3FDE, 28_591),
    ]
}

#[test]
fn properties_of_every_type_are_walked_over() {
    let packed = Packer::new().properties(&every_type());
    let contents = read(&packed.0).unwrap();
    assert!(!contents.cut_off && !contents.sum_wrong);
    assert_eq!(text_of(&contents, contents.text), "Grüße, 世界");
    assert_eq!(contents.charset_of_html().as_deref(), Some("iso-8859-1"));
    assert_eq!(text_of(&contents, contents.html), "<p>Grüße</p>");
}

#[test]
fn names_are_in_the_code_page_or_in_unicode() {
    let code_page = |number: u32, bytes: &[u8]| {
        let packed = Packer::new()
            .attribute(
                OF_MESSAGE,
                CODE_PAGE,
                &[number.to_le_bytes(), [0; 4]].concat(),
            )
            .attribute(OF_FILE, FILE_BEGINS, &[0; 14])
            .attribute(OF_FILE, TITLE, bytes);
        read(&packed.0).unwrap().files.remove(0).name
    };
    for (number, bytes, name) in [
        (1252, &b"Gr\xFC\xDFe.txt\0"[..], "Grüße.txt"),
        (1251, b"\xD6\xE5\xED\xE0.xls\0\0", "Цена.xls"),
        (932, b"\x8C\xA9\x90\xCF.pdf\0", "見積.pdf"),
        (936, b"\xB1\xA8\xBC\xDB.pdf\0", "报价.pdf"),
        (850, b"\x81ber.pdf\0", "über.pdf"),
        (65_001, "naïve.pdf\0".as_bytes(), "naïve.pdf"),
        (4_000_000_000, b"plain.pdf\0", "plain.pdf"),
        (1252, b"C:\\Users\\anna\\fdp.\x1Fexe\0", "fdp.exe"),
    ] {
        assert_eq!(code_page(number, bytes), name, "{number}");
    }
}

#[test]
fn the_long_name_is_better_than_the_short_one() {
    let list = [
        unicode(0x3704, "ANGEBO~1.PDF"),
        unicode(0x3001, "What it shows"),
        unicode(0x3707, "Angebot für Stühle.pdf"),
        unicode(0x370E, "Application/PDF "),
        unicode(0x3712, "image001.png@01DC"),
    ];
    let packed = Packer::new().file("ANGEBO~1.PDF", b"%PDF-1.4", &list);
    let contents = read(&packed.0).unwrap();
    let file = &contents.files[0];
    assert_eq!(file.name, "Angebot für Stühle.pdf");
    assert_eq!(file.media_type, "application/pdf");
    assert_eq!(file.content_id.as_deref(), Some("image001.png@01DC"));
    assert_eq!((file.data, file.is_message), (&b"%PDF-1.4"[..], false));
    let bare = Packer::new().file("", b"x", &[unicode(0x3001, "shown.txt")]);
    assert_eq!(read(&bare.0).unwrap().files[0].name, "shown.txt");
}

#[test]
fn data_may_stand_among_the_properties() {
    let stored = counted(OBJECT, 0x3701, &[&[&[5; 16][..], b"OLE"].concat()]);
    for (list, data, is_message) in [
        (binary(0x3701, b"in here"), &b"in here"[..], false),
        (message_inside(b"more"), b"more", true),
        (stored, b"OLE", false),
    ] {
        let packed = Packer::new().file("x", b"", &[list]);
        let contents = read(&packed.0).unwrap();
        let file = &contents.files[0];
        assert_eq!((file.data, file.is_message), (data, is_message));
    }
}

#[test]
fn what_is_no_winmail_dat_is_none() {
    for bytes in [
        &b""[..],
        b"x",
        b"\x78\x9F\x3E\x22",
        b"\x78\x9F\x3E\x22\x01\x00",
        b"%PDF-1.4 and more",
    ] {
        assert!(read(bytes).is_none());
    }
    assert!(read(&Packer::new().attribute(OF_MESSAGE, BODY, b"").0).is_none());
    let zeros = [Packer::new().0, vec![0; 40]].concat();
    assert!(read(&zeros).is_none());
}

#[test]
fn what_is_cut_off_gives_what_is_there_and_says_so() {
    let whole = Packer::new()
        .attribute(OF_MESSAGE, BODY, b"Hello\0")
        .file("a.txt", b"first", &every_type())
        .file("b.txt", b"second", &every_type());
    assert!(!read(&whole.0).unwrap().cut_off);
    for end in 0..whole.0.len() {
        if let Some(contents) = read(&whole.0[..end]) {
            let between = [23, 6].contains(&end) || whole.0[end] == OF_FILE;
            assert!(contents.cut_off || between, "{end}");
        }
    }
    let half = read(&whole.0[..whole.0.len() - 40]).unwrap();
    assert_eq!(half.files[1].data, b"second");
    let filled = [whole.0, b"\r\n\0\0".to_vec()].concat();
    assert!(!read(&filled).unwrap().cut_off);
}

#[test]
fn a_wrong_sum_is_noted_and_read_on() {
    let mut packed = Packer::new().attribute(OF_MESSAGE, BODY, b"Hello\0").0;
    *packed.last_mut().unwrap() ^= 1;
    let packed = Packer(packed).file("a.txt", b"first", &[]).0;
    let contents = read(&packed).unwrap();
    assert!(contents.sum_wrong && !contents.cut_off);
    assert_eq!(contents.files[0].data, b"first");
}

#[test]
fn what_lies_about_its_size_costs_a_moment() {
    let endless = |kind: u16| [head(kind, 0x1000), four(u32::MAX as usize).to_vec()].concat();
    for list in [
        [four(u32::MAX as usize).to_vec(), head(1, 1).repeat(500_000)].concat(),
        [four(1).to_vec(), endless(0x1001)].concat(),
        [four(1).to_vec(), endless(0x1003)].concat(),
        [four(1).to_vec(), endless(STRING8), vec![0; 2_000_000]].concat(),
        [
            four(1).to_vec(),
            head(STRING8, 1),
            four(1).to_vec(),
            vec![0xFF; 8],
        ]
        .concat(),
        [four(1).to_vec(), head(0x77, 1)].concat(),
        [four(1).to_vec(), head(3, 0x8000), vec![0; 9]].concat(),
    ] {
        let packed = Packer::new().attribute(OF_MESSAGE, MESSAGE_PROPERTIES, &list);
        assert!(read(&packed.0).unwrap().cut_off);
    }
    let begins = Packer::new().attribute(OF_FILE, FILE_BEGINS, &[1]).0[6..].to_vec();
    let many = [Packer::new().0, begins.repeat(50_000)].concat();
    let contents = read(&many).unwrap();
    assert!(contents.cut_off && contents.files.len() == MAX_FILES);
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let packed = [Packer::new().0, bytes.clone()].concat();
        read(&packed);
        let list = Packer::new().attribute(OF_MESSAGE, MESSAGE_PROPERTIES, &bytes);
        let file = list.attribute(OF_FILE, FILE_BEGINS, &[0; 14]).attribute(OF_FILE, FILE_PROPERTIES, &bytes);
        read(&file.0);
    }

    #[test]
    fn damage_is_survived(
        at in any::<Index>(),
        length in 0..30_usize,
        put in prop::collection::vec(any::<u8>(), 0..30),
    ) {
        let whole = Packer::new().properties(&every_type()).file("a.txt", b"first", &every_type());
        let mut packed = whole.0;
        let start = at.index(packed.len() + 1);
        let end = (start + length).min(packed.len());
        packed.splice(start..end, put);
        if let Some(contents) = read(&packed) {
            for text in [contents.text, contents.html].into_iter().flatten() {
                prop_assert!(!contents.decode(text, None).text.contains('\0'));
            }
            prop_assert!(contents.files.iter().all(|file| file.data.len() <= packed.len()));
        }
    }

    #[test]
    fn what_is_written_is_read_back(
        text in "[a-zé世 ]{1,40}",
        files in prop::collection::vec(("[a-zA-Zß世🚲]{1,12}\\.[a-z]{3}", prop::collection::vec(any::<u8>(), 0..200), any::<bool>()), 0..6),
    ) {
        let mut packed = Packer::new().properties(&[every_type(), vec![unicode(0x1000, &text)]].concat());
        for (name, data, inside) in &files {
            let list = [every_type(), vec![unicode(0x3707, name)]].concat();
            packed = if *inside {
                packed.file("SHORT~1.DAT", b"", &[list, vec![binary(0x3701, data)]].concat())
            } else {
                packed.file("SHORT~1.DAT", data, &list)
            };
        }
        let contents = read(&packed.0).unwrap();
        prop_assert!(!contents.cut_off && !contents.sum_wrong);
        prop_assert_eq!(text_of(&contents, contents.text), text);
        let read_back: Vec<(String, Vec<u8>)> = contents.files.iter().map(|file| (file.name.clone(), file.data.to_vec())).collect();
        let written: Vec<(String, Vec<u8>)> = files.into_iter().map(|(name, data, _)| (name, data)).collect();
        prop_assert_eq!(read_back, written);
    }
}
