//! D rows that concern what an import writes.

use crate::house::{House, by_dir, sync, write};
use orgs::OrgsError;
use serde_json::json;
use wire::{ImportRequest, Status, kind};

fn inline(template: serde_json::Value) -> ImportRequest {
    ImportRequest {
        template: Some(template),
        ..ImportRequest::default()
    }
}

#[tokio::test]
async fn d12_a_linked_department_gets_its_own_files() {
    let house = House::new().await;
    let root = house.org(
        "fx-12",
        &[(
            "org.yaml",
            "name: Linked\nworkspaces:\n  - !include dept/workspace.yaml\n",
        )],
    );
    let other = house.dir.path().join("other/dept");
    write(
        &other,
        &[
            (
                "workspace.yaml",
                "name: Dept\nfiles_dir: dept\nchildren:\n  - !include ./a/workspace.yaml\n",
            ),
            ("system-prompt.md", "Lead.\n"),
            ("a/workspace.yaml", "name: A\nfiles_dir: dept/a\n"),
            ("a/system-prompt.md", "Member.\n"),
        ],
    );
    std::os::unix::fs::symlink(&other, root.join("dept")).unwrap();
    assert_eq!(house.imported("fx-12").await.count, 2);
    for (name, dir) in [("Dept", "dept"), ("A", "dept/a")] {
        let row = house.row(name).await;
        assert_eq!(row.template_dir.as_deref(), root.join(dir).to_str());
        assert!(root.join(dir).join("system-prompt.md").is_file());
    }
    let owners = house
        .orgs
        .owners(&other.canonicalize().unwrap().join("a/system-prompt.md"))
        .await
        .unwrap();
    assert_eq!(
        owners.len(),
        2,
        "the lead's folder holds the member's: {owners:?}"
    );
    let watched = house.orgs.watched_folders().await.unwrap();
    assert!(
        watched.contains(&other.canonicalize().unwrap()),
        "the target of the link: {watched:?}"
    );
}

#[tokio::test]
async fn d20_d21_prompts_reach_the_config_when_ticked() {
    let house = House::new().await;
    let yaml = "name: P\ndefaults: {initial_prompt: From defaults}\nworkspaces:\n  - {name: Missing, initial_prompt_file: gone.md}\n  - {name: Both, initial_prompt: Inline, initial_prompt_file: there.md}\n";
    house.org(
        "fx-20",
        &[("org.yaml", yaml), ("there.md", "From the file\n")],
    );
    let prompts = Some(wire::Prompts {
        initial: true,
        ..wire::Prompts::default()
    });
    let plan = house.orgs.plan(&by_dir("fx-20")).await.unwrap();
    assert!(
        plan.warnings
            .iter()
            .any(|warning| warning.code == "prompt_file" && warning.line == Some(4)),
        "{:?}",
        plan.warnings
    );
    house
        .import(ImportRequest {
            prompts,
            ..by_dir("fx-20")
        })
        .await
        .unwrap();
    for (name, text) in [("Missing", "From defaults"), ("Both", "Inline")] {
        let config = house
            .made(&house.row(name).await.id, "config.yaml")
            .await
            .unwrap();
        assert!(config.contains(text), "{name}: {config}");
    }
}

#[tokio::test]
async fn d25_d26_d27_requirements_are_checked_before_anything() {
    let house = House::new().await;
    let yaml = "name: Needs\nrequired_env: [K, {any_of: [A, B]}]\nworkspaces:\n  - {name: One, required_env: [{any_of: [B, A]}, lower]}\n  - {name: Off, spawning: false, required_env: [NEVER]}\n";
    house.org("fx-25", &[("org.yaml", yaml)]);
    let error = house.undone(by_dir("fx-25")).await;
    let OrgsError::MissingEnv(body) = &error else {
        panic!("{error}")
    };
    let body = serde_json::to_value(body).unwrap();
    assert_eq!(body["missing_env"], json!(["K", {"any_of": ["A", "B"]}]));
    assert_eq!(body["required_env"], body["missing_env"]);
    assert_eq!(body["template"], "Needs");
    assert_eq!(
        body["suggestion"],
        "set these as global secrets (POST /settings/secrets) or pass force=true to override"
    );

    let forced = house
        .import(ImportRequest {
            force: true,
            ..by_dir("fx-25")
        })
        .await
        .unwrap();
    assert_eq!(forced.count, 1);
    write(&house.org("fx-25", &[]), &[(".env", "K=1\nB=2\n")]);
    house.imported("fx-25").await;
}

