//! Plugins of git hosts, tracked refs, drift and the queue, with a real git.

use crate::house::{DEMO, Folder, House};
use git_fetch::{Allowlist, GitFetch, testing::Forge};
use plugins::{By, Installed, Limits, PluginError, Repositories, Wanted};

struct Hosted {
    house: House,
    forge: Forge,
}

async fn hosted(limits: Limits) -> Hosted {
    let forge = Forge::new();
    let fetch = |host: &str| {
        let allow = Allowlist::from_setting(Some(&format!("{host}/acme/"))).unwrap();
        GitFetch::new(allow).with_transports(forge.transports(host))
    };
    let dir = tempfile::tempdir().unwrap().keep();
    let git = Repositories::new(fetch("github.com"), fetch("git.example.org"), dir);
    let house = House::with_git(limits, git).await;
    Hosted { house, forge }
}

impl Hosted {
    /// Commits the demo with this version and tags it.
    fn release(&self, version: &str) -> String {
        let yaml = format!("name: demo\nversion: {version}\n");
        let commit = self.forge.commit(
            "acme/plugin-demo",
            &[("plugin.yaml", &yaml), DEMO[1], DEMO[2]],
        );
        self.forge.git(
            "acme/plugin-demo",
            &["tag", "--force", &format!("v{version}"), commit.as_str()],
        );
        commit.as_str().to_owned()
    }

    async fn install(&self, id: &str, source: &str, track: &str) -> Result<Installed, PluginError> {
        let wanted = Wanted {
            source: source.into(),
            track: Some(track.into()),
            ..Wanted::default()
        };
        self.house.plugins.install(id, &wanted, By::Person).await
    }

    /// A canary and a production agent that follow the newest tag, with 1.0.0 installed in both.
    async fn canary_and_production(&self) -> ((String, Folder), (String, Folder)) {
        self.release("1.0.0");
        let canary = self.house.running("canary").await;
        let production = self.house.running("production").await;
        self.house.set_tier(&canary.0, "canary").await;
        for id in [&canary.0, &production.0] {
            self.install(id, "github://acme/plugin-demo#v1.0.0", "tag:latest")
                .await
                .unwrap();
        }
        (canary, production)
    }

    async fn row(&self, id: &str) -> store::rows::plugins::PluginRow {
        store::rows::plugins::get(self.house.store.read(), id, "demo")
            .await
            .unwrap()
            .unwrap()
    }
}

#[tokio::test]
async fn d45_12_no_75_76_tags_branches_and_commits_are_pinned_to_what_they_are() {
    let hosted = hosted(Limits::default()).await;
    let first = hosted.release("1.0.0");
    let second = hosted.release("1.1.0");
    let (id, volume) = hosted.house.running("a").await;
    let done = hosted
        .install(&id, "github://acme/plugin-demo#v1.0.0", "none")
        .await
        .unwrap();
    assert_eq!(
        done.plugin, "demo",
        "the manifest's name, not the repository's (no. 76)"
    );
    assert!(!volume.exists("plugins/demo/.git"));
    let row = hosted.row(&id).await;
    assert_eq!(
        (row.installed_sha.as_deref(), row.installed_ref.as_deref()),
        (Some(first.as_str()), Some("v1.0.0"))
    );
    for source in [
        format!("gitea://git.example.org/acme/plugin-demo#{second}"),
        "gitea://git.example.org/acme/plugin-demo#main".into(),
    ] {
        hosted.install(&id, &source, "none").await.unwrap();
        assert_eq!(
            hosted.row(&id).await.installed_sha.as_deref(),
            Some(second.as_str()),
            "{source}"
        );
        assert!(
            volume
                .read("plugins/demo/plugin.yaml")
                .unwrap()
                .contains("1.1.0")
        );
    }
    for (source, code) in [
        ("github://acme/plugin-demo#v9", "source_not_found"),
        ("github://acme/none#v1", "source_not_found"),
        ("github://acme/plugin-demo", "unpinned"),
        ("github://other/plugin-demo#v1.0.0", "source_not_allowed"),
        (
            "gitea://elsewhere.org/acme/plugin-demo#v1.0.0",
            "source_not_allowed",
        ),
    ] {
        let error = hosted.install(&id, source, "none").await.unwrap_err();
        assert_eq!(error.code(), code, "{source}");
        assert!(
            !error.to_string().contains("/tmp"),
            "nothing of this computer is told: {error}"
        );
    }
    let text = hosted
        .install(&id, "github://acme/plugin-demo", "none")
        .await
        .unwrap_err()
        .to_string();
    assert!(text.starts_with("unpinned github source: append a tag or commit SHA (e.g. \"github://owner/repo#v1.2.0\")"), "{text}");
}

