//! What a plugin owns outside its folder, and that its removal removes exactly that (contract 03 no. 82 to 85, 90).

use crate::house::House;
use std::collections::BTreeMap;

const FULL: [(&str, &str); 9] = [
    (
        "plugin.yaml",
        "name: full\nversion: 1.0.0\nskills: [a, b]\nruntimes: [claude_code]\n",
    ),
    ("README.md", "documentation"),
    ("style.md", "Write well."),
    ("rules/r.md", "Be brief.\n\n\nReally."),
    ("skills/a/SKILL.md", "---\nname: a\ndescription: d\n---\n"),
    ("skills/a/scripts/run.sh", "echo a"),
    ("skills/b/SKILL.md", "---\nname: b\ndescription: d\n---\n"),
    ("hooks/pre.sh", "echo hook"),
    (
        "settings-fragment.json",
        r#"{"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "${CLAUDE_DIR}/hooks/pre.sh"}]}]}, "mcpServers": {"m": {"command": "x"}}}"#,
    ),
];

async fn full() -> (House, String, crate::house::Folder) {
    let house = House::new().await;
    house.offer("full", &FULL);
    let (id, volume) = house.running("a").await;
    (house, id, volume)
}

/// What an agent has of its own: memory, settings, a skill, a command.
fn lived_in(volume: &crate::house::Folder) {
    volume.write("CLAUDE.md", "# Notes\n\nRemember the milk.");
    volume.write(
        ".claude/settings.json",
        "{\"model\":\"mine\",\"hooks\":{\"Stop\":[]}}",
    );
    volume.write("skills/own/SKILL.md", "mine");
    volume.write(".claude/hooks/own.sh", "mine");
    volume.write("config.yaml", "name: a\n");
}

#[tokio::test]
async fn no_85_90_uninstall_removes_exactly_what_install_wrote() {
    for fresh in [true, false] {
        let (house, id, volume) = full().await;
        if !fresh {
            lived_in(&volume);
        }
        let before = volume.files();
        house.install(&id, "full").await.unwrap();
        let files = volume.files();
        assert_eq!(files[".claude/hooks/pre.sh"], "echo hook");
        assert!(files[".claude/settings.json"].contains("/configs/.claude/hooks/pre.sh"));
        assert!(
            files["CLAUDE.md"].contains("# Plugin: full / rule: r.md\n\nBe brief.\n\n\nReally.")
        );
        assert!(files["CLAUDE.md"].contains("# Plugin: full / fragment: style.md"));
        assert!(!files["CLAUDE.md"].contains("documentation"));
        assert_eq!(files["skills/a/scripts/run.sh"], "echo a");
        house.restarts();
        let gone = house.plugins.uninstall(&id, "full").await.unwrap();
        assert_eq!(
            (gone.restart, gone.kept.len(), house.restarts()),
            ("now", 0, 1)
        );
        let after = volume.files();
        if fresh {
            assert_eq!(after, BTreeMap::new());
            assert!(!volume.exists("skills/a") && !volume.exists("plugins/full"));
        } else {
            let settings = |files: &BTreeMap<String, String>| -> serde_json::Value {
                serde_json::from_str(&files[".claude/settings.json"]).unwrap()
            };
            assert_eq!(settings(&after), settings(&before));
            let rest = |files: &BTreeMap<String, String>| {
                let mut files = files.clone();
                files.remove(".claude/settings.json");
                files
            };
            assert_eq!(rest(&after), rest(&before));
        }
        let error = house.plugins.uninstall(&id, "full").await.unwrap_err();
        assert_eq!(
            (error.code(), house.restarts()),
            ("not_installed", 0),
            "an absent plugin restarts nobody"
        );
        assert_eq!(
            house.told().await,
            ["full installed now", "full removed scheduled"]
        );
    }
}

