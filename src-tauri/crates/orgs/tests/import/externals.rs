//! `!external` with real git and real repositories (contract 03 section 2.4, nos. 21, 39, 41 to 45).

use crate::house::{House, by_dir};
use git_fetch::testing::{Forge, Server};
use git_fetch::{Allowlist, GitFetch, Token, TokenStyle, Transports};
use orgs::{ExternalSource, OrgsError};
use wire::{ImportRequest, PatchWorkspace, SaveRequest};

const HOST: &str = "git.example.org";
const SECRET: &str = "tok-9b1e4477aa";

fn source(transports: Transports) -> ExternalSource {
    let allow = Allowlist::from_setting(Some("git.example.org/acme/")).unwrap();
    ExternalSource {
        git: GitFetch::new(allow).with_transports(transports),
        host: HOST.to_owned(),
    }
}

/// A platform whose repositories come from a forge on disk.
async fn house(forge: &Forge) -> House {
    let mut house = House::new().await;
    house.orgs = house
        .orgs
        .clone()
        .with_external(source(forge.transports(HOST)));
    house
}

fn lead(external: &str) -> String {
    format!(
        "name: T\nworkspaces:\n  - name: Lead\n    files_dir: lead\n    children:\n      - !external {external}\n"
    )
}

const QUALITY: &str = "{repo: acme/quality, ref: main, path: qa/workspace.yaml}";

fn quality(forge: &Forge, tier: u8) -> git_fetch::Commit {
    let qa = format!(
        "name: QA\ntier: {tier}\nfiles_dir: qa\ninitial_prompt_file: start.md\nchildren:\n  - !include ../tester/workspace.yaml\n"
    );
    forge.commit(
        "acme/quality",
        &[
            ("qa/workspace.yaml", &qa),
            ("qa/start.md", "Begin.\n"),
            ("qa/.env", "QA_KEY=from-repository\n"),
            ("qa/config.yaml", "github_repo: acme/quality\n"),
            ("tester/workspace.yaml", "name: Tester\nfiles_dir: tester\n"),
            ("tester/system-prompt.md", "You test.\n"),
        ],
    )
}

#[tokio::test]
async fn d13_a_subtree_of_another_repository_is_imported() {
    let forge = Forge::new();
    let commit = quality(&forge, 2);
    let house = house(&forge).await;
    let root = house.org("t", &[("org.yaml", &lead(QUALITY)), ("lead/x.md", "x")]);
    let result = house.imported("t").await;
    let names: Vec<&str> = result.workspaces.iter().map(|w| w.name.as_str()).collect();
    assert_eq!(names, ["Lead", "QA", "Tester"]);
    let folder = format!(".external-cache/acme__quality/{commit}");
    let qa = house.row("QA").await;
    assert_eq!(
        qa.files_dir.as_deref(),
        Some(format!("{folder}/qa").as_str())
    );
    assert_eq!(qa.parent_id, Some(house.row("Lead").await.id));
    let template = qa.template_dir.clone().unwrap();
    assert_eq!(
        std::path::Path::new(&template),
        root.join(&folder).join("qa")
    );
    assert!(root.join(&folder).join(".complete").is_file());
    let config = house.made(&qa.id, "config.yaml").await.unwrap();
    assert!(
        config.contains("github_repo"),
        "its own config is merged: {config}"
    );
    let secrets = store::rows::secrets::of_workspace(house.store.read(), &qa.id)
        .await
        .unwrap();
    assert_eq!(
        secrets.iter().map(|s| s.key.as_str()).collect::<Vec<_>>(),
        ["QA_KEY"]
    );
    let ignored = std::fs::read_to_string(root.join(".external-cache/.gitignore")).unwrap();
    assert!(ignored.lines().any(|line| line == "*"));
}