#[tokio::test]
async fn an_unpinned_source_is_taken_where_that_is_allowed() {
    let hosted = hosted(Limits {
        allow_unpinned: true,
        ..Limits::default()
    })
    .await;
    let newest = hosted.release("1.0.0");
    let (id, _) = hosted.house.running("a").await;
    hosted
        .install(&id, "github://acme/plugin-demo", "none")
        .await
        .unwrap();
    assert_eq!(
        hosted.row(&id).await.installed_sha.as_deref(),
        Some(newest.as_str())
    );
}

#[tokio::test]
async fn an_earlier_name_gives_its_place_up() {
    let hosted = hosted(Limits::default()).await;
    hosted.forge.commit(
        "acme/plugin-demo",
        &[("plugin.yaml", "name: Not A Name\n"), DEMO[1]],
    );
    let (id, volume) = hosted.house.running("a").await;
    let done = hosted
        .install(&id, "github://acme/plugin-demo#main", "none")
        .await
        .unwrap();
    assert_eq!(done.plugin, "plugin-demo");
    hosted.release("1.0.0");
    hosted
        .install(&id, "github://acme/plugin-demo#v1.0.0", "none")
        .await
        .unwrap();
    let names: Vec<String> = hosted
        .house
        .plugins
        .installed(&id)
        .await
        .unwrap()
        .into_iter()
        .map(|one| one.name)
        .collect();
    assert_eq!(names, ["demo"]);
    assert!(!volume.exists("plugins/plugin-demo"));
}

#[tokio::test]
async fn drift_is_found_once_queued_and_applied_canary_first() {
    let hosted = hosted(Limits::default()).await;
    let plugins = &hosted.house.plugins;
    let (_, (production, volume)) = hosted.canary_and_production().await;
    let still = hosted.house.running("still").await.0;
    hosted
        .install(&still, "github://acme/plugin-demo#v1.0.0", "none")
        .await
        .unwrap();
    assert!(plugins.check_updates().await.unwrap().found.is_empty());

    let newer = hosted.release("1.2.0");
    let report = plugins.check_updates().await.unwrap();
    assert_eq!(
        (report.tracked, report.sources, report.found.len()),
        (2, 1, 2),
        "one question a source"
    );
    assert!(
        plugins.check_updates().await.unwrap().found.is_empty(),
        "what waits is not found again"
    );
    let pending = plugins.pending_updates(None).await.unwrap();
    assert_eq!(
        pending
            .iter()
            .map(|one| one.update_tier.as_str())
            .collect::<Vec<_>>(),
        ["canary", "production"]
    );
    assert_eq!(
        (
            pending[0].target_ref.as_str(),
            pending[0].target_sha.as_str()
        ),
        ("v1.2.0", newer.as_str())
    );
    assert_eq!(
        plugins.pending_updates(Some("canary")).await.unwrap().len(),
        1
    );

    let error = plugins
        .apply_update(&pending[1].id, false)
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "apply to canary first");
    plugins.apply_update(&pending[0].id, false).await.unwrap();
    let error = plugins
        .apply_update(&pending[0].id, false)
        .await
        .unwrap_err();
    assert_eq!(error.code(), "not_pending");
    let report = plugins
        .apply_updates(Some("production"), Some("demo"), false)
        .await
        .unwrap();
    assert_eq!(
        (report.applied, report.failed.len()),
        (vec![pending[1].id.clone()], 0)
    );
    let row = hosted.row(&production).await;
    assert_eq!(
        (row.installed_sha.as_deref(), row.installed_ref.as_deref()),
        (Some(newer.as_str()), Some("v1.2.0"))
    );
    assert_eq!(row.tracked_ref, "tag:latest", "it goes on following");
    assert!(
        volume
            .read("plugins/demo/plugin.yaml")
            .unwrap()
            .contains("1.2.0")
    );
    assert!(plugins.pending_updates(None).await.unwrap().is_empty());
    assert!(plugins.check_updates().await.unwrap().found.is_empty());
    assert_eq!(
        plugins
            .apply_update("nothing", false)
            .await
            .unwrap_err()
            .code(),
        "not_found"
    );
}

