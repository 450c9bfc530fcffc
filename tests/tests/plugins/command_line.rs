//! Plugins by the command line, in real containers: a plugin of the published shape always, the published one where its
//! folder is, and the queue of updates from a real repository.

use crate::{
    published_plugin::{NAME, SKILLS},
    *,
};
use std::process::Output;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::write(target, fs::read(entry.path()).unwrap()).unwrap();
        }
    }
}

/// Puts one of the same shape into the registry.
fn made(served: &Served) {
    let files = published_plugin::files();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    offer(served, NAME, &files);
}

async fn run(served: &Served, words: &[&str]) -> Output {
    served.command(words).await
}

async fn said(served: &Served, words: &[&str]) -> String {
    let output = run(served, words).await;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{words:?}: {text}{errors}");
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn a_published_plugin_comes_into_a_container_and_goes_by_commands() {
    let served = Served::start(ServedOptions::with_engine()).await;
    let engine = Engine::connect().await;
    served.stand_ins().await;
    let id = agent(&served, "worker").await;
    served.online(1, minutes(3)).await;
    made(&served);
    let registry = served.data_dir().join("plugins").join(NAME);
    for from in [None, published_plugin::folder()] {
        if let Some(from) = &from {
            let _ = fs::remove_dir_all(&registry);
            copy(from, &registry);
        }
        let listed = said(&served, &["plugin", "list"]).await;
        assert!(
            listed.contains(NAME) && listed.contains("1.0.0"),
            "{listed}"
        );
        let shown = said(
            &served,
            &["plugin", "install", NAME, "--agent", "worker", "--yes"],
        )
        .await;
        assert!(
            shown.contains("superpowers 1.0.0 (local://superpowers)")
                && shown.contains("superpowers is installed in worker; it restarts now."),
            "{shown}"
        );
        served
            .until(&id, "the restart", minutes(2), |one| {
                one["status"] == "online" && one["needs_restart"] != json!(true)
            })
            .await;
        let container = engine.id_of(&id).await.unwrap();
        for skill in SKILLS {
            let path = format!("/configs/skills/{skill}/SKILL.md");
            let inside = engine.file(&container, &path).await.expect(skill);
            let offered = fs::read(registry.join(format!("skills/{skill}/SKILL.md"))).unwrap();
            assert_eq!((inside.content, inside.uid), (offered, 1000), "{skill}");
        }
        let marker = engine
            .file(&container, &format!("/configs/plugins/{NAME}/.complete"))
            .await;
        assert!(marker.is_some());
        let has = said(&served, &["plugin", "list", "--agent", "worker"]).await;
        assert!(has.contains("in use"), "{has}");
        // The agent uses it: it answers with what stands behind the front matter.
        let text = fs::read_to_string(registry.join("skills/writing-plans/SKILL.md")).unwrap();
        let body = text.splitn(3, "---").nth(2).unwrap();
        let first = body.lines().find(|line| !line.trim().is_empty()).unwrap();
        eventually("a skill in the agent", minutes(1), || async {
            let (_, answer) = served.say(&id, "/echo skill writing-plans").await;
            answer.to_string().contains(first).then_some(())
        })
        .await;
        let gone = said(
            &served,
            &["plugin", "uninstall", NAME, "--agent", "worker", "--yes"],
        )
        .await;
        assert!(
            gone.contains("superpowers is removed from worker"),
            "{gone}"
        );
        served
            .until(&id, "being online again", minutes(2), |one| {
                one["status"] == "online" && one["needs_restart"] != json!(true)
            })
            .await;
        let container = engine.id_of(&id).await.unwrap();
        for path in [
            format!("plugins/{NAME}/plugin.yaml"),
            "skills/writing-plans/SKILL.md".to_owned(),
        ] {
            let left = engine.file(&container, &format!("/configs/{path}")).await;
            assert_eq!(left, None, "{path}");
        }
    }
}

/// Addresses of this host lead to bare repositories of the test, by a git of the test that calls the real one.
fn forge(folder: &Path) -> String {
    let real = std::process::Command::new("sh")
        .args(["-c", "command -v git"])
        .output()
        .unwrap();
    let real = String::from_utf8(real.stdout).unwrap();
    let (bin, repos) = (folder.join("bin"), folder.join("repos"));
    fs::create_dir_all(&repos).unwrap();
    let script = format!(
        "#!/bin/sh\nexport GIT_ALLOW_PROTOCOL=file:https\nexec {} -c url.file://{}/.insteadOf=https://git.example.org/ -c protocol.file.allow=always \"$@\"\n",
        real.trim(),
        repos.display()
    );
    put(&bin.join("git"), &script);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(bin.join("git"), fs::Permissions::from_mode(0o755)).unwrap();
    }
    format!("{}:{}", bin.display(), std::env::var("PATH").unwrap())
}

