//! Words as they are compared with the lists of this room: in lower case and without accents.
//!
//! Coarser than [`rules::fold`], which keeps accents: who writes `Ihre Grusse` or `Cordiali salutì` means the same.

/// How many characters of a line are compared.
const MAX_COMPARED: usize = 200;

/// In lower case, without the accents of the languages our mail comes in, blanks plain and evened.
pub(super) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(MAX_COMPARED));
    let letters = text.chars().take(MAX_COMPARED);
    for c in letters.flat_map(char::to_lowercase).map(plain) {
        if c.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !is_invisible(c) {
            out.push(c);
        }
    }
    out.truncate(out.trim_end().len());
    out
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
