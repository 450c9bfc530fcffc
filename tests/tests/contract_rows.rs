//! Every row of contract 03's fixtures and every correction of its section 12 has a test with its number in the name, so
//! that a reader of the contract finds what shows it, and a row that loses its test is missed.
//!
//! A name says `d13` for row D.13, `a5_7` for the seventh row of A.5, `c4` for the fourth row of C, `d45_6` for the
//! sixth of D.45, `no_54` for a correction; several numbers of one table follow each other (`d45_1_2_3`, `no_15_16`).
//! Other parts of the contract number their rows too, so a number beyond these tables is none of this test's business,
//! and the tests of messages and schedules are not read: their corrections are contract 02's.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

/// Tables of the contract: how a name begins, and how many rows there are. The tables A.1 to A.4 are one test each, as
/// their rows describe one document.
const TABLES: [(&str, u32); 7] = [
    // Eleven after the import, twelve variations of the environment, four samples of generated configs.
    ("a5", 27),
    ("a6", 10),
    ("c", 16),
    ("d", 44),
    // Fifteen rows, and the two published plugins below them.
    ("d45", 16),
    ("d46", 13),
    ("no", 96),
];
const WHOLE: [&str; 4] = ["a1", "a2", "a3", "a4"];

/// Where tests carry numbers of contract 02.
const OF_MESSAGES: [&str; 2] = ["src-tauri/crates/messaging", "tests/tests/schedules.rs"];

/// Names of all tests in the sources.
fn names() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let others = OF_MESSAGES.map(|path| root.join(path));
    assert!(others.iter().all(|path| path.exists()));
    let mut names = BTreeSet::new();
    let mut folders = vec![root.join("src-tauri/crates"), root.join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if others.contains(&path) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                of_file(&fs::read_to_string(&path).unwrap(), &mut names);
            }
        }
    }
    names
}

/// A test is a function that follows an attribute which ends in `test`, other attributes in between.
fn of_file(text: &str, names: &mut BTreeSet<String>) {
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("#[") {
            let word = line.trim_start_matches("#[").split(['(', ']']).next();
            is_test |= word.is_some_and(|word| word.rsplit("::").next() == Some("test"));
            continue;
        }
        let head = line.trim_start_matches("async ");
        if let (true, Some(rest)) = (is_test, head.strip_prefix("fn ")) {
            names.extend(rest.split('(').next().map(str::to_owned));
        }
        if !line.is_empty() && !line.starts_with("//") {
            is_test = false;
        }
    }
}

/// The rows that a name carries, by table.
fn rows(name: &str) -> Vec<(String, u32)> {
    let mut out = Vec::new();
    let mut table: Option<String> = None;
    for word in name.split('_') {
        if let (Some(table), Ok(number)) = (&table, word.parse::<u32>()) {
            out.push((table.clone(), number));
            continue;
        }
        table = None;
        let digits = word.trim_start_matches(|letter: char| letter.is_ascii_lowercase());
        let letters = &word[..word.len() - digits.len()];
        if WHOLE.contains(&word) {
            out.push((word.to_owned(), 1));
        } else if TABLES.iter().any(|(known, _)| *known == word) && word != "c" && word != "d" {
            table = Some(word.to_owned());
        } else if let ("c" | "d", Ok(number)) = (letters, digits.parse()) {
            out.push((letters.to_owned(), number));
            table = Some(letters.to_owned());
        }
    }
    out
}

#[test]
fn every_row_has_a_test_with_its_number() {
    let mut shown: BTreeMap<(String, u32), Vec<String>> = BTreeMap::new();
    for name in names() {
        for row in rows(&name) {
            shown.entry(row).or_default().push(name.clone());
        }
    }
    let whole = WHOLE.iter().map(|table| (*table, 1));
    let missing: Vec<String> = TABLES
        .into_iter()
        .chain(whole)
        .flat_map(|(table, count)| (1..=count).map(move |row| (table.to_owned(), row)))
        .filter(|row| !shown.contains_key(row))
        .map(|(table, row)| format!("{table}_{row}"))
        .collect();
    assert!(missing.is_empty(), "no test carries {}", missing.join(", "));
}

#[test]
fn names_are_read_as_they_are_meant() {
    let read = |name: &str| -> Vec<String> {
        rows(name)
            .iter()
            .map(|(table, row)| format!("{table}.{row}"))
            .collect()
    };
    assert_eq!(read("d45_1_2_no_78_x_7"), ["d45.1", "d45.2", "no.78"]);
    assert_eq!(
        read("d4_d5_no_37_38_fails"),
        ["d.4", "d.5", "no.37", "no.38"]
    );
    assert_eq!(read("a2_a5_5_10_tree"), ["a2.1", "a5.5", "a5.10"]);
    assert_eq!(read("c5_6_refused"), ["c.5", "c.6"]);
    assert_eq!(read("there_is_no_route_of_16_rows"), [""; 0]);
    let mut names = BTreeSet::new();
    of_file(
        "#[test]\nfn a() {}\nfn b() {}\n#[tokio::test(flavor = \"x\")]\n// why\nasync fn c() {}\n",
        &mut names,
    );
    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["a", "c"]);
}
