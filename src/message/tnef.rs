//! What is in a winmail.dat: the Transport Neutral Encapsulation Format, in which Outlook packs a message's text and
//! its files ([MS-OXTNEF]; the ids of properties are those of [MS-OXPROPS]).
//!
//! Never fails and never panics: what is damaged or cut off gives what could be read. Takes time linear in the bytes,
//! copies no file, and goes into no message inside. Knows nothing of the mail around it. Why it is ours:
//! `docs/decisions/why-is-winmail-dat-read-by-us.md`.

mod attributes;
mod bytes;
mod code_pages;
mod properties;

use encoding_rs::UTF_16LE;

use super::charset::{self, Decoded};
use super::file_name;

use attributes::{Attribute, Attributes};
use bytes::Bytes;
use properties::{Properties, Value};

/// What every winmail.dat begins with.
pub(super) const SIGNATURE: [u8; 4] = [0x78, 0x9F, 0x3E, 0x22];

/// How many files are looked at.
const MAX_FILES: usize = 1_000;
/// How many bytes of a name, a media type or a content id are decoded.
const MAX_NAME: usize = 4 << 10;

/// A text as it is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Text<'a> {
    /// In UTF-16, little-endian.
    Unicode(&'a [u8]),
    /// In a code page that stands elsewhere.
    InCodePage(&'a [u8]),
}

/// What a winmail.dat holds.
#[derive(Debug, Default)]
pub(super) struct Contents<'a> {
    pub(super) text: Option<Text<'a>>,
    pub(super) html: Option<Text<'a>>,
    /// Whether there is text in compressed RTF, which is not read.
    pub(super) rtf: bool,
    pub(super) files: Vec<File<'a>>,
    /// Whether something is missing at the end of it, or of one of its lists.
    pub(super) cut_off: bool,
    /// Whether some of it is not what its writer summed up.
    pub(super) sum_wrong: bool,
    code_page: Option<u32>,
    internet_code_page: Option<u32>,
}

/// A file, or a message inside.
#[derive(Debug, Default)]
pub(super) struct File<'a> {
    /// Without path; empty if it has none.
    pub(super) name: String,
    /// What it is called where it is shown; of a message, its subject.
    pub(super) title: String,
    /// As its sender declared it; empty if he did not.
    pub(super) media_type: String,
    pub(super) content_id: Option<String>,
    pub(super) data: &'a [u8],
    pub(super) is_message: bool,
    name_rank: u8,
}

/// Reads a winmail.dat; nothing if it is none, or nothing in it can be read.
pub(super) fn read(packed: &[u8]) -> Option<Contents<'_>> {
    let mut rest = Bytes(packed.strip_prefix(&SIGNATURE)?);
    // A key that would tie it to the message around; nobody uses it.
    rest.u16()?;
    let mut attributes = Attributes::new(rest);
    let mut contents = Contents::default();
    let mut some = false;
    for attribute in attributes.by_ref() {
        some |= !attribute.data.is_empty();
        contents.take(attribute);
    }
    contents.cut_off |= attributes.cut_off;
    contents.sum_wrong |= attributes.sum_wrong;
    some.then_some(contents)
}

impl<'a> Contents<'a> {
    fn take(&mut self, Attribute { id, data }: Attribute<'a>) {
        match id {
            // attOemCodepage
            0x9007 => self.code_page = Bytes(data).u32(),
            // attBody
            0x800C => self.text = self.text.or(Some(Text::InCodePage(data))),
            // attMsgProps
            0x9003 => self.take_properties(data),
            // attAttachRendData, with which each file begins
            0x9002 => {
                if self.files.len() < MAX_FILES {
                    self.files.push(File::default());
                } else {
                    self.cut_off = true;
                }
            }
            // attAttachTitle
            0x8010 => self.name_file(1, Text::InCodePage(data)),
            // attAttachData
            0x800F => self.fill_file(data),
            // attAttachment
            0x9005 => self.take_file_properties(data),
            _ => {}
        }
    }