#[tokio::test]
async fn d28_no_27_an_external_node_is_awaited_with_its_token_and_keeps_its_secrets() {
    let house = House::new().await;
    let yaml = "name: E\nworkspaces:\n  - {name: Out, external: true, url: 'http://agent.example:9000', files_dir: out}\n  - {name: Waits, external: true}\n";
    house.org("fx-28", &[("org.yaml", yaml), ("out/.env", "KEY=v\n")]);
    let result = house.imported("fx-28").await;
    let row = house.row("Out").await;
    assert_eq!(
        (row.runtime.as_str(), row.status, row.template_dir.clone()),
        ("external", Status::AwaitingAgent, None),
        "nobody has seen it yet"
    );
    assert_eq!(row.url.as_deref(), Some("http://agent.example:9000"));
    assert_eq!(house.row("Waits").await.status, Status::AwaitingAgent);
    assert!(house.made(&row.id, "config.yaml").await.is_none());
    let events = house
        .events(&[
            kind::WORKSPACE_PROVISIONING,
            kind::WORKSPACE_ONLINE,
            kind::WORKSPACE_AWAITING_AGENT,
        ])
        .await;
    let names: Vec<_> = events
        .iter()
        .filter(|e| e.workspace_id == Some(row.id.clone()))
        .map(|e| e.event_type.clone())
        .collect();
    assert_eq!(
        names,
        [kind::WORKSPACE_PROVISIONING, kind::WORKSPACE_AWAITING_AGENT]
    );
    let token = result.workspaces[0].auth_token.clone().unwrap();
    let hash = vault::tokens::TokenHash::of(&token);
    let known = store::rows::tokens::find(
        house.store.read(),
        hash.as_bytes(),
        "2026-01-01T00:00:00.000000Z",
    )
    .await
    .unwrap();
    assert_eq!(known.map(|known| known.workspace_id), Some(row.id.clone()));
    assert!(
        !house.dump(&[]).await.contains(&token),
        "kept as a hash only"
    );
    let again = house.imported("fx-28").await;
    assert!(
        again.workspaces.iter().all(|one| one.auth_token.is_none()),
        "shown once"
    );
    let secrets = store::rows::secrets::of_workspace(house.store.read(), &row.id)
        .await
        .unwrap();
    assert_eq!(secrets.len(), 1);
}

#[tokio::test]
async fn d29_a_tree_falls_back_to_template_and_runtime_default() {
    let house = House::new().await;
    let yaml = "name: T\ndefaults: {runtime: claude-code}\nworkspaces:\n  - {name: Climbs, template: ../../x}\n  - {name: Unknown, template: nope}\n  - {name: Known, template: known}\n  - {name: Own, template: known, files_dir: own}\n";
    house.org(
        "fx-29",
        &[("org.yaml", yaml), ("own/system-prompt.md", "Mine.\n")],
    );
    let configs = house.dir.path().canonicalize().unwrap().join("configs");
    write(
        &configs,
        &[
            ("known/config.yaml", "skills: [a]\n"),
            ("claude-code-default/config.yaml", "skills: [b]\n"),
        ],
    );
    house.imported("fx-29").await;
    for (name, dir, skills) in [
        ("Climbs", "claude-code-default", true),
        ("Unknown", "claude-code-default", true),
        ("Known", "known", true),
    ] {
        let row = house.row(name).await;
        assert_eq!(
            row.template_dir.as_deref(),
            configs.join(dir).to_str(),
            "{name}"
        );
        assert_eq!(
            house
                .made(&row.id, "config.yaml")
                .await
                .unwrap()
                .contains("skills"),
            skills
        );
    }
    let own = house.row("Own").await;
    assert!(own.template_dir.unwrap().ends_with("fx-29/own"));
}

