//! Notices that gateways add below mail (confidentiality, privacy, the environment) and above it (mail from outside).

use super::{Line, is_rule};

/// How lines begin that begin such a notice wherever they stand.
const NOTICES: &[&str] = &[
    "virus-free",
    "this email has been checked for viruses",
    "questa e-mail e stata controllata",
    "ta wiadomosc e-mail zostala sprawdzona",
    "este e-mail foi verificado",
    "este correo electronico ha sido comprobado",
    "acest e-mail a fost verificat",
    "diese e-mail wurde von avast",
    "cet e-mail a ete verifie",
    "confidentiality notice",
    "confidentiality:",
    "disclaimer",
    "legal notice",
    "privacy notice",
    "this e-mail and any",
    "this email and any",
    "this message and any",
    "this communication and any",
    "please consider the environment",
    "think before you print",
    "avviso di riservatezza",
    "nota di riservatezza",
    "informativa privacy",
    "informativa sulla privacy",
    "ai sensi del d.lgs",
    "ai sensi del regolamento",
    "ai sensi dell'art",
    "le informazioni contenute in quest",
    "prima di stampare",
    "klauzula poufnosci",
    "tresc tej wiadomosci",
    "informacje zawarte w tej",
    "aviso de confidencialidade",
    "aviso de confidencialidad",
    "aviso legal",
    "nota de confidentialitate",
    "vertraulichkeitshinweis",
    "diese e-mail enthalt vertrauliche",
    "avis de confidentialite",
    "pensez a l'environnement",
    "antes de imprimir",
    "inainte de a imprima",
];
/// What such a notice speaks of, in its first words.
const OF: &[&str] = &[
    "this e-mail",
    "this email",
    "this message",
    "this communication",
    "this transmission",
    "the information contained",
    "the contents of this",
    "questo messaggio",
    "questa e-mail",
    "questa email",
    "la presente e-mail",
    "il presente messaggio",
    "la presente comunicazione",
    "ta wiadomosc",
    "niniejsza wiadomosc",
    "wiadomosc ta",
    "esta mensagem",
    "este e-mail",
    "este email",
    "acest mesaj",
    "acest e-mail",
    "diese e-mail",
    "diese nachricht",
    "ce message",
    "ce courriel",
    "este mensaje",
    "este correo",
];
/// What it says of that, plainly.
const CONFIDENTIAL: &[&str] = &[
    "confidential",
    "privileged",
    "intended solely",
    "intended only",
    "named recipient",
    "riservat",
    "confidenzial",
    "poufn",
    "confidencia",
    "confidentia",
    "vertraulich",
    "confidentiel",
];
/// What it says of that, and letters say too.
const MEANT_FOR: &[&str] = &[
    "intended for",
    "destinat",
    "przeznaczon",
    "adresat",
    "destinad",
    "bestimmt",
    "destinataire",
    "exclusiv",
    "esclusiv",
    "exclusive",
    "wylacznie",
    "ausschlie",
];
/// How lines begin that gateways put above mail.
const FROM_OUTSIDE: &[&str] = &[
    "caution: ",
    "[external",
    "external email",
    "external sender",
    "warning: this email",
    "warning: external",
    "you don't often get email from",
    "this email originated from outside",
    "attenzione: questa e-mail",
    "attenzione: email",
];

/// The lines without notices; those of a signature above one stay.
pub(super) fn without<'l, 't>(lines: &[&'l Line<'t>]) -> Vec<&'l Line<'t>> {
    let start = start(lines);
    let mut end = notice(lines, start).unwrap_or(lines.len());
    // The line drawn above it.
    while let Some(last) = end.checked_sub(1).and_then(|at| lines.get(at))
        && (last.is_blank() || is_rule(&last.folded) && last.folded != "--")
        && end < lines.len()
    {
        end -= 1;
    }
    lines.get(start..end).unwrap_or_default().to_vec()
}

/// Where the text begins below the paragraph of a gateway.
fn start(lines: &[&Line<'_>]) -> usize {
    let warns = |line: &&Line<'_>| {
        let said = line.folded.trim_start_matches(['*', ' ', '⚠']);
        FROM_OUTSIDE.iter().any(|words| said.starts_with(words))
    };
    let first = lines.iter().position(|line| !line.is_blank());
    let Some(first) = first.filter(|first| lines.get(*first).is_some_and(warns)) else {
        return 0;
    };
    let paragraph = lines.iter().skip(first).take_while(|line| !line.is_blank());
    let end = first + paragraph.count();
    let is_all = lines.iter().skip(end).all(|line| line.is_blank());
    if is_all { 0 } else { end }
}

fn notice(lines: &[&Line<'_>], start: usize) -> Option<usize> {
    let mut said = false;
    for (at, line) in lines.iter().enumerate().skip(start) {
        if line.is_blank() {
            continue;
        }
        if said && begins_notice(lines, at, line) {
            return Some(at);
        }
        said = true;
    }
    None
}

fn begins_notice(lines: &[&Line<'_>], at: usize, line: &Line<'_>) -> bool {
    let words = line
        .folded
        .trim_start_matches(['*', '_', '-', ' ', '"', '(']);
    if NOTICES.iter().any(|notice| words.starts_with(notice)) {
        return true;
    }
    if !OF.iter().any(|of| words.starts_with(of)) {
        return false;
    }
    let paragraph = lines
        .iter()
        .skip(at)
        .take_while(|line| !line.is_blank())
        .take(6);
    let paragraph: Vec<&str> = paragraph.map(|line| line.folded.as_str()).collect();
    let paragraph = paragraph.join(" ");
    let says = |word: &&&str| paragraph.contains(**word);
    CONFIDENTIAL.iter().any(|word| says(&word)) || MEANT_FOR.iter().filter(says).count() >= 2
}
