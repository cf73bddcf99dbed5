//! Words as they are compared with the lists of this room: in lower case and without accents.
//!
//! Coarser than [`rules::fold`], which keeps accents: who writes `Ihre Grusse` or `Cordiali salutì` means the same.

/// How many characters of a line are compared.
const MAX_COMPARED: usize = 200;

/// In lower case, without the accents of the languages our mail comes in, blanks plain and evened.
pub(super) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(MAX_COMPARED));
    fold_into(&mut out, text);
    out
}

/// As [`folded`], into a string that is used again.
pub(super) fn fold_into(out: &mut String, text: &str) {
    out.clear();
    let start = text.as_bytes();
    let start = start.get(..MAX_COMPARED).unwrap_or(start);
    if start.is_ascii() {
        fold_ascii(out, start);
    } else {
        fold_any(out, text);
    }
    out.truncate(out.trim_end().len());
}

/// Most lines, in a third of the time.
fn fold_ascii(out: &mut String, text: &[u8]) {
    let mut blank = true;
    for byte in text {
        let is_blank = matches!(byte, b'\t'..=b'\r' | b' ');
        if !is_blank {
            out.push(char::from(byte.to_ascii_lowercase()));
        } else if !blank {
            out.push(' ');
        }
        blank = is_blank;
    }
}

fn fold_any(out: &mut String, text: &str) {
    for c in text.chars().take(MAX_COMPARED) {
        if c.is_ascii() {
            push(out, c.to_ascii_lowercase());
        } else {
            for c in c.to_lowercase() {
                push(out, plain(c));
            }
        }
    }
}

fn push(out: &mut String, c: char) {
    if c.is_whitespace() {
        if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    } else if c.is_ascii() || !is_invisible(c) {
        out.push(c);
    }
}

fn plain(c: char) -> char {
    match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'ă' | 'ą' | 'å' => 'a',
        'ç' | 'ć' => 'c',
        'è' | 'é' | 'ê' | 'ë' | 'ę' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ñ' | 'ń' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ł' => 'l',
        'ś' | 'ș' | 'ş' => 's',
        'ț' | 'ţ' => 't',
        'ź' | 'ż' => 'z',
        '’' | '‘' | '`' => '\'',
        '–' | '—' | '―' => '-',
        c => c,
    }
}

/// Joiners, soft hyphens, direction marks and combining accents.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{300}'..='\u{36F}')
}