#[tokio::test]
async fn no_82_83_an_update_replaces_what_it_owned_and_drops_what_it_no_longer_brings() {
    let (house, id, volume) = full().await;
    lived_in(&volume);
    house.install(&id, "full").await.unwrap();
    house.offer(
        "full",
        &[
            ("plugin.yaml", "name: full\nversion: 2.0.0\n"),
            ("rules/r.md", "Be briefer."),
            ("skills/a/SKILL.md", "---\nname: a\ndescription: new\n---\n"),
        ],
    );
    house.install(&id, "full").await.unwrap();
    let files = volume.files();
    assert!(files["skills/a/SKILL.md"].contains("new"));
    for gone in [
        "skills/a/scripts/run.sh",
        "skills/b/SKILL.md",
        ".claude/hooks/pre.sh",
    ] {
        assert!(!files.contains_key(gone), "{gone}");
    }
    assert!(files["CLAUDE.md"].contains("Be briefer.") && !files["CLAUDE.md"].contains("Really."));
    assert!(files["CLAUDE.md"].starts_with("# Notes\n\nRemember the milk."));
    assert!(!files[".claude/settings.json"].contains("pre.sh"));
    assert_eq!(files[".claude/hooks/own.sh"], "mine");
}

#[tokio::test]
async fn what_somebody_else_wrote_or_changed_stays_and_is_told() {
    let (house, id, volume) = full().await;
    volume.write("skills/a/SKILL.md", "the agent's own");
    let done = house.install(&id, "full").await.unwrap();
    assert!(
        done.warnings
            .iter()
            .any(|one| one.starts_with("skills/a/SKILL.md was left")),
        "{:?}",
        done.warnings
    );
    assert_eq!(
        volume.read("skills/a/SKILL.md").as_deref(),
        Some("the agent's own")
    );
    assert!(
        !volume.exists("skills/a/scripts/run.sh"),
        "a skill of another is left alone as a whole"
    );
    // One it did write, edited since: neither overwritten nor removed.
    volume.write("skills/b/SKILL.md", "edited");
    house.install(&id, "full").await.unwrap();
    assert_eq!(volume.read("skills/b/SKILL.md").as_deref(), Some("edited"));
    volume.write(".claude/hooks/pre.sh", "edited too");
    let gone = house.plugins.uninstall(&id, "full").await.unwrap();
    assert_eq!(gone.kept, [".claude/hooks/pre.sh"]);
    assert_eq!(volume.read("skills/b/SKILL.md").as_deref(), Some("edited"));
    assert_eq!(
        volume.read("skills/a/SKILL.md").as_deref(),
        Some("the agent's own")
    );
}

#[tokio::test]
async fn a_settings_file_that_is_no_json_is_nobodys_to_rewrite() {
    let (house, id, volume) = full().await;
    volume.write(".claude/settings.json", "// mine\n{}");
    let done = house.install(&id, "full").await.unwrap();
    assert!(
        done.warnings.iter().any(|one| one.contains("no JSON")),
        "{:?}",
        done.warnings
    );
    assert_eq!(
        volume.read(".claude/settings.json").as_deref(),
        Some("// mine\n{}")
    );
    house.plugins.uninstall(&id, "full").await.unwrap();
    assert_eq!(
        volume.read(".claude/settings.json").as_deref(),
        Some("// mine\n{}")
    );
}

#[tokio::test]
async fn two_plugins_go_in_any_order_without_touching_each_other() {
    let (house, id, volume) = full().await;
    lived_in(&volume);
    let before = volume.read("CLAUDE.md");
    house.install(&id, "full").await.unwrap();
    house.install(&id, "demo").await.unwrap();
    // The demo's skill has the name of one that is there.
    assert_eq!(
        volume.read("skills/a/scripts/run.sh").as_deref(),
        Some("echo a")
    );
    house.plugins.uninstall(&id, "full").await.unwrap();
    assert!(volume.read("CLAUDE.md").unwrap().contains("# Plugin: demo"));
    house.plugins.uninstall(&id, "demo").await.unwrap();
    assert_eq!(
        volume
            .read("CLAUDE.md")
            .map(|text| text.trim_end().to_owned()),
        before
    );
}

#[tokio::test]
async fn no_96_a_runtime_without_an_adapter_gets_the_files_and_nothing_more() {
    let house = House::new().await;
    house.offer("full", &FULL);
    let id = house
        .workspace("h", |new| new.runtime = "hermes".into())
        .await;
    let volume = house.run(&id);
    house.install(&id, "full").await.unwrap();
    assert!(
        volume
            .files()
            .keys()
            .all(|path| path.starts_with("plugins/full/"))
    );
    let list = house.plugins.installed(&id).await.unwrap();
    assert_eq!(list[0].support, plugins::Support::None);
}