#[tokio::test]
async fn d13_the_plan_names_repository_ref_and_commit() {
    let forge = Forge::new();
    let commit = quality(&forge, 2);
    let house = house(&forge).await;
    house.org("t", &[("org.yaml", &lead(QUALITY)), ("lead/x.md", "x")]);
    let plan = house.orgs.plan(&by_dir("t")).await.unwrap();
    assert_eq!(plan.plan[0].origin, None);
    for step in &plan.plan[1..] {
        let origin = step.origin.as_ref().unwrap();
        assert_eq!(origin.repo, "git.example.org/acme/quality");
        assert_eq!(
            (origin.reference.as_str(), origin.commit.as_str()),
            ("main", commit.as_str())
        );
    }
    assert_eq!(house.rows().await.len(), 0, "a plan changes nothing");
}

#[tokio::test]
async fn a_newer_commit_is_an_update_in_place() {
    let forge = Forge::new();
    quality(&forge, 2);
    let house = house(&forge).await;
    house.org("t", &[("org.yaml", &lead(QUALITY)), ("lead/x.md", "x")]);
    house.imported("t").await;
    let before = house.row("QA").await;
    let newer = quality(&forge, 1);
    let sync = || ImportRequest {
        mode: "sync".into(),
        prune: true,
        ..by_dir("t")
    };
    let result = house.import(sync()).await.unwrap();
    assert_eq!(result.reconcile_removed, Vec::<String>::new());
    let after = house.row("QA").await;
    assert_eq!((after.id.as_str(), after.tier), (before.id.as_str(), 1));
    assert!(after.template_dir.unwrap().contains(newer.as_str()));
    assert_eq!(house.rows().await.len(), 3);
    let again = house.import(sync()).await.unwrap();
    assert_eq!(
        again.changed,
        Vec::<String>::new(),
        "a repeat changes nothing"
    );
}

#[tokio::test]
async fn no_44_commits_nobody_lives_from_are_swept_but_the_last_three() {
    let forge = Forge::new();
    let house = house(&forge).await;
    let root = house.org("t", &[("org.yaml", &lead(QUALITY)), ("lead/x.md", "x")]);
    let mut all = Vec::new();
    for n in 0..6 {
        forge.commit("acme/quality", &[("note", &n.to_string())]);
        all.push(quality(&forge, 2));
        let request = ImportRequest {
            mode: if n == 0 { "" } else { "sync" }.into(),
            ..by_dir("t")
        };
        house.import(request).await.unwrap();
    }
    let left = std::fs::read_dir(root.join(".external-cache/acme__quality")).unwrap();
    let left: Vec<String> = left
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(
        left.iter().filter(|name| name.len() == 40).count(),
        4,
        "{left:?}"
    );
    assert!(left.iter().any(|name| name == all[5].as_str()));
}

#[tokio::test]
async fn d13_a_private_repository_leaves_no_trace_of_its_token() {
    let forge = Forge::new();
    quality(&forge, 2);
    let server = Server::demanding(&forge, &format!("token {SECRET}")).await;
    let mut house = House::new().await;
    let mut external = source(server.transports(HOST));
    external.git = external
        .git
        .with_token(Token::new(HOST, SECRET, TokenStyle::Token).unwrap());
    house.orgs = house.orgs.clone().with_external(external);
    let root = house.org("t", &[("org.yaml", &lead(QUALITY)), ("lead/x.md", "x")]);
    house.imported("t").await;
    assert!(!house.dump(&[]).await.contains(SECRET));
    let output = std::process::Command::new("grep")
        .arg("-raF")
        .arg(SECRET)
        .arg(&root)
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");
    // Without it the refusal has a place and no secret.
    house.orgs = house
        .orgs
        .clone()
        .with_external(source(server.transports(HOST)));
    std::fs::remove_dir_all(root.join(".external-cache")).unwrap();
    let error = house.import(by_dir("t")).await.unwrap_err();
    let problem = &error.problems()[0];
    assert_eq!(
        (problem.file.as_str(), problem.line, problem.column),
        ("org.yaml", 6, 9)
    );
    assert!(problem.message.contains("refuses access"), "{problem}");
}

