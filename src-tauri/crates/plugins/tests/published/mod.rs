//! A plugin of the shape of a published one (five skills of several files, no hooks), and where the published one is.
//! Read by the tests of this room and by those of the whole product.

use std::path::PathBuf;

/// Its name.
pub const NAME: &str = "superpowers";
/// Its skills, by name.
pub const SKILLS: [&str; 5] = [
    "executing-plans",
    "systematic-debugging",
    "test-driven-development",
    "verification-before-completion",
    "writing-plans",
];

/// The folder of the published one, where it lies beside the checkout or `MOLECULE_TEST_DATA` names its data folder.
pub fn folder() -> Option<PathBuf> {
    let beside = || {
        PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .ancestors()
            .map(|dir| dir.join("../shared/data"))
            .find(|data| data.is_dir())
    };
    let data = std::env::var_os("MOLECULE_TEST_DATA")
        .map(PathBuf::from)
        .or_else(beside)?;
    let found = data.join("plugins").join(NAME);
    let is_there = found.join("plugin.yaml").is_file();
    if !is_there {
        println!("the published plugin was not found in {}", data.display());
    }
    is_there.then_some(found)
}

/// Files of one of the same shape: path and text.
pub fn files() -> Vec<(String, String)> {
    let yaml = format!(
        "name: {NAME}\nversion: 1.0.0\ndescription: Ways to work\ntags: [debugging, testing, planning, verification]\n\n\
         runtimes:\n  - claude_code\n  - deepagents\n  - hermes\n\nskills: [{}]",
        SKILLS.join(", ")
    );
    let skill = |skill: &str| {
        let text = format!("---\nname: {skill}\ndescription: How to\n---\n\n# Do it\n");
        [
            (format!("skills/{skill}/SKILL.md"), text),
            (
                format!("skills/{skill}/notes/more.md"),
                "More.\n".to_owned(),
            ),
        ]
    };
    let mut files = vec![
        ("plugin.yaml".to_owned(), yaml),
        ("README.md".to_owned(), "# Superpowers\n".to_owned()),
        (
            "plans/2026-04-08-roadmap.md".to_owned(),
            "# Plan\n".to_owned(),
        ),
    ];
    files.extend(SKILLS.into_iter().flat_map(skill));
    files
}
