//! A file saved in a person's own editor is in the running agent: real folders, the real watcher, real containers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use product_tests::{Engine, minutes, seconds};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
};
use testkit::{GeneratedOrg, Served, ServedOptions, eventually};

struct Saved {
    served: Served,
    engine: Engine,
    org: PathBuf,
    head: String,
    lead: String,
}

/// An org of two roles on stand-ins, both online.
async fn two_roles() -> Saved {
    two_roles_of(|_| ()).await
}

/// [`two_roles`] whose folder is first changed so.
async fn two_roles_of(change: impl FnOnce(&Path)) -> Saved {
    let served = Served::start(ServedOptions::with_engine()).await;
    served.stand_ins().await;
    let org = served.folder().join("org");
    GeneratedOrg {
        teams: 1,
        members: 0,
        ..GeneratedOrg::small()
    }
    .write(&org)
    .unwrap();
    change(&org);
    served.import(&org, json!({})).await;
    served.online(2, minutes(3)).await;
    let id = async |name: &str| served.named(name).await["id"].as_str().unwrap().to_owned();
    let (head, lead) = (id("Head").await, id("Lead 1").await);
    let engine = Engine::connect().await;
    Saved {
        engine,
        org,
        head,
        lead,
        served,
    }
}

fn skill(text: &str) -> String {
    format!("---\nname: greet\ndescription: Greets people\n---\n{text}\n")
}

/// As editors save: a new file beside the old one, put in its place.
fn save(path: &Path, text: &str) {
    let beside = path.with_extension("tmp~");
    fs::write(&beside, text).unwrap();
    fs::rename(&beside, path).unwrap();
}

impl Saved {
    /// The next `CHANGE_DETECTED` after `since` that `wanted` accepts.
    async fn change(&self, since: i64, what: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        eventually(what, seconds(30), || async {
            let events = self.served.events(&["CHANGE_DETECTED"], since).await;
            events.into_iter().find(|event| wanted(event))
        })
        .await
    }

    /// Waits until what went before has been told, and says up to which number.
    async fn quiet(&self) -> i64 {
        let mut last = self.served.last_seq().await;
        loop {
            tokio::time::sleep(seconds(1)).await;
            let now = self.served.last_seq().await;
            if now == last {
                return now;
            }
            last = now;
        }
    }

    /// What a file below `/configs` holds inside a container.
    async fn inside(&self, container: &str, path: &str) -> String {
        let file = self
            .engine
            .file(container, &format!("/configs/{path}"))
            .await;
        file.unwrap_or_else(|| panic!("{path} is not inside"))
            .text()
    }

    async fn answer(&self, id: &str, text: &str) -> String {
        let (status, answer) = self.served.say(id, text).await;
        assert_eq!(status, 200, "{answer}");
        answer.to_string()
    }
}

/// Reaction, reason and duration are in every event.
fn is_told_whole(event: &Value) {
    let payload = &event["payload"];
    assert!(
        payload["reaction"].is_string() || payload["reaction"].is_object(),
        "{event}"
    );
    assert!(
        !payload["reason"].as_str().unwrap_or_default().is_empty(),
        "{event}"
    );
    assert!(payload["duration_ms"].is_u64(), "{event}");
}

