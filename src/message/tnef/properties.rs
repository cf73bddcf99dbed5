//! The MAPI properties that an attribute of a winmail.dat holds ([MS-OXTNEF] 2.1.3.4, [MS-OXCDATA] 2.11.1).
//!
//! Walks over all of them (named, of several values, of types nobody needs here) and gives the value of those that
//! have one of a type that is read. Whatever can't be walked over ends the list.

use super::Text;
use super::bytes::Bytes;

/// How many properties of one list are looked at.
const MAX_PROPERTIES: u32 = 10_000;
/// From here on properties are known by a name that stands in front of the value.
const NAMED: u16 = 0x8000;
/// Set in the type of a property that has several values.
const MANY: u16 = 0x1000;

const OBJECT: u16 = 0x000D;
const STRING8: u16 = 0x001E;
const UNICODE: u16 = 0x001F;
const BINARY: u16 = 0x0102;

/// An object's interface stands in front of it; this one is of a message.
const INTERFACE: usize = 16;
const MESSAGE: [u8; INTERFACE] = [7, 3, 2, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46];

/// The value of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// Of 32 bits.
    Number(u32),
    Text(Text<'a>),
    Binary(&'a [u8]),
    /// A message inside the message, of this many bytes.
    Message(&'a [u8]),
    /// One that nobody asks for.
    Other,
}

/// The properties of one attribute.
#[derive(Debug)]
pub(super) struct Properties<'a> {
    rest: Bytes<'a>,
    left: u32,
    /// Whether there should be more than could be read.
    pub(super) cut_off: bool,
}

impl<'a> Properties<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        let mut rest = Bytes(data);
        let count = rest.u32();
        Self {
            rest,
            left: count.unwrap_or(0).min(MAX_PROPERTIES),
            cut_off: count.is_none_or(|count| count > MAX_PROPERTIES),
        }
    }

    fn read(&mut self) -> Option<(u16, Value<'a>)> {
        let kind = self.rest.u16()?;
        let id = self.rest.u16()?;
        if id >= NAMED {
            self.skip_name()?;
        }
        Some((id, self.values(kind)?))
    }

    /// A set of names, and in it a number or a text in UTF-16.
    fn skip_name(&mut self) -> Option<()> {
        self.rest.up_to(16);
        if self.rest.u32()? == 0 {
            self.rest.u32()?;
        } else {
            let length = self.rest.u32()?;
            self.rest.up_to(length);
            self.rest.skip_padding(length);
        }
        Some(())
    }

    /// The first value of a property; several are walked over.
    fn values(&mut self, kind: u16) -> Option<Value<'a>> {
        let (kind, many) = (kind & !MANY, kind & MANY != 0);
        let count = if many || is_counted(kind) {
            self.rest.u32()?
        } else {
            1
        };
        let mut first = None;
        for _ in 0..count {
            let value = self.value(kind, many)?;
            first.get_or_insert(value);
        }
        Some(first.filter(|_| !many).unwrap_or(Value::Other))
    }

    fn value(&mut self, kind: u16, many: bool) -> Option<Value<'a>> {
        let length = match kind {
            // Nothing at all; a number of those would only cost time.
            0x0000 | 0x0001 if !many => 0,
            0x0002 | 0x000B => 2,
            0x0003 | 0x0004 | 0x000A => 4,
            0x0005..=0x0007 | 0x0014 | 0x0040 => 8,
            0x0048 => 16,
            kind if is_counted(kind) => self.rest.u32()?,
            _ => return None,
        };
        let data = self.rest.up_to(length);
        self.rest.skip_padding(length);
        if data.len() < usize::try_from(length).unwrap_or(usize::MAX) {
            self.cut_off = true;
            // The beginning of a text is worth something, that of a number nothing.
            if !is_counted(kind) {
                return None;
            }
        }
        Some(match kind {
            0x0003 => Bytes(data).u32().map_or(Value::Other, Value::Number),
            STRING8 => Value::Text(Text::InCodePage(data)),
            UNICODE => Value::Text(Text::Unicode(data)),
            BINARY => Value::Binary(data),
            OBJECT => object(data),
            _ => Value::Other,
        })
    }
}

impl<'a> Iterator for Properties<'a> {
    type Item = (u16, Value<'a>);

    fn next(&mut self) -> Option<(u16, Value<'a>)> {
        self.left = self.left.checked_sub(1)?;
        let read = self.read();
        if read.is_none() {
            self.cut_off = true;
            self.left = 0;
        }
        read
    }
}

/// Whether values of a type say how many and how long they are.
fn is_counted(kind: u16) -> bool {
    matches!(kind, OBJECT | STRING8 | UNICODE | BINARY)
}

fn object(data: &[u8]) -> Value<'_> {
    match data.split_first_chunk::<INTERFACE>() {
        Some((&MESSAGE, inside)) => Value::Message(inside),
        Some((_, inside)) => Value::Binary(inside),
        None => Value::Other,
    }
}