#[tokio::test]
async fn no_28_a_template_lies_below_the_files_of_the_role() {
    let house = House::new().await;
    let yaml = "name: T\ndefaults: {runtime: claude-code}\nworkspaces:\n  - {name: Both, template: known, files_dir: both}\n  - {name: Own, template: known, files_dir: own}\n";
    let root = house.org(
        "layers",
        &[
            ("org.yaml", yaml),
            ("both/config.yaml", "skills: [mine]\nruntime: other\n"),
            ("own/system-prompt.md", "Mine.\n"),
        ],
    );
    let configs = house.dir.path().canonicalize().unwrap().join("configs");
    write(
        &configs,
        &[
            ("known/config.yaml", "skills: [theirs]\n"),
            ("known/notes.md", "x"),
        ],
    );
    let result = house.imported("layers").await;
    assert!(
        result
            .warnings
            .iter()
            .any(|one| one.text.contains("runtime")
                && one.file.as_deref() == Some("both/config.yaml")),
        "a value that is overwritten is told: {:?}",
        result.warnings
    );
    for (name, skills) in [("Both", "mine"), ("Own", "theirs")] {
        let row = house.row(name).await;
        let own = root.join(name.to_lowercase());
        assert_eq!(row.template_dir.as_deref(), own.to_str());
        assert_eq!(row.base_dir.as_deref(), configs.join("known").to_str());
        let config = house.made(&row.id, "config.yaml").await.unwrap();
        assert!(config.contains(skills), "{name}: {config}");
        assert!(config.contains("runtime: claude-code"), "{config}");
    }
    let watched = house.orgs.watched_folders().await.unwrap();
    assert!(watched.contains(&configs.join("known")), "{watched:?}");
    let owners = house
        .orgs
        .owners(&configs.join("known/notes.md"))
        .await
        .unwrap();
    assert_eq!(owners.len(), 2, "{owners:?}");
    // The template goes from the files: the row follows.
    let without = yaml.replace("template: known, files_dir: both", "files_dir: both");
    write(&root, &[("org.yaml", &without)]);
    house.import(sync("layers")).await.unwrap();
    assert_eq!(house.row("Both").await.base_dir, None);
    assert!(house.row("Own").await.base_dir.is_some());
}

#[tokio::test]
async fn d36_no_33_memories_are_redacted_and_said_not_to_be_kept() {
    let house = House::new().await;
    let yaml = "name: M\ndefaults:\n  initial_memories: [{content: 'MY_API_KEY=abc123 is set'}, {content: Two}]\nglobal_memories: [{content: 'CI_TOKEN=abc123', scope: team}]\nworkspaces: [{name: A}, {name: B, initial_memories: [{content: Own, scope: world}, {content: Mine}]}, {name: C}]\n";
    house.org("memories", &[("org.yaml", yaml)]);
    let plan = house.orgs.plan(&by_dir("memories")).await.unwrap();
    let told = |warnings: &[wire::PlanWarning]| -> Vec<(String, Option<u32>)> {
        let mine = warnings
            .iter()
            .filter(|one| one.code == "memories_not_kept");
        mine.map(|one| {
            (
                one.text.split(" in the files").next().unwrap().to_owned(),
                one.line,
            )
        })
        .collect()
    };
    let wanted = [
        ("1 memory of the whole org", 4),
        ("2 memories of 2 roles", 3),
        ("1 memory of 1 role", 5),
    ];
    let wanted: Vec<_> = wanted
        .map(|(text, line)| (text.to_owned(), Some(line)))
        .to_vec();
    assert_eq!(told(&plan.warnings), wanted);
    let result = house.imported("memories").await;
    assert_eq!(told(&result.warnings), wanted, "the import says it too");
    let dump = house.dump(&[]).await;
    assert!(!dump.contains("abc123"), "{dump}");
    assert!(dump.contains("[REDACTED:API_KEY] is set"));
    let changes = house.total_changes().await;
    house.import(sync("memories")).await.unwrap();
    assert_eq!(
        house.total_changes().await - changes,
        2,
        "what is redacted compares equal"
    );
}