/// A canary that did not take an update is the reason why canaries exist.
#[tokio::test]
async fn production_waits_for_a_canary_that_failed_too() {
    let hosted = hosted(Limits::default()).await;
    let plugins = &hosted.house.plugins;
    let ((_, folder), _) = hosted.canary_and_production().await;
    hosted.release("1.1.0");
    plugins.check_updates().await.unwrap();
    let pending = plugins.pending_updates(None).await.unwrap();
    folder.fail("put", 1, plugins::VolumeError::Failed("disk full".into()));
    plugins
        .apply_update(&pending[0].id, false)
        .await
        .unwrap_err();
    let held = plugins.apply_update(&pending[1].id, false).await;
    assert_eq!(held.unwrap_err().to_string(), "apply to canary first");
    // It is found again, and goes well this time.
    plugins.check_updates().await.unwrap();
    let again = plugins.pending_updates(Some("canary")).await.unwrap();
    plugins.apply_update(&again[0].id, false).await.unwrap();
    plugins.apply_update(&pending[1].id, false).await.unwrap();
}

#[tokio::test]
async fn a_newer_finding_replaces_an_older_one_and_a_dismissed_one_stays_away() {
    let hosted = hosted(Limits::default()).await;
    let plugins = &hosted.house.plugins;
    hosted.release("1.0.0");
    let (id, _) = hosted.house.running("a").await;
    hosted
        .install(&id, "github://acme/plugin-demo#v1.0.0", "tag:latest")
        .await
        .unwrap();
    hosted.release("1.1.0");
    plugins.check_updates().await.unwrap();
    hosted.release("1.2.0");
    plugins.check_updates().await.unwrap();
    let pending = plugins.pending_updates(None).await.unwrap();
    assert_eq!(
        (pending.len(), pending[0].target_ref.as_str()),
        (1, "v1.2.0")
    );
    plugins.dismiss_update(&pending[0].id).await.unwrap();
    assert!(plugins.check_updates().await.unwrap().found.is_empty());
    hosted.release("1.3.0");
    assert_eq!(plugins.check_updates().await.unwrap().found.len(), 1);
    // A person who installs that version by hand needs no update any more.
    hosted
        .install(&id, "github://acme/plugin-demo#v1.3.0", "tag:latest")
        .await
        .unwrap();
    assert!(plugins.pending_updates(None).await.unwrap().is_empty());
    // Whoever shows the queue hears of each end.
    let filter = store::EventFilter {
        types: vec!["PLUGIN_UPDATE_CHANGED".into()],
        limit: 100,
        ..store::EventFilter::default()
    };
    let mut told = store::events_page(hosted.house.store.read(), &filter)
        .await
        .unwrap();
    told.sort_by_key(|event| event.seq);
    let told: Vec<String> = told
        .iter()
        .map(|event| {
            let word = |key: &str| event.payload[key].as_str().unwrap().to_owned();
            format!("{} {}", word("target_ref"), word("status"))
        })
        .collect();
    assert_eq!(
        told,
        [
            "v1.1.0 pending",
            "v1.1.0 superseded",
            "v1.2.0 pending",
            "v1.2.0 dismissed",
            "v1.3.0 pending",
            "v1.3.0 superseded"
        ]
    );
}

