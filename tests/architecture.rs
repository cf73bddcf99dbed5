//! Keeps the shape of the code that `docs/architecture.md` promises: who may import whom, and where files lie.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

#[path = "architecture/source.rs"]
mod source;
#[path = "architecture/table.rs"]
mod table;

use std::fs;
use std::path::{Path, PathBuf};

use source::{What, named, without_comments_and_strings};

/// Folders of Rust source, from the workspace's root.
const SOURCES: [&str; 7] = [
    "src",
    "entities/src",
    "migrations/src",
    "rules/src",
    "sandbox/src",
    "tests/parts/src",
    "tests/outside",
];
/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 7] = [
    "mod", "utils", "util", "helpers", "common", "manager", "misc",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Rust files under a folder, as paths from the workspace's root.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root().join(folder)];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path.strip_prefix(root()).unwrap().to_owned());
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no file under {folder}");
    found
}

fn read(file: &Path) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}

fn stem(file: &Path) -> &str {
    file.file_stem().unwrap().to_str().unwrap()
}

/// Built for tests only: tests beside their module, what a module declares under `cfg(test)`, and what is below that.
fn is_test(file: &Path) -> bool {
    let declarations =
        ["mod", "pub(crate) mod"].map(|word| format!("#[cfg(test)]\n{word} {};", stem(file)));
    let above = file.parent().unwrap().with_extension("rs");
    stem(file).ends_with("_tests")
        || modules_above(file).any(|text| {
            declarations
                .iter()
                .any(|declaration| text.contains(declaration))
        })
        || (root().join(&above).is_file() && is_test(&above))
}

/// The text of the files that may declare this one as their module.
fn modules_above(file: &Path) -> impl Iterator<Item = String> {
    let folder = file.parent().unwrap();
    let tested = format!("{}.rs", stem(file).trim_end_matches("_tests"));
    [
        folder.with_extension("rs"),
        folder.join("lib.rs"),
        folder.join("main.rs"),
        folder.join(tested),
    ]
    .into_iter()
    .filter(move |above| root().join(above).is_file())
    .map(|above| read(&above))
}

/// What is wrong with one file of `src/`.
fn strangers(file: &Path, source: &str) -> Vec<String> {
    let parts: Vec<_> = file
        .iter()
        .skip(1)
        .map(|part| part.to_str().unwrap())
        .collect();
    let room = parts[0].trim_end_matches(".rs");
    if !table::TOP.contains(&room) && !table::ROOMS.iter().any(|r| r.name == room) {
        return vec![format!(
            "Room {room} is not in tests/architecture/table.rs: {}",
            file.display()
        )];
    }
    let mut wrong: Vec<_> = named(source, parts.len())
        .into_iter()
        .filter_map(|named| match named.what {
            What::Room(name) if !table::TOP.contains(&room) && is_room(&name) => {
                Some((named.line, name))
            }
            What::Crate(name) if table::CRATES.contains(&&*name) => Some((named.line, name)),
            _ => None,
        })
        .filter(|(_, name)| !table::may_name(room, name))
        .map(|(line, name)| format!("{room} never knows {name}: {}:{line}", file.display()))
        .collect();
    wrong.dedup();
    wrong
}

fn is_room(name: &str) -> bool {
    table::TOP.contains(&name) || table::ROOMS.iter().any(|room| room.name == name)
}