#[tokio::test]
async fn no_39_every_row_says_which_import_and_commit_it_is_from() {
    let house = House::new().await;
    let root = house.org(
        "kept",
        &[(
            "org.yaml",
            "name: K\nworkspaces: [{name: A, role: one}, {name: B}]\n",
        )],
    );
    let git = |arguments: &[&str]| {
        let done = std::process::Command::new("git")
            .args(["-c", "user.name=t", "-c", "user.email=t@example.org"])
            .args(arguments)
            .current_dir(&root)
            .output()
            .unwrap();
        assert!(done.status.success(), "{done:?}");
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-q", "-m", "one"]);
    let first = house.imported("kept").await.import_id;
    let commit = git(&["rev-parse", "HEAD"]);
    for name in ["A", "B"] {
        let row = house.row(name).await;
        assert_eq!(
            (row.import_id.as_deref(), row.source_commit.as_deref()),
            (Some(first.as_str()), Some(commit.as_str()))
        );
    }
    let events = house.events(&[kind::IMPORT_COMPLETED]).await;
    assert_eq!(events[0].payload["import_id"], first.as_str());
    write(
        &root,
        &[(
            "org.yaml",
            "name: K\nworkspaces: [{name: A, role: two}, {name: B}]\n",
        )],
    );
    git(&["commit", "-q", "-a", "-m", "two"]);
    let second = house.import(sync("kept")).await.unwrap().import_id;
    let row = house.row("A").await;
    assert_eq!(row.import_id.as_deref(), Some(second.as_str()));
    assert_eq!(row.source_commit.unwrap(), git(&["rev-parse", "HEAD"]));
    assert_eq!(
        house.row("B").await.import_id.as_deref(),
        Some(first.as_str()),
        "nothing of it changed"
    );
}

#[tokio::test]
async fn d30_d31_d38_d43_no_4_10_are_refused_before_any_insert() {
    let house = House::new().await;
    write(&house.dir.path().join("secrets"), &[(".env", "K=1\n")]);
    for (name, nodes, says) in [
        (
            "fx-30",
            "  - {name: A, files_dir: ../../secrets}\n",
            "leaves the org folder",
        ),
        ("fx-31", "  - {name: A, plugins: [../../etc]}\n", ""),
        (
            "fx-38a",
            "  - {name: A, workspace_access: read_only}\n",
            "requires workspace_dir to be set",
        ),
        (
            "fx-38b",
            "  - {name: A, workspace_access: write}\n",
            "must be 'none', 'read_only', or 'read_write'",
        ),
        (
            "fx-43",
            "  - name: A\n    children: [{name: B}, {name: B}]\n",
            "",
        ),
        (
            "fx-a5-rel",
            "  - {name: A, workspace_dir: rel/dir}\n",
            "workspace_dir must be an absolute path",
        ),
        (
            "fx-a5-etc",
            "  - {name: A, workspace_dir: /etc/x}\n",
            "workspace_dir must not be a system path (/etc)",
        ),
    ] {
        house.org(
            name,
            &[(
                "org.yaml",
                &format!("name: Bad\nworkspaces:\n  - {{name: Good}}\n{nodes}"),
            )],
        );
        let error = house.refused(by_dir(name)).await;
        assert_eq!(error.to_string(), "invalid org template", "{name}");
        let problem = &error.problems()[0];
        assert!(problem.message.contains(says), "{name}: {problem}");
        assert!(
            problem.file == "org.yaml" && problem.line >= 4,
            "{name}: {problem}"
        );
    }
}

#[tokio::test]
async fn d35_an_inline_prompt_lies_over_the_file() {
    let house = House::new().await;
    let yaml = "name: S\nworkspaces:\n  - {name: A, files_dir: a, system_prompt: \"Inline.\\r\\nTwo.\"}\n  - {name: B, files_dir: a}\n";
    house.org(
        "fx-35",
        &[("org.yaml", yaml), ("a/system-prompt.md", "File.\n")],
    );
    house.imported("fx-35").await;
    assert_eq!(
        house
            .made(&house.row("A").await.id, "system-prompt.md")
            .await
            .as_deref(),
        Some("Inline.\nTwo.")
    );
    assert_eq!(
        house
            .made(&house.row("B").await.id, "system-prompt.md")
            .await,
        None,
        "the file of the folder stands"
    );
}

#[tokio::test]
async fn d37_tasks_at_once_are_at_least_one() {
    let house = House::new().await;
    let yaml = "name: M\nworkspaces:\n  - {name: A, max_concurrent_tasks: 0}\n  - {name: B, max_concurrent_tasks: -2}\n  - {name: C, max_concurrent_tasks: 3}\n";
    house.org("fx-37", &[("org.yaml", yaml)]);
    house.imported("fx-37").await;
    let tasks: Vec<i64> = house
        .rows()
        .await
        .iter()
        .map(|row| row.max_concurrent_tasks)
        .collect();
    assert_eq!(tasks, [1, 1, 3]);
}

#[tokio::test]
async fn d39_an_inline_org_has_no_files() {
    let house = House::new().await;
    let request = inline(json!({"name": "T", "workspaces": [
        {"name": "A", "files_dir": "a", "initial_prompt_file": "p.md", "children": [{"name": "B"}]}
    ]}));
    let result = house.import(request.clone()).await.unwrap();
    assert_eq!(
        (result.org.as_str(), result.count, result.org_id.as_str()),
        ("T", 2, "")
    );
    let row = house.row("A").await;
    assert_eq!(
        (row.files_dir, row.template_dir, row.org_id),
        (None, None, None)
    );
    let changes = house.total_changes().await;
    assert!(
        house
            .import(request)
            .await
            .unwrap()
            .workspaces
            .iter()
            .all(|one| one.skipped)
    );
    assert_eq!(house.total_changes().await - changes, 2);
}

#[tokio::test]
async fn d40_refusals_in_their_order() {
    let house = House::new().await;
    house.org(
        "yml",
        &[("org.yml", "name: Yml\nworkspaces: [{name: A}]\n")],
    );
    let text = |error: OrgsError| error.to_string();
    assert_eq!(
        text(house.refused(ImportRequest::default()).await),
        "provide 'dir' or 'template'"
    );
    assert_eq!(
        text(house.refused(inline(json!({"workspaces": []}))).await),
        "provide 'dir' or 'template'"
    );
    assert_eq!(
        text(house.refused(inline(json!([]))).await),
        "invalid request body"
    );
    assert_eq!(
        text(house.refused(by_dir("../x")).await),
        "invalid org directory"
    );
    assert_eq!(
        text(house.refused(by_dir("/etc")).await),
        "invalid org directory"
    );
    assert_eq!(
        text(house.refused(by_dir("none")).await),
        "org template not found: none"
    );
    assert_eq!(
        text(
            house
                .refused(ImportRequest {
                    mode: "other".into(),
                    ..by_dir("yml")
                })
                .await
        ),
        "invalid mode"
    );
    assert_eq!(house.imported("yml").await.count, 1);
}

#[tokio::test]
async fn d41_no_4_a_failing_insert_undoes_everything() {
    let house = House::new().await;
    house.org(
        "fx-41",
        &[(
            "org.yaml",
            "name: Three\nworkspaces: [{name: A}, {name: B}, {name: C}]\n",
        )],
    );
    house
        .sql("CREATE TRIGGER third BEFORE INSERT ON workspaces WHEN NEW.name = 'C' BEGIN SELECT RAISE(ABORT, 'no'); END")
        .await;
    let error = house.undone(by_dir("fx-41")).await;
    assert_eq!(error.code(), "internal");
    house.sql("DROP TRIGGER third").await;
    assert_eq!(house.imported("fx-41").await.count, 3);
}

#[tokio::test]
async fn d44_any_name_makes_a_config_that_parses() {
    let house = House::new().await;
    let long = "x".repeat(900);
    let names = ["a \"quoted\": name", "🚀 launch 🦀", long.as_str()];
    let nodes: Vec<_> = names.iter().map(|name| json!({"name": name})).collect();
    house
        .import(inline(json!({"name": "Names", "workspaces": nodes})))
        .await
        .unwrap();
    for name in names {
        let row = house.row(name).await;
        let config = house.made(&row.id, "config.yaml").await.unwrap();
        assert_eq!(
            config
                .lines()
                .filter(|line| line.starts_with("name: "))
                .count(),
            1,
            "{config}"
        );
    }
}
