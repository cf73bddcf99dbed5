//! Words as they are compared with the lists of this room: in lower case and without accents.
//!
//! Coarser than [`rules::fold`], which keeps accents: who writes `Ihre Grusse` or `Cordiali salutì` means the same.

/// How many characters of a line are compared.
const MAX_COMPARED: usize = 200;

/// In lower case, without the accents of the languages our mail comes in, blanks plain and evened.
pub(super) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(MAX_COMPARED));
    for c in text.chars().take(MAX_COMPARED) {
        if c.is_ascii() {
            push(&mut out, c.to_ascii_lowercase());
        } else {
            for c in c.to_lowercase() {
                push(&mut out, plain(c));
            }
        }
    }
    out.truncate(out.trim_end().len());
    out
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
