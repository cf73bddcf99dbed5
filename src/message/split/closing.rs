//! Where a signature begins: below `-- ` (RFC 3676 §4.3), at a closing formula, at `Sent from my iPhone`.

use super::Line;

/// How many lines a signature may have.
const MAX_SIGNATURE: usize = 40;
/// How far above the end a closing formula is looked for.
const MAX_BELOW_FORMULA: usize = 20;

/// Formulas behind which only a name and a signature come.
const FORMULAS: &[&str] = &[
    "gruß",
    "saludos",
    "best regards",
    "kind regards",
    "warm regards",
    "warmest regards",
    "with best regards",
    "with kind regards",
    "regards",
    "best wishes",
    "sincerely",
    "yours sincerely",
    "sincerely yours",
    "yours faithfully",
    "yours truly",
    "thanks and regards",
    "thanks & regards",
    "thanks and best regards",
    "respectfully",
    "all the best",
    "cordiali saluti",
    "distinti saluti",
    "i migliori saluti",
    "migliori saluti",
    "un cordiale saluto",
    "cordialmente",
    "saluti",
    "un saluto",
    "grazie e saluti",
    "grazie mille e saluti",
    "pozdrawiam",
    "serdecznie pozdrawiam",
    "pozdrawiam serdecznie",
    "z powazaniem",
    "z wyrazami szacunku",
    "z pozdrowieniami",
    "pozdrowienia",
    "lacze pozdrowienia",
    "lacze wyrazy szacunku",
    "atenciosamente",
    "cumprimentos",
    "melhores cumprimentos",
    "com os melhores cumprimentos",
    "os melhores cumprimentos",
    "com os meus cumprimentos",
    "saudacoes",
    "cu stima",
    "cu respect",
    "cu consideratie",
    "cu deosebita stima",
    "toate cele bune",
    "o zi buna",
    "mit freundlichen grußen",
    "mit freundlichen grussen",
    "mit freundlichen gruessen",
    "mit freundlichem gruß",
    "freundliche gruße",
    "freundliche grusse",
    "viele gruße",
    "viele grusse",
    "beste gruße",
    "beste grusse",
    "liebe gruße",
    "herzliche gruße",
    "mit besten grußen",
    "hochachtungsvoll",
    "cordialement",
    "bien cordialement",
    "bien a vous",
    "sinceres salutations",
    "meilleures salutations",
    "salutations distinguees",
    "saludos cordiales",
    "un cordial saludo",
    "atentamente",
    "met vriendelijke groet",
    "met vriendelijke groeten",
];
/// Formulas that a sentence may begin with too; they count only alone in their line.
const SHORT: &[&str] = &[
    "grazie e buona giornata",
    "grazie mille e buona giornata",
    "grazie anticipatamente",
    "thanks and have a nice day",
    "dziekuje i pozdrawiam",
    "vielen dank und viele gruße",
    "merci et bonne journee",
    "gracias y saludos",
    "obrigado e cumprimentos",
    "thanks",
    "thank you",
    "many thanks",
    "cheers",
    "best",
    "br",
    "kr",
    "thanks in advance",
    "thank you in advance",
    "grazie",
    "grazie mille",
    "buona giornata",
    "buon lavoro",
    "a presto",
    "resto in attesa",
    "dziekuje",
    "z gory dziekuje",
    "milego dnia",
    "dzieki",
    "obrigado",
    "obrigada",
    "muito obrigado",
    "muito obrigada",
    "att",
    "abraco",
    "abracos",
    "multumesc",
    "va multumesc",
    "multumim",
    "cu drag",
    "danke",
    "vielen dank",
    "besten dank",
    "mfg",
    "vg",
    "lg",
    "gruß",
    "gruße",
    "merci",
    "bonne journee",
    "cdt",
    "saludos",
    "un saludo",
    "gracias",
    "muchas gracias",
];
/// How an afterthought begins.
const AFTERTHOUGHTS: &[&str] = &["p.s", "ps:", "ps.", "ps -", "p.d.", "n.b.", "nb:"];
/// How lines begin that programs add.
const SENT_FROM: &[&str] = &[
    "sent from my ",
    "sent from mail",
    "sent from outlook",
    "sent from yahoo",
    "sent from proton",
    "sent via ",
    "sent with ",
    "get outlook for ",
    "inviato da iphone",
    "inviato da ipad",
    "inviato da outlook",
    "inviato dal mio ",
    "inviato da mail",
    "inviato da yahoo",
    "scarica outlook ",
    "ottieni outlook ",
    "wyslane z ",
    "wyslano z ",
    "pobierz outlook",
    "pobierz aplikacje outlook",
    "enviado do meu ",
    "enviado a partir do ",
    "enviado desde ",
    "enviado de meu ",
    "obter o outlook",
    "obtener outlook",
    "trimis de pe ",
    "trimis din ",
    "von meinem ",
    "gesendet von ",
    "gesendet mit ",
    "envoye de mon ",
    "envoye depuis ",
    "envoye a partir ",
];

