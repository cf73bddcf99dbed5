//! Reads Rust source only as far as to tell which rooms and crates it names.

use std::collections::HashSet;

/// What the source names on a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) line: usize,
    pub(crate) what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum What {
    /// A module right below this crate's root.
    Room(String),
    /// Another crate.
    Crate(String),
}

/// A path as it is written, a `use` with its braces resolved.
struct Written {
    line: usize,
    path: Vec<String>,
}

struct Token<'a> {
    line: usize,
    text: &'a str,
}

/// Blanks comments, strings and characters; lines stay where they are.
pub(crate) fn without_comments_and_strings(source: &str) -> String {
    let mut kept = String::with_capacity(source.len());
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = skipped(rest, kept.chars().next_back());
        if length == 0 {
            kept.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            let (gone, after) = rest.split_at(length);
            kept.push(' ');
            kept.extend(gone.chars().filter(|c| *c == '\n'));
            rest = after;
        }
    }
    kept
}

/// How many bytes of a comment, string or character begin here.
fn skipped(rest: &str, before: Option<char>) -> usize {
    let in_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return block_comment(rest);
    }
    let raw = rest
        .strip_prefix('b')
        .unwrap_or(rest)
        .strip_prefix('r')
        .filter(|_| !in_word);
    if let Some(raw) = raw {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if raw[hashes..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let start = rest.len() - raw.len() + hashes + 1;
            return rest[start..]
                .find(&end)
                .map_or(rest.len(), |at| start + at + end.len());
        }
    }
    if rest.starts_with('"') {
        return quoted(rest, '"');
    }
    let character = rest.starts_with("'\\") || rest.chars().nth(2) == Some('\'');
    if rest.starts_with('\'') && character {
        quoted(rest, '\'')
    } else {
        0
    }
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < rest.len() {
        let here = &rest[at..];
        if here.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += here.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

fn quoted(rest: &str, end: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == end => return at + c.len_utf8(),
            _ => {}
        }
    }
    rest.len()
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let mut rest = line.trim_start();
        while let Some(first) = rest.chars().next() {
            let length = match first {
                c if c.is_alphanumeric() || c == '_' => rest
                    .find(|c: char| !c.is_alphanumeric() && c != '_')
                    .unwrap_or(rest.len()),
                ':' if rest.starts_with("::") => 2,
                c => c.len_utf8(),
            };
            found.push(Token {
                line: number + 1,
                text: &rest[..length],
            });
            rest = rest[length..].trim_start();
        }
    }
    found
}

/// Every path named in a file that lies `depth` modules below the crate's root (`src/imap.rs`: 1).
pub(crate) fn named(source: &str, depth: usize) -> Vec<Named> {
    let text = without_comments_and_strings(source);
    let tokens = tokens(&text);
    let mut paths = Vec::new();
    let mut local = HashSet::new();
    let mut at = 0;
    while at < tokens.len() {
        match tokens[at].text {
            "use" => at = imports(&tokens, at + 1, &[], &mut paths, &mut local),
            "mod" => {
                local.extend(tokens.get(at + 1).map(|t| t.text.to_owned()));
                at += 2;
            }
            _ => at = path(&tokens, at, &mut paths),
        }
    }
    paths
        .into_iter()
        .filter_map(|written| from_root(written, depth, &local))
        .collect()
}

/// One tree of a `use`: gives where it ends.
fn imports(
    tokens: &[Token<'_>],
    mut at: usize,
    above: &[String],
    paths: &mut Vec<Written>,
    local: &mut HashSet<String>,
) -> usize {
    let mut path = above.to_vec();
    let line = tokens.get(at).map_or(0, |t| t.line);
    while let Some(token) = tokens.get(at) {
        match token.text {
            "::" => at += 1,
            "{" => {
                at += 1;
                while tokens.get(at).is_some_and(|t| t.text != "}") {
                    at = imports(tokens, at, &path, paths, local);
                    at += usize::from(tokens.get(at).is_some_and(|t| t.text == ","));
                }
                return at + 1;
            }
            "as" => {
                local.extend(tokens.get(at + 1).map(|t| t.text.to_owned()));
                at += 2;
            }
            "," | "}" | ";" => break,
            word => {
                path.push(word.to_owned());
                at += 1;
            }
        }
    }
    if path.len() > 1 {
        let name = path.iter().rev().find(|word| *word != "self");
        local.extend(name.cloned());
    }
    paths.push(Written { line, path });
    at
}

/// A path outside a `use`, as in `crate::store::open(..)`: gives where it ends.
fn path(tokens: &[Token<'_>], mut at: usize, paths: &mut Vec<Written>) -> usize {
    let is_word = |at: usize| {
        tokens
            .get(at)
            .is_some_and(|t| t.text.starts_with(|c: char| c.is_alphabetic() || c == '_'))
    };
    let follows = |at: usize| tokens.get(at).is_some_and(|t| t.text == "::") && is_word(at + 1);
    if !is_word(at) {
        return at + 1;
    }
    let mut path = vec![tokens[at].text.to_owned()];
    let line = tokens[at].line;
    while follows(at + 1) {
        at += 2;
        path.push(tokens[at].text.to_owned());
    }
    if path.len() > 1 {
        paths.push(Written { line, path });
    }
    at + 1
}

/// Leaves out paths that start at a name of the file's own, and those that stay inside the room.
fn from_root(written: Written, depth: usize, local: &HashSet<String>) -> Option<Named> {
    let Written { line, path } = written;
    let supers = path.iter().take_while(|word| *word == "super").count();
    let (first, second) = (path.first()?.as_str(), path.get(1));
    let what = match first {
        "crate" => What::Room(second?.clone()),
        "super" if supers >= depth => What::Room(path.get(supers)?.clone()),
        "super" | "self" | "Self" => return None,
        name if local.contains(name) => return None,
        name => What::Crate(name.to_owned()),
    };
    Some(Named { line, what })
}