#[tokio::test]
async fn a_moved_tag_is_drift_and_a_commit_never_is() {
    let hosted = hosted(Limits::default()).await;
    let first = hosted.release("1.0.0");
    let (moving, _) = hosted.house.running("moving").await;
    let (fixed, _) = hosted.house.running("fixed").await;
    hosted
        .install(&moving, "github://acme/plugin-demo#v1.0.0", "tag:v1.0.0")
        .await
        .unwrap();
    hosted
        .install(
            &fixed,
            "github://acme/plugin-demo#v1.0.0",
            &format!("sha:{first}"),
        )
        .await
        .unwrap();
    hosted
        .forge
        .commit("acme/plugin-demo", &[("rules/r.md", "moved\n")]);
    hosted
        .forge
        .git("acme/plugin-demo", &["tag", "--force", "v1.0.0", "main"]);
    hosted.house.plugins.check_updates().await.unwrap();
    let pending = hosted.house.plugins.pending_updates(None).await.unwrap();
    assert_eq!(
        (pending.len(), pending[0].workspace_id.as_str()),
        (1, moving.as_str())
    );
    // A source that is gone is in the report and stops nobody.
    std::fs::remove_dir_all(hosted.forge.bare("acme/plugin-demo")).unwrap();
    assert_eq!(
        hosted
            .house
            .plugins
            .check_updates()
            .await
            .unwrap()
            .failed
            .len(),
        1
    );
    let report = hosted
        .house
        .plugins
        .apply_updates(None, None, false)
        .await
        .unwrap();
    assert_eq!((report.applied.len(), report.failed.len()), (0, 1));
    let row = store::rows::plugin_updates::get(hosted.house.store.read(), &pending[0].id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.status, "failed");
}

#[tokio::test]
async fn the_allowlist_of_the_org_holds_for_updates_too() {
    let hosted = hosted(Limits::default()).await;
    hosted.release("1.0.0");
    let (id, _) = hosted.house.running("a").await;
    hosted
        .install(&id, "github://acme/plugin-demo#v1.0.0", "tag:latest")
        .await
        .unwrap();
    hosted.release("1.1.0");
    hosted.house.plugins.check_updates().await.unwrap();
    hosted
        .house
        .plugins
        .set_allowlist(&id, &["other".into()], &id)
        .await
        .unwrap();
    let pending = hosted.house.plugins.pending_updates(None).await.unwrap();
    let error = hosted
        .house
        .plugins
        .apply_update(&pending[0].id, true)
        .await
        .unwrap_err();
    assert_eq!(error.code(), "not_in_allowlist");
}

#[tokio::test]
async fn d45_13_no_78_a_fetch_that_takes_too_long_is_given_up() {
    let forge = Forge::new();
    forge.commit("acme/plugin-demo", &DEMO);
    let slow = git_fetch::testing::Server::slow(&forge, std::time::Duration::from_secs(20)).await;
    let fetch = || {
        let allow = Allowlist::from_setting(Some("github.com/acme/")).unwrap();
        GitFetch::new(allow).with_transports(slow.transports("github.com"))
    };
    let dir = tempfile::tempdir().unwrap().keep();
    let limits = Limits {
        fetch: std::time::Duration::from_millis(300),
        ..Limits::default()
    };
    let house = House::with_git(limits, Repositories::new(fetch(), fetch(), dir)).await;
    let (id, volume) = house.running("a").await;
    let error = house
        .install(&id, "github://acme/plugin-demo#main")
        .await
        .unwrap_err();
    assert_eq!(error.code(), "fetch_timeout");
    assert_eq!(error.to_string(), "failed to fetch plugin from github");
    assert!(volume.files().is_empty());
}

#[tokio::test]
async fn no_79_what_costs_nothing_comes_before_the_fetch() {
    let hosted = hosted(Limits::default()).await;
    // Nothing was ever released, so whoever asks the host is told that there is no such thing.
    let nobody = "00000000-0000-4000-8000-000000000000";
    let (id, _) = hosted.house.running("a").await;
    for (id, source, code) in [
        (nobody, "github://acme/plugin-demo#v1.0.0", "not_found"),
        (&id, "github://acme/plugin-demo", "unpinned"),
        (
            &id,
            "github://other/plugin-demo#v1.0.0",
            "source_not_allowed",
        ),
        (&id, "github://acme/plugin-demo#v1.0.0", "source_not_found"),
    ] {
        let error = hosted.install(id, source, "none").await.unwrap_err();
        assert_eq!(error.code(), code, "{source}");
    }
    let house = &hosted.house;
    house
        .plugins
        .set_allowlist(&id, &["other".into()], &id)
        .await
        .unwrap();
    assert_eq!(
        house.install(&id, "nowhere").await.unwrap_err().code(),
        "not_in_allowlist",
        "the list is asked before the registry, which does not know it either"
    );
}