#[test]
fn rooms_name_only_those_they_may() {
    let wrong: Vec<_> = files("src")
        .iter()
        .filter(|file| !is_test(file))
        .flat_map(|file| strangers(file, &read(file)))
        .collect();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn crates_depend_only_on_those_they_may() {
    for (member, never) in table::MEMBERS {
        let manifest = read(&Path::new(member).join("Cargo.toml"));
        let dependencies = dependencies(&manifest);
        for stranger in never {
            assert!(
                !dependencies.contains(&stranger.replace('-', "_")),
                "{member} never knows {stranger}: {member}/Cargo.toml"
            );
        }
    }
}

/// The fuzz crate is no member of the workspace: nothing else tells that its rooms name what it does not have.
#[test]
fn what_is_fuzzed_has_the_rooms_and_crates_that_it_names() {
    let manifest = read(Path::new("Cargo.toml"));
    let fuzzed = read(Path::new("fuzz/Cargo.toml"));
    let (ours, its) = (dependencies(&manifest), dependencies(&fuzzed));
    let rooms: Vec<_> = fs::read_dir(root().join("fuzz/src"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_symlink() && path.extension().is_some())
        .map(|path| stem(&path).to_owned())
        .collect();
    assert!(rooms.contains(&"message".to_owned()), "{rooms:?}");
    let mut missing = Vec::new();
    for file in files("src").iter().filter(|file| !is_test(file)) {
        let depth = file.iter().count() - 1;
        let room = file.iter().nth(1).unwrap().to_str().unwrap();
        if !rooms
            .iter()
            .any(|linked| linked == room.trim_end_matches(".rs"))
        {
            continue;
        }
        for named in named(&read(file), depth) {
            match named.what {
                What::Room(name) if is_room(&name) && !rooms.contains(&name) => missing.push(name),
                What::Crate(name) if ours.contains(&name) && !its.contains(&name) => {
                    missing.push(name);
                }
                _ => {}
            }
        }
    }
    missing.sort();
    missing.dedup();
    assert!(missing.is_empty(), "fuzz/ lacks {missing:?}");
}

/// The crates that a manifest depends on, as they are named in source.
fn dependencies(manifest: &str) -> Vec<String> {
    manifest
        .split("\n[")
        .filter(|section| section.starts_with("dependencies]"))
        .flat_map(str::lines)
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .map(|name| name.replace('-', "_"))
        .collect()
}

#[test]
fn no_file_has_an_empty_name() {
    for file in SOURCES.into_iter().flat_map(files) {
        assert!(
            !EMPTY_NAMES.contains(&stem(&file)),
            "{} does not say what it is about",
            file.display()
        );
    }
}

/// A file that no `mod` names is neither built nor tested, and nothing says so.
#[test]
fn every_file_is_part_of_its_crate() {
    for file in SOURCES.into_iter().flat_map(files) {
        let (folder, name) = (
            file.parent().unwrap(),
            file.file_name().unwrap().to_str().unwrap(),
        );
        if ["lib", "main"].contains(&stem(&file)) || folder.ends_with("bin") {
            continue;
        }
        let wired = modules_above(&file).any(|text| {
            let attributed = text.contains(&format!("{name}\"]"));
            let declared =
                without_comments_and_strings(&text).contains(&format!("mod {};", stem(&file)));
            if stem(&file).ends_with("_tests") {
                attributed
            } else {
                declared
            }
        });
        assert!(wired, "{} belongs to no module", file.display());
    }
}

#[test]
fn a_stranger_is_found_however_it_is_named() {
    let file = Path::new("src/message/text.rs");
    for source in [
        "use crate::imap::Session;",
        "use crate::{\n    clock::Clock,\n    imap::{Session, Uid},\n};",
        "fn f() { crate::imap::open() }",
        "use super::super::imap;",
        "type A = Vec<crate::imap::Uid>;",
    ] {
        let found = strangers(file, source);
        assert_eq!(found.len(), 1, "{source}: {found:?}");
        assert!(
            found[0].starts_with("message never knows imap: src/message/text.rs:"),
            "{found:?}"
        );
    }
    assert_eq!(
        strangers(
            file,
            "\nuse entities::messages;\nfn f() { async_imap::x(messages::Model) }"
        ),
        [
            "message never knows entities: src/message/text.rs:2",
            "message never knows async_imap: src/message/text.rs:3"
        ]
    );
    assert!(
        strangers(Path::new("src/attic.rs"), "")[0].contains("not in tests/architecture/table.rs")
    );
}

#[test]
fn what_only_looks_like_a_stranger_is_let_pass() {
    let file = Path::new("src/store/rules.rs");
    for source in [
        "// use crate::imap;\n/* crate::imap::x /* nested */ crate::imap::y */",
        "const A: &str = \"crate::imap::x \\\" crate::imap::y\"; const B: char = '\"'; const C: &str = r#\"crate::imap\"#;",
        "use crate::clock::Clock;\nuse entities::rules;\nfn f(x: rules::Model) {}",
        "use entities::rules::{self, Entity};\nfn f<'a>(x: &'a rules::Model) {}",
        "mod rules;\nfn f() { rules::open(); super::imap() }",
    ] {
        assert_eq!(strangers(file, source), Vec::<String>::new(), "{source}");
    }
    assert_eq!(strangers(file, "fn f() { rules::decide() }").len(), 1);
}