/// What is said, and the lines of the signature that are not blank.
pub(super) fn divide<'l, 't>(lines: &[&'l Line<'t>]) -> (Vec<&'l Line<'t>>, Vec<&'l Line<'t>>) {
    let end = marked(lines).unwrap_or(lines.len());
    let head = lines.get(..end).unwrap_or_default();
    let start = formula(head).or_else(|| sent_from(head)).unwrap_or(end);
    let mut said = lines.get(..start).unwrap_or_default().to_vec();
    let mut signature = Vec::new();
    // What occurred to the writer behind the name.
    let mut afterthought = false;
    for line in lines.iter().skip(start) {
        afterthought = !line.is_blank() && (afterthought || begins_afterthought(line));
        if afterthought {
            said.push(line);
        } else if is_worth(line) && signature.len() < MAX_SIGNATURE {
            signature.push(*line);
        }
    }
    (said, signature)
}

/// Whether a line is a closing formula, or ends with one.
pub(super) fn is_closing(line: &Line<'_>) -> bool {
    closes(line).is_some()
}

/// `P.S. And a table, please.`
fn begins_afterthought(line: &Line<'_>) -> bool {
    AFTERTHOUGHTS
        .iter()
        .any(|words| line.folded.starts_with(words))
}

fn is_worth(line: &Line<'_>) -> bool {
    !line.is_blank() && !is_marker(line) && !is_formula_alone(line) && !is_sent_from(line)
}

/// The line `-- `, if what follows is short enough to be a signature.
fn marked(lines: &[&Line<'_>]) -> Option<usize> {
    let at = lines.iter().position(|line| is_marker(line))?;
    let below = lines.iter().skip(at + 1).filter(|line| !line.is_blank());
    (below.count() <= MAX_SIGNATURE).then_some(at)
}

fn is_marker(line: &Line<'_>) -> bool {
    line.folded == "--" || line.folded == "- --"
}

/// The lowest closing formula, or the first of several that follow each other.
fn formula(lines: &[&Line<'_>]) -> Option<usize> {
    let mut below = 0;
    let mut sentences = false;
    let mut found = None;
    for (at, line) in lines.iter().enumerate().rev() {
        if line.is_blank() {
            continue;
        }
        // Letters begin with thanks, too.
        let closes = closes(line).filter(|_| !sentences || !is_short(line));
        match (closes, found) {
            (Some(start), _) => found = Some(at + start),
            (None, Some(_)) => break,
            (None, None) => {
                below += 1;
                sentences |= is_sentence(line) && !begins_afterthought(line);
            }
        }
        if below > MAX_BELOW_FORMULA {
            break;
        }
    }
    found
}

/// Whether a line is of a letter rather than of a signature.
fn is_sentence(line: &Line<'_>) -> bool {
    let words = line.folded.split(' ').count();
    let digits = line.folded.bytes().filter(u8::is_ascii_digit).count();
    let signs = digits >= 5 || line.text.contains(['@', '|', '•']) || line.folded.contains("www.");
    !signs
        && (words >= 5 && line.folded.ends_with(['.', '?', '!', ',', ':'])
            || words >= 9
            || line.folded.ends_with('?'))
}

fn is_short(line: &Line<'_>) -> bool {
    SHORT.contains(&bare(&line.folded))
}

/// 0 where the signature begins with this line, 1 where it begins behind it.
fn closes(line: &Line<'_>) -> Option<usize> {
    let bare = bare(&line.folded);
    if is_formula_alone(line) {
        return Some(0);
    }
    if FORMULAS
        .iter()
        .any(|formula| has_name_behind(bare, formula))
    {
        return Some(0);
    }
    let mut long = FORMULAS.iter().filter(|formula| formula.contains(' '));
    long.any(|formula| ends_with(bare, formula)).then_some(1)
}

/// `Cordiali saluti, Anna Rossi`.
fn has_name_behind(line: &str, formula: &str) -> bool {
    line.strip_prefix(formula).is_some_and(|rest| {
        let words = rest.split_whitespace().count();
        rest.starts_with([',', ' ', '.', '!', '-', ':']) && words <= 4 && !rest.ends_with('?')
    })
}

/// `In attesa di un riscontro porgo cordiali saluti`.
fn ends_with(line: &str, formula: &str) -> bool {
    line.strip_suffix(formula)
        .is_some_and(|said| said.ends_with([' ', ',', '.']))
}

fn is_formula_alone(line: &Line<'_>) -> bool {
    let bare = bare(&line.folded);
    FORMULAS.contains(&bare) || SHORT.contains(&bare)
}

fn bare(folded: &str) -> &str {
    folded.trim_matches(|c: char| ",.!;:*- ".contains(c))
}

/// `Sent from my iPhone` with at most a line or two below it.
fn sent_from(lines: &[&Line<'_>]) -> Option<usize> {
    let at = lines.iter().rposition(|line| is_sent_from(line))?;
    let below = lines.iter().skip(at + 1).filter(|line| !line.is_blank());
    (below.count() <= 2).then_some(at)
}

fn is_sent_from(line: &Line<'_>) -> bool {
    line.text.len() <= 120 && SENT_FROM.iter().any(|words| line.folded.starts_with(words))
}
