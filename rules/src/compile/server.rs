//! What a rule changes of a message on its server: flags as IMAP spells them, and the name of a folder.

use crate::compile::{Compiler, MAX_NAME};

/// How many flags one action may name.
const MAX_FLAGS: usize = 20;
/// How many characters a keyword may have.
const MAX_KEYWORD: usize = 100;

/// The flags of RFC 3501 §2.3.2 by their names in files. `\Deleted` is not among them: what is marked so is lost with the
/// next clean-up.
const SYSTEM: [(&str, &str); 4] = [
    ("seen", "\\Seen"),
    ("flagged", "\\Flagged"),
    ("answered", "\\Answered"),
    ("draft", "\\Draft"),
];

/// Flags as IMAP spells them, each once.
pub(super) fn compile_flags(
    compiler: &mut Compiler<'_>,
    flags: &[String],
    path: &str,
) -> Vec<String> {
    if flags.is_empty() {
        compiler.problem(
            path,
            "it names no flag; write for example `flag: [flagged]`",
        );
    }
    if flags.len() > MAX_FLAGS {
        let count = flags.len();
        compiler.problem(path, format!("{count} flags, {MAX_FLAGS} is the most"));
    }
    let mut spelled: Vec<String> = Vec::with_capacity(flags.len());
    for flag in flags {
        match spell(flag) {
            Ok(flag) if spelled.contains(&flag) => {}
            Ok(flag) => spelled.push(flag),
            Err(problem) => compiler.problem(path, problem),
        }
    }
    spelled
}

/// The name of a folder to which mail is moved.
pub(super) fn compile_folder(compiler: &mut Compiler<'_>, folder: &str, path: &str) -> String {
    let folder = folder.trim();
    if folder.is_empty() {
        compiler.problem(
            path,
            "it names no folder; `mailroom folders` lists those of a mailbox",
        );
    }
    if folder.chars().any(char::is_control) {
        compiler.problem(path, "the folder's name holds a line break or the like");
    }
    compiler.length(path, folder, MAX_NAME);
    folder.to_owned()
}

fn spell(flag: &str) -> Result<String, String> {
    let bare = flag.strip_prefix('\\').unwrap_or(flag);
    let system = SYSTEM
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(bare));
    if let Some((_, spelled)) = system {
        return Ok((*spelled).to_owned());
    }
    if bare.eq_ignore_ascii_case("deleted") || bare.eq_ignore_ascii_case("recent") {
        return Err(format!(
            "`{flag}` is not for rules to set; to take mail out of the folder, `move` it"
        ));
    }
    // An atom (RFC 3501 §9), which no server takes for anything else.
    let fits = |letter: char| letter.is_ascii_graphic() && !"(){%*\"\\]".contains(letter);
    if bare != flag || flag.is_empty() || !flag.chars().all(fits) {
        return Err(format!(
            "`{flag}` is no flag; there are seen, flagged, answered, draft, and words of your own in plain letters without spaces"
        ));
    }
    if flag.len() > MAX_KEYWORD {
        return Err(format!(
            "a flag of {} characters, {MAX_KEYWORD} is the most",
            flag.len()
        ));
    }
    Ok(flag.to_owned())
}

#[cfg(test)]
#[path = "server_tests.rs"]
mod tests;
