//! Takes the dots away that a server puts before lines that begin with one, and finds the line that ends a message
//! (RFC 1939 §3), over pieces of any size.
//!
//! A line begins after CRLF and nowhere else: were a bare LF to begin one too, whoever sends a mail could end it in its
//! middle and write the server's next answer. Only for a server whose own lines end in a bare LF does that count.

/// Where in a line the next byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// At its beginning.
    Start,
    /// In its text.
    Text,
    /// Behind a CR.
    Cr,
    /// Behind a dot at its beginning, which is not handed on.
    Dot,
    /// Behind that and a CR.
    DotCr,
}

/// One message while it comes.
#[derive(Debug)]
pub(crate) struct Unstuffing {
    at: At,
    bare: bool,
    last: [u8; 4],
}

impl Unstuffing {
    /// A message from a server whose own lines end in a bare LF, or as they should.
    pub(crate) fn new(bare: bool) -> Self {
        Self {
            at: At::Start,
            bare,
            last: [0; 4],
        }
    }

    /// Hands on what `input` has of the message; says how many bytes of it were taken, and whether the message ended with
    /// the last of them.
    pub(crate) fn take(&mut self, input: &[u8], out: &mut Vec<u8>) -> (usize, bool) {
        let mut taken = 0;
        while let Some(rest) = input.get(taken..).filter(|rest| !rest.is_empty()) {
            if self.at == At::Text {
                let text = rest
                    .iter()
                    .position(|byte| matches!(byte, b'\r' | b'\n'))
                    .unwrap_or(rest.len());
                if text > 0 {
                    let (text, _) = rest.split_at(text);
                    out.extend_from_slice(text);
                    taken += text.len();
                    self.remember(text);
                    continue;
                }
            }
            let Some(byte) = rest.first().copied() else {
                break;
            };
            taken += 1;
            self.remember(&[byte]);
            if self.step(byte, out) {
                return (taken, true);
            }
        }
        (taken, false)
    }

    fn remember(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().skip(bytes.len().saturating_sub(4)) {
            let [_, a, b, c] = self.last;
            self.last = [a, b, c, *byte];
        }
    }

    /// Whether the last line looks like the one that ends a message, but for the line end before it.
    pub(crate) fn seems_ended(&self) -> bool {
        self.last == *b"\n.\r\n" || self.last.ends_with(b"\n.\n")
    }

    fn step(&mut self, byte: u8, out: &mut Vec<u8>) -> bool {
        self.at = match (self.at, byte) {
            (At::Start, b'.') => At::Dot,
            (At::Dot, b'\r') => At::DotCr,
            (At::Dot, b'\n') if self.bare => return true,
            (At::DotCr, b'\n') => return true,
            (At::DotCr, _) => {
                out.push(b'\r');
                self.at = At::Cr;
                return self.step(byte, out);
            }
            (At::Cr, b'\n') => {
                out.push(byte);
                At::Start
            }
            (_, b'\n') if self.bare => {
                out.push(byte);
                At::Start
            }
            (_, b'\r') => {
                out.push(byte);
                At::Cr
            }
            _ => {
                out.push(byte);
                At::Text
            }
        };
        false
    }
}

#[cfg(test)]
#[path = "unstuffing_tests.rs"]
mod tests;