#[tokio::test]
async fn c5_6_7_refusals_carry_their_place_and_write_nothing() {
    let forge = Forge::new();
    quality(&forge, 2);
    let house = house(&forge).await;
    for (external, word) in [
        (
            "{repo: acme/quality, ref: nope, path: qa/workspace.yaml}",
            "no ref nope",
        ),
        (
            "{repo: acme/quality, ref: 'main; rm -rf /', path: qa/workspace.yaml}",
            "no usable ref",
        ),
        (
            "{repo: acme/quality, ref: a..b, path: qa/workspace.yaml}",
            "no usable ref",
        ),
        (
            "{repo: acme/quality, ref: main, path: none.yaml}",
            "does not exist",
        ),
        ("{repo: acme, ref: main, path: w.yaml}", "owner/name"),
        (
            "{repo: other/x, ref: main, path: w.yaml}",
            "not on the list",
        ),
        (
            "{repo: foo/bar, ref: main, path: w.yaml, url: github.com}",
            "not on the list",
        ),
        (
            "{repo: acme/quality, ref: main, path: w.yaml, url: 'me:pw@git.example.org'}",
            "credentials do not belong",
        ),
    ] {
        house.org("t", &[("org.yaml", &lead(external)), ("lead/x.md", "x")]);
        let error = house.import(by_dir("t")).await.unwrap_err();
        assert!(
            matches!(error, OrgsError::Expansion { .. }),
            "{external}: {error}"
        );
        let problem = &error.problems()[0];
        assert_eq!(
            (problem.file.as_str(), problem.line, problem.column),
            ("org.yaml", 6, 9),
            "{external}"
        );
        assert!(problem.message.contains(word), "{external}: {problem}");
    }
    assert_eq!(house.rows().await.len(), 0);
    assert_eq!(
        house.events(&["org.import.started"]).await.len(),
        0,
        "refusals before decoding write no audit row"
    );
}

#[tokio::test]
async fn no_41_a_list_never_fetches_and_an_import_without_a_network_uses_what_is_here() {
    let forge = Forge::new();
    quality(&forge, 2);
    let server = Server::open(&forge).await;
    let mut house = House::new().await;
    house.orgs = house
        .orgs
        .clone()
        .with_external(source(server.transports(HOST)));
    house.org("t", &[("org.yaml", &lead(QUALITY)), ("lead/x.md", "x")]);
    let listed =
        |list: Vec<wire::OrgTemplateView>| list.into_iter().find(|t| t.dir == "t").unwrap();
    let before = listed(house.orgs.templates().await.unwrap());
    assert_eq!(
        (before.workspaces, before.unfetched, before.error),
        (2, 1, None)
    );
    assert_eq!(server.seen(), Vec::<String>::new());
    house.imported("t").await;
    let after = listed(house.orgs.templates().await.unwrap());
    assert_eq!((after.workspaces, after.unfetched), (3, 0));
    let asked = server.seen().len();
    let org_id = house.row("QA").await.org_id.unwrap();
    house.orgs.reimport_preview(&org_id).await.unwrap();
    house
        .orgs
        .import_by(&by_dir("t"), "hot reload")
        .await
        .unwrap();
    assert_eq!(
        server.seen().len(),
        asked,
        "what happens by itself takes what is here"
    );
    let transports = server.transports(HOST);
    drop(server);
    house.orgs = house.orgs.clone().with_external(source(transports));
    let plan = house.orgs.plan(&by_dir("t")).await.unwrap();
    assert_eq!(plan.plan.len(), 3);
    let told: Vec<&str> = plan
        .warnings
        .iter()
        .filter(|w| w.code == "external")
        .map(|w| w.text.as_str())
        .collect();
    assert!(told.len() == 1 && told[0].contains("last time"), "{told:?}");
}