fn names(event: &Value, path: &str) -> bool {
    event["payload"]["paths"].as_array().is_some_and(|paths| {
        paths
            .iter()
            .any(|one| one.as_str().is_some_and(|one| one.ends_with(path)))
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_saved_skill_is_in_the_running_agent_without_a_restart() {
    let saved = two_roles().await;
    let container = saved.engine.id_of(&saved.head).await.expect("a container");
    assert!(
        saved
            .answer(&saved.head, "skill greet")
            .await
            .contains("Say hello as Head.")
    );
    let since = saved.quiet().await;

    save(
        &saved.org.join("head/skills/greet/SKILL.md"),
        &skill("Bow deeply."),
    );
    let event = saved
        .change(since, "the event of the saved skill", |event| {
            names(event, "skills/greet/SKILL.md")
        })
        .await;
    is_told_whole(&event);
    assert_eq!(event["workspace_id"], saved.head.as_str(), "{event}");

    // No message was sent on behalf of the reload: between save and event no agent was called, so no model was.
    let between = saved
        .served
        .events(&["ACTIVITY_LOGGED", "A2A_RESPONSE", "TASK_UPDATED"], since)
        .await;
    let early: Vec<&Value> = between
        .iter()
        .filter(|one| one["seq"].as_i64() < event["seq"].as_i64())
        .collect();
    assert!(early.is_empty(), "a save called an agent: {early:#?}");

    // The bytes are inside, and the agent answers with them; it is the same container all along.
    let inside = saved.inside(&container, "skills/greet/SKILL.md").await;
    assert_eq!(inside, skill("Bow deeply."));
    eventually(
        "the stand-in answering with the new text",
        seconds(10),
        || async {
            saved
                .answer(&saved.head, "skill greet")
                .await
                .contains("Bow deeply.")
                .then_some(())
        },
    )
    .await;
    assert_eq!(
        saved.engine.id_of(&saved.head).await.as_deref(),
        Some(container.as_str()),
        "it was restarted"
    );
    // The other role's copy of its own skill is as it was.
    assert!(
        saved
            .answer(&saved.lead, "skill greet")
            .await
            .contains("Say hello as Lead 1.")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_folder_made_after_the_import_is_in_the_running_agent() {
    let saved = two_roles_of(|org| fs::remove_dir_all(org.join("lead-1")).unwrap()).await;
    let folder = saved.org.join("lead-1");
    let since = saved.quiet().await;

    fs::create_dir_all(folder.join("skills/greet")).unwrap();
    save(&folder.join("skills/greet/SKILL.md"), &skill("Wave."));
    let event = saved
        .change(since, "the event of the new folder's skill", |event| {
            names(event, "skills/greet/SKILL.md")
        })
        .await;
    is_told_whole(&event);
    assert_eq!(event["workspace_id"], saved.lead.as_str(), "{event}");
    let container = saved.engine.id_of(&saved.lead).await.expect("a container");
    let inside = saved.inside(&container, "skills/greet/SKILL.md").await;
    assert_eq!(inside, skill("Wave."));

    // The next import finds nothing to change in it, and what is saved later still arrives.
    let since = saved.served.last_seq().await;
    saved.served.import(&saved.org, json!({})).await;
    let updated = saved.served.events(&["WORKSPACE_UPDATED"], since).await;
    assert!(updated.is_empty(), "{updated:#?}");
    let since = saved.quiet().await;
    save(&folder.join("skills/greet/SKILL.md"), &skill("Nod."));
    saved
        .change(since, "the event of the later save", |event| {
            names(event, "skills/greet/SKILL.md")
        })
        .await;
    eventually("the later text", seconds(10), || async {
        saved
            .answer(&saved.lead, "skill greet")
            .await
            .contains("Nod.")
            .then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn prompts_deletions_and_saves_without_a_change() {
    let saved = two_roles().await;
    let container = saved.engine.id_of(&saved.head).await.expect("a container");

    // Touched, and saved with the same bytes: nothing happens. What comes after it proves that it was seen.
    let since = saved.served.last_seq().await;
    let file = saved.org.join("head/skills/greet/SKILL.md");
    let same = fs::read_to_string(&file).unwrap();
    save(&file, &same);
    fs::File::open(&file)
        .unwrap()
        .set_modified(std::time::SystemTime::now())
        .unwrap();
    save(
        &saved.org.join("head/system-prompt.md"),
        "You are Head, and kind.\n",
    );
    let event = saved
        .change(since, "the event of the prompt", |event| {
            names(event, "system-prompt.md")
        })
        .await;
    is_told_whole(&event);
    let changes = saved.served.events(&["CHANGE_DETECTED"], since).await;
    assert!(
        !changes.iter().any(|event| names(event, "SKILL.md")),
        "an unchanged save was told: {changes:#?}"
    );
    eventually("the new prompt in force", minutes(1), || async {
        let (status, answer) = saved.served.say(&saved.head, "prompt").await;
        (status == 200 && answer.to_string().contains("and kind")).then_some(())
    })
    .await;

    // A deleted file goes away inside too.
    let since = saved.served.last_seq().await;
    fs::remove_dir_all(saved.org.join("head/skills/greet")).unwrap();
    let event = saved
        .change(since, "the event of the deletion", |event| {
            names(event, "skills/greet/SKILL.md")
        })
        .await;
    is_told_whole(&event);
    let now = saved.engine.id_of(&saved.head).await.expect("a container");
    // An image that holds nothing but its agent has no program to remove a file with: it is emptied there.
    let inside = saved
        .engine
        .file(&now, "/configs/skills/greet/SKILL.md")
        .await;
    assert!(
        inside.as_ref().is_none_or(|file| file.content.is_empty()),
        "it is still inside: {event:#}"
    );
    eventually("an agent that forgot the skill", seconds(20), || async {
        (!saved
            .answer(&saved.head, "skill greet")
            .await
            .contains("Say hello"))
        .then_some(())
    })
    .await;
    println!("containers before and after: {container} {now}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_org_is_shown_and_applied_only_when_the_person_said_so() {
    let saved = two_roles().await;
    let org = saved.org.join("teams/team-1.yaml");
    let before = fs::read_to_string(&org).unwrap();
    let since = saved.served.last_seq().await;
    save(
        &org,
        &before.replace("role: Leads team 1", "role: Leads with care"),
    );
    let event = saved
        .change(since, "the plan of the changed org", |event| {
            event["payload"]["source"] == "org_files"
        })
        .await;
    is_told_whole(&event);
    assert!(event["payload"].to_string().contains("plan"), "{event}");
    assert_eq!(
        saved.served.named("Lead 1").await["role"],
        "Leads team 1",
        "nothing is applied without a word"
    );

    let (status, _) = saved
        .served
        .patch("/settings", json!({"auto_apply": true}))
        .await;
    assert_eq!(status, 200);
    let since = saved.served.last_seq().await;
    save(
        &org,
        &before.replace("role: Leads team 1", "role: Leads with great care"),
    );
    let event = saved
        .change(since, "the applied change", |event| {
            event["payload"]["source"] == "org_files"
        })
        .await;
    is_told_whole(&event);
    eventually("the new role", seconds(20), || async {
        (saved.served.named("Lead 1").await["role"] == "Leads with great care").then_some(())
    })
    .await;

    // A broken file is told with its place, and changes nothing.
    let since = saved.served.last_seq().await;
    save(&org, "name: [Lead 1\nrole: broken\n");
    let event = saved
        .change(since, "the refusal of the broken file", |event| {
            event["payload"]["source"] == "org_files"
        })
        .await;
    is_told_whole(&event);
    assert!(
        event["payload"]["reason"]
            .as_str()
            .unwrap()
            .contains("team-1.yaml"),
        "{event}"
    );
    assert_eq!(
        saved.served.named("Lead 1").await["role"],
        "Leads with great care"
    );
}