/// Commits a version of `acme/demo` and tags it; gives the commit.
fn release(folder: &Path, version: &str) -> String {
    let (bare, work) = (folder.join("repos/acme/demo.git"), folder.join("work"));
    let git = |at: &Path, words: &[&str]| {
        let done = std::process::Command::new("git")
            .args([
                "-c",
                "user.name=Tester",
                "-c",
                "user.email=tester@example.org",
            ])
            .args(words)
            .current_dir(at)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output()
            .unwrap();
        assert!(done.status.success(), "git {words:?}: {done:?}");
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    };
    if !bare.exists() {
        fs::create_dir_all(&bare).unwrap();
        git(
            &bare,
            &["init", "--quiet", "--bare", "--initial-branch=main"],
        );
        fs::create_dir_all(&work).unwrap();
        git(&work, &["init", "--quiet", "--initial-branch=main"]);
        git(
            &work,
            &["remote", "add", "origin", &bare.display().to_string()],
        );
    }
    put(
        &work.join("plugin.yaml"),
        &format!("name: demo\nversion: {version}\n"),
    );
    put(
        &work.join("hooks/on-start.sh"),
        &format!("#!/bin/sh\necho {version}\n"),
    );
    git(&work, &["add", "."]);
    git(&work, &["commit", "--quiet", "--message", version]);
    let tag = format!("v{version}");
    git(&work, &["tag", &tag]);
    git(&work, &["push", "--quiet", "origin", "main", &tag]);
    git(&work, &["rev-parse", "HEAD"])
}