#[tokio::test]
async fn a_changed_cache_is_fetched_again() {
    let forge = Forge::new();
    let commit = quality(&forge, 2);
    let house = house(&forge).await;
    let root = house.org("t", &[("org.yaml", &lead(QUALITY)), ("lead/x.md", "x")]);
    house.imported("t").await;
    let file = root.join(format!(
        ".external-cache/acme__quality/{commit}/qa/workspace.yaml"
    ));
    std::fs::write(&file, "name: Evil\n").unwrap();
    house.orgs.plan(&by_dir("t")).await.unwrap();
    assert!(
        std::fs::read_to_string(&file)
            .unwrap()
            .starts_with("name: QA")
    );
}

#[cfg(unix)]
#[tokio::test]
async fn no_12_links_that_lead_out_are_left_out_and_warned_about() {
    use git_fetch::testing::Item;
    let forge = Forge::new();
    quality(&forge, 2);
    forge.commit_items("acme/quality", &[("qa/passwd", Item::Link("/etc/passwd"))]);
    let house = house(&forge).await;
    house.org("t", &[("org.yaml", &lead(QUALITY)), ("lead/x.md", "x")]);
    let plan = house.orgs.plan(&by_dir("t")).await.unwrap();
    assert!(
        plan.warnings
            .iter()
            .any(|w| w.code == "external" && w.text.contains("qa/passwd"))
    );
}

#[test]
fn settings_come_from_the_environment_and_bad_ones_allow_nothing() {
    // The environment of a test process is shared, so only the default is looked at here.
    let source = ExternalSource::from_env().unwrap();
    assert_eq!(source.host, "git.moleculesai.app");
}

#[tokio::test]
async fn what_only_another_repository_could_hold_keeps_nothing_else_from_being_saved() {
    let forge = Forge::new();
    let commit = quality(&forge, 2);
    let house = house(&forge).await;
    let root = house.org("t", &[("org.yaml", &lead(QUALITY)), ("lead/x.md", "x")]);
    house.imported("t").await;
    let patch = |model: &str| PatchWorkspace {
        model: Some(model.to_owned()),
        ..PatchWorkspace::default()
    };
    let id = house.row("QA").await.id;
    workspaces::change(&house.store, &id, patch("opus"))
        .await
        .unwrap();
    // Alone it is refused, with the repository that would have to say it.
    let error = house
        .orgs
        .save("t", &SaveRequest::default(), "test")
        .await
        .unwrap_err();
    let OrgsError::SaveRefused(view) = error else {
        panic!("{error}");
    };
    assert_eq!(
        view.refused[0].commit.as_deref(),
        Some(commit.to_string().as_str())
    );

    let id = house.row("Lead").await.id;
    workspaces::change(&house.store, &id, patch("sonnet"))
        .await
        .unwrap();
    let saved = house
        .orgs
        .save("t", &SaveRequest::default(), "test")
        .await
        .unwrap();
    assert!(saved.saved);
    let told: Vec<&str> = saved.changes.iter().map(|one| one.role.as_str()).collect();
    assert_eq!(told, ["Lead"]);
    let warning = &saved.warnings[0].text;
    assert!(
        warning.starts_with("model of QA stays on the canvas") && warning.contains("acme/quality"),
        "{warning}"
    );
    let text = std::fs::read_to_string(root.join("org.yaml")).unwrap();
    assert!(text.contains("model: sonnet"), "{text}");
    assert_eq!(
        house.row("QA").await.model.as_deref(),
        Some("opus"),
        "it is as the person left it"
    );
    let org = house.row("Lead").await.org_id.unwrap();
    let plan = house.orgs.reimport_preview(&org).await.unwrap();
    assert!(plan.plan.iter().all(|step| step.action == "keep"));
    assert_eq!((plan.unsaved.len(), plan.conflicts.len()), (1, 0));
}