    fn take_properties(&mut self, data: &'a [u8]) {
        let mut properties = Properties::new(data);
        for property in properties.by_ref() {
            match property {
                // PidTagBody; the one in Unicode is better than what attBody had.
                (0x1000, Value::Text(text)) => self.text = Some(text),
                // PidTagBodyHtml, or the same as PidTagHtml
                (0x1013, Value::Text(html)) => self.html = Some(html),
                (0x1013, Value::Binary(html)) => self.html = Some(Text::InCodePage(html)),
                // PidTagRtfCompressed
                (0x1009, Value::Binary(rtf)) => self.rtf |= !rtf.is_empty(),
                // PidTagInternetCodepage
                (0x3FDE, Value::Number(number)) => self.internet_code_page = Some(number),
                _ => {}
            }
        }
        self.cut_off |= properties.cut_off;
    }

    fn take_file_properties(&mut self, data: &'a [u8]) {
        let mut properties = Properties::new(data);
        for property in properties.by_ref() {
            match property {
                // PidTagAttachLongFilename, PidTagAttachFilename, PidTagDisplayName
                (0x3707, Value::Text(name)) => self.name_file(0, name),
                (0x3704, Value::Text(name)) => self.name_file(2, name),
                (0x3001, Value::Text(name)) => {
                    self.name_file(3, name);
                    let title = self.short(name);
                    if let Some(file) = self.files.last_mut() {
                        file.title = title;
                    }
                }
                // PidTagAttachDataBinary, PidTagAttachDataObject
                (0x3701, Value::Binary(data)) => self.fill_file(data),
                (0x3701, Value::Message(data)) => {
                    self.fill_file(data);
                    if let Some(file) = self.files.last_mut() {
                        file.is_message = true;
                    }
                }
                // PidTagAttachMimeTag
                (0x370E, Value::Text(text)) => {
                    let media_type = self.short(text).trim().to_ascii_lowercase();
                    if let Some(file) = self.files.last_mut() {
                        file.media_type = media_type;
                    }
                }
                // PidTagAttachContentId
                (0x3712, Value::Text(text)) => {
                    let id = self.short(text);
                    if let Some(file) = self.files.last_mut() {
                        file.content_id = super::threads::id_of(id.as_bytes());
                    }
                }
                _ => {}
            }
        }
        self.cut_off |= properties.cut_off;
    }

    /// Gives the file that is being read a name unless it has a better one.
    fn name_file(&mut self, rank: u8, name: Text<'a>) {
        let name = self.short(name);
        let Some(file) = self.files.last_mut() else {
            return;
        };
        if file.name.is_empty() || rank < file.name_rank {
            let name = file_name::plain(&name);
            if !name.is_empty() {
                file.name = name;
                file.name_rank = rank;
            }
        }
    }

    fn fill_file(&mut self, data: &'a [u8]) {
        if let Some(file) = self.files.last_mut()
            && file.data.is_empty()
        {
            file.data = data;
        }
    }

    /// A name or the like, decoded.
    fn short(&self, text: Text<'_>) -> String {
        let cut = |bytes| <[u8]>::get(bytes, ..MAX_NAME).unwrap_or(bytes);
        let start = match text {
            Text::Unicode(bytes) => Text::Unicode(cut(bytes)),
            Text::InCodePage(bytes) => Text::InCodePage(cut(bytes)),
        };
        self.decode(start, None).text
    }

    /// Decodes a text that is in the code page of the machine that wrote it, or in `charset` if that is told.
    pub(super) fn decode(&self, text: Text<'_>, charset: Option<&str>) -> Decoded {
        let bytes = match text {
            Text::Unicode(bytes) => {
                let text = UTF_16LE.decode_without_bom_handling(bytes).0;
                let text = text.trim_end_matches('\0').trim_start_matches('\u{FEFF}');
                return Decoded {
                    text: charset::clean(text.to_owned()),
                    guessed: None,
                };
            }
            Text::InCodePage(bytes) => bytes,
        };
        let here = self.code_page.and_then(code_pages::charset);
        let charset = charset.or(here.as_deref());
        if charset.is_some_and(|charset| charset.starts_with("utf-16")) {
            return charset::decode(charset, bytes);
        }
        let end = bytes.iter().rposition(|&byte| byte != 0);
        let text = bytes.get(..end.map_or(0, |end| end + 1));
        charset::decode(charset, text.unwrap_or_default())
    }

    /// The charset that a page in here is in, where that is told outside the page.
    pub(super) fn charset_of_html(&self) -> Option<String> {
        self.internet_code_page.and_then(code_pages::charset)
    }
}

#[cfg(test)]
#[path = "tnef_tests.rs"]
pub(super) mod tests;
