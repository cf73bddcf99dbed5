//! Which folders may be meant by a name that the server does not know.

use super::FolderInfo;

/// Folders that are named at most.
const MOST_NAMED: usize = 3;
/// Folders that are looked at, and letters of their names: whoever lists more has no person read them.
pub(super) const MOST_KNOWN: usize = 1_000;
const LONGEST: usize = 200;

/// The nearest first: the same name elsewhere in the tree or in other letters, then the folder that is for this, then one
/// that differs by a slip.
pub(crate) fn near(wanted: &str, folders: &[FolderInfo]) -> Vec<String> {
    let known: Vec<&FolderInfo> = folders
        .iter()
        .take(MOST_KNOWN)
        .filter(|folder| folder.selectable && folder.name != wanted && is_readable(&folder.name))
        .collect();
    let names = |fits: &dyn Fn(&FolderInfo) -> bool| -> Vec<String> {
        let fitting = known.iter().filter(|folder| fits(folder));
        fitting
            .take(MOST_NAMED)
            .map(|folder| folder.name.clone())
            .collect()
    };
    let same = names(&|folder| is_same(wanted, folder));
    if !same.is_empty() {
        return same;
    }
    let for_this = names(&|folder| {
        let used = folder.special_use;
        used.is_some_and(|used| used.words().eq_ignore_ascii_case(wanted.trim()))
    });
    if !for_this.is_empty() {
        return for_this;
    }
    let wanted = wanted.to_lowercase();
    // A third of the letters may differ; more is another word.
    let tolerated = (wanted.chars().count() / 3).max(1);
    let distances = known.iter().map(|folder| {
        let name = folder.name.to_lowercase();
        (strsim::damerau_levenshtein(&wanted, &name), folder)
    });
    let near = distances.filter(|(distance, _)| *distance <= tolerated);
    let slip = near.min_by_key(|(distance, _)| *distance);
    slip.map(|(_, folder)| folder.name.clone())
        .into_iter()
        .collect()
}

/// Whether one is the other with something in front, whatever divides them: `Orders` and `INBOX.Orders`.
fn is_same(wanted: &str, folder: &FolderInfo) -> bool {
    let theirs = parts(&folder.name, |letter| Some(letter) == folder.delimiter);
    let by_theirs = parts(wanted, |letter| Some(letter) == folder.delimiter);
    let by_any = parts(wanted, |letter| matches!(letter, '/' | '.' | '\\'));
    let wanted = [by_theirs, by_any];
    wanted.iter().any(|ours| {
        let both = !ours.is_empty() && !theirs.is_empty();
        both && (theirs.ends_with(ours) || ours.ends_with(&theirs))
    })
}

fn parts(name: &str, divides: impl Fn(char) -> bool) -> Vec<String> {
    name.split(divides)
        .map(|part| part.trim().to_lowercase())
        .filter(|part| !part.is_empty())
        .collect()
}

fn is_readable(name: &str) -> bool {
    name.chars().count() <= LONGEST && !name.chars().any(char::is_control)
}

#[cfg(test)]
#[path = "near_tests.rs"]
mod tests;