#[tokio::test(flavor = "multi_thread")]
async fn the_queue_of_updates_is_worked_off_by_commands() {
    let folder = tempfile::tempdir().unwrap();
    let path = forge(folder.path());
    release(folder.path(), "1.0.0");
    let options = ServedOptions::default()
        .env("PATH", &path)
        .env("MOLECULE_EXTERNAL_REPO_ALLOWLIST", "git.example.org/acme/");
    let served = Served::start(options).await;
    let (lead, other) = (agent(&served, "lead").await, agent(&served, "other").await);
    let source = "gitea://git.example.org/acme/demo#v1.0.0";
    for name in ["lead", "other"] {
        let shown = said(
            &served,
            &[
                "plugin",
                "install",
                source,
                "--agent",
                name,
                "--track",
                "tag:latest",
                "--yes",
            ],
        )
        .await;
        assert!(
            shown.contains("hooks/on-start.sh") && shown.contains("echo 1.0.0"),
            "{shown}"
        );
    }
    let tier = said(&served, &["plugin", "tier", "canary", "--agent", "lead"]).await;
    assert_eq!(
        tier.trim(),
        "lead gets updates of plugins before the others."
    );
    let commit = release(folder.path(), "1.1.0");
    let waiting = said(&served, &["plugin", "updates", "--check"]).await;
    assert!(
        waiting.contains("canary") && waiting.contains(&format!("v1.1.0 ({})", &commit[..12])),
        "{waiting}"
    );
    let early = said(
        &served,
        &["plugin", "apply", "--tier", "production", "--yes"],
    )
    .await;
    assert!(early.contains("apply to canary first"), "{early}");
    let first = said(&served, &["plugin", "apply", "--tier", "canary", "--yes"]).await;
    assert!(
        first.contains("echo 1.1.0") && first.contains("1 update applied."),
        "the new code is shown first: {first}"
    );
    let version = |id: String| {
        let served = &served;
        async move {
            let (_, list) = served.get(&format!("/workspaces/{id}/plugins")).await;
            list[0]["version"].as_str().unwrap().to_owned()
        }
    };
    assert_eq!(
        (
            version(lead.clone()).await.as_str(),
            version(other.clone()).await.as_str()
        ),
        ("1.1.0", "1.0.0")
    );
    let (_, pending) = served.get("/admin/plugin-updates-pending").await;
    // Nothing said is no word for everything, and the list shows no more of an id than it takes.
    for none in [
        &["plugin", "apply", "--yes"][..],
        &["plugin", "apply", "", "--yes"],
    ] {
        assert!(!run(&served, none).await.status.success(), "{none:?}");
    }
    let update = &pending[0]["id"].as_str().unwrap()[..8];
    let shown = said(&served, &["plugin", "updates"]).await;
    assert!(shown.contains(&format!("{update} ")), "{shown}");
    said(&served, &["plugin", "dismiss", update]).await;
    let none = said(&served, &["plugin", "updates", "--check"]).await;
    assert!(
        none.contains("No updates wait"),
        "what was dismissed stays away: {none}"
    );
    release(folder.path(), "1.2.0");
    said(&served, &["plugin", "updates", "--check"]).await;
    said(&served, &["plugin", "apply", "--tier", "canary", "--yes"]).await;
    let all = said(&served, &["plugin", "apply", "--plugin", "demo", "--yes"]).await;
    assert!(all.contains("1 update applied."), "{all}");
    assert_eq!(
        (version(lead).await, version(other).await),
        ("1.2.0".to_owned(), "1.2.0".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_allowlist_is_kept_by_commands_for_the_whole_tree() {
    let served = Served::start(ServedOptions::default()).await;
    let lead = agent(&served, "lead").await;
    make(
        &served,
        json!({"name": "member", "runtime": "claude-code", "parent_id": lead}),
    )
    .await;
    offer(&served, "demo", &DEMO);
    let free = said(&served, &["plugin", "allowlist", "--agent", "member"]).await;
    assert_eq!(free.trim(), "lead and all below it may have any plugin.");
    let set = said(
        &served,
        &[
            "plugin",
            "allowlist",
            "--agent",
            "member",
            "--add",
            "other",
            "third",
        ],
    )
    .await;
    assert_eq!(
        set.trim(),
        "lead and all below it may have only: other, third."
    );
    let refused = run(
        &served,
        &["plugin", "install", "demo", "--agent", "member", "--yes"],
    )
    .await;
    assert!(!refused.status.success());
    let error = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(error.contains("not in the org allowlist"), "{error}");
    said(
        &served,
        &[
            "plugin",
            "allowlist",
            "--agent",
            "lead",
            "--remove",
            "third",
            "--add",
            "demo",
        ],
    )
    .await;
    said(
        &served,
        &["plugin", "install", "demo", "--agent", "member", "--yes"],
    )
    .await;
    let empties = run(
        &served,
        &[
            "plugin",
            "allowlist",
            "--agent",
            "lead",
            "--remove",
            "demo",
            "other",
        ],
    )
    .await;
    let error = String::from_utf8_lossy(&empties.stderr).into_owned();
    assert!(
        !empties.status.success() && error.contains("--clear"),
        "{error}"
    );
    let cleared = said(
        &served,
        &["plugin", "allowlist", "--agent", "lead", "--clear"],
    )
    .await;
    assert_eq!(cleared.trim(), "lead and all below it may have any plugin.");
}
