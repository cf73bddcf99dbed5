//! The attributes of a winmail.dat, one behind the other ([MS-OXTNEF] 2.1.3): level, id, length, data, checksum.
//!
//! Knows nothing of what they mean. The last of a file that was cut off has as much data as there is.

use super::bytes::Bytes;

/// How many attributes are looked at.
const MAX_ATTRIBUTES: usize = 20_000;
/// What mailers and gateways leave behind the last attribute.
const FILLING: &[u8] = b"\0\r\n\t ";

/// One attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Attribute<'a> {
    /// The lower half of the id; the upper one only repeats the type that belongs to it.
    pub(super) id: u16,
    pub(super) data: &'a [u8],
}

/// The attributes behind the signature and the key.
#[derive(Debug)]
pub(super) struct Attributes<'a> {
    rest: Bytes<'a>,
    left: usize,
    /// Whether something could not be read to its end.
    pub(super) cut_off: bool,
    /// Whether the data of one does not have the sum that stands behind it.
    pub(super) sum_wrong: bool,
}

impl<'a> Attributes<'a> {
    pub(super) fn new(rest: Bytes<'a>) -> Self {
        Self {
            rest,
            left: MAX_ATTRIBUTES,
            cut_off: false,
            sum_wrong: false,
        }
    }

    /// Id and length, if an attribute begins here.
    fn head(&mut self) -> Option<(u16, u32)> {
        let level = self.rest.u8()?;
        let id = self.rest.u16()?;
        self.rest.u16()?;
        let length = self.rest.u32()?;
        // Of the message or of an attachment; no more levels are there.
        matches!(level, 1 | 2).then_some((id, length))
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Attribute<'a>;

    fn next(&mut self) -> Option<Attribute<'a>> {
        let here = self.rest.0;
        let head = self.head().filter(|_| self.left > 0);
        let Some((id, length)) = head else {
            self.cut_off |= !here.iter().all(|byte| FILLING.contains(byte));
            self.rest = Bytes(&[]);
            return None;
        };
        self.left -= 1;
        let data = self.rest.up_to(length);
        if let Some(sum) = self.rest.u16() {
            self.sum_wrong |= sum != sum_of(data);
        } else {
            self.cut_off = true;
            self.rest = Bytes(&[]);
        }
        Some(Attribute { id, data })
    }
}

/// The sum of all bytes, of which the lower half is kept.
fn sum_of(data: &[u8]) -> u16 {
    data.iter()
        .fold(0, |sum: u16, byte| sum.wrapping_add(u16::from(*byte)))
}
