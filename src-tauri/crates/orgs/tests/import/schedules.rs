//! Schedules that are made and changed beside the files: what the plan makes of them, and how they get into the files
//! (contract 02 section 10.1, nos. 78 to 81; design law 2).

use crate::house::{House, by_dir, write};
use orgs::{NewSchedule, OrgsError, ScheduleChange};
use serde_json::json;
use std::path::{Path, PathBuf};
use wire::{
    ImportRequest, PatchWorkspace, PlanView, Prompts, SaveRequest, SaveView, ScheduleView, kind,
};

const TREE: &str = "\
# Watches the harbour
name: Watch
defaults: {runtime: mock}
workspaces:
  - name: Keeper   # keeps
    files_dir: keeper
    schedules:
      # before anybody is up
      - name: morning
        cron_expr: '0 7 * * *'   # early
        prompt_file: morning.md
      - {name: noon, cron_expr: '0 12 * * *', prompt: Eat., enabled: false}
  - name: Other
    files_dir: other
";

async fn watch(house: &House) -> PathBuf {
    let files = [
        ("org.yaml", TREE),
        ("keeper/morning.md", "Look out.\n"),
        ("other/a.md", "a"),
    ];
    let root = house.org("watch", &files);
    house.imported("watch").await;
    root
}

async fn of(house: &House, name: &str) -> Vec<ScheduleView> {
    let id = house.row(name).await.id;
    house.orgs.schedules(&id).await.unwrap()
}

async fn one(house: &House, schedule: &str) -> ScheduleView {
    let all = of(house, "Keeper").await;
    all.into_iter().find(|row| row.name == schedule).unwrap()
}

async fn change(house: &House, schedule: &str, change: ScheduleChange) {
    let id = house.row("Keeper").await.id;
    let row = one(house, schedule).await;
    house
        .orgs
        .change_schedule(&id, &row.id, change)
        .await
        .unwrap();
}

fn new(name: &str) -> NewSchedule {
    NewSchedule {
        name: name.into(),
        cron_expr: "30 18 * * 5".into(),
        timezone: "Europe/Berlin".into(),
        prompt: "Close the gate.".into(),
        enabled: true,
        by_agent: false,
    }
}

fn switched(enabled: bool) -> ScheduleChange {
    ScheduleChange {
        enabled: Some(enabled),
        ..ScheduleChange::default()
    }
}

async fn plan(house: &House) -> PlanView {
    let org = house.row("Keeper").await.org_id.unwrap();
    house.orgs.reimport_preview(&org).await.unwrap()
}

async fn save(house: &House) -> SaveView {
    let saved = house
        .orgs
        .save("watch", &SaveRequest::default(), "test")
        .await;
    saved.unwrap_or_else(|error| panic!("{error}"))
}

async fn settled(house: &House) {
    let plan = plan(house).await;
    assert!(
        plan.plan.iter().all(|s| s.action == "keep"),
        "{:?}",
        plan.plan
    );
    assert_eq!(
        (plan.unsaved.len(), plan.conflicts.len()),
        (0, 0),
        "{plan:?}"
    );
}

fn text(root: &Path, path: &str) -> String {
    std::fs::read_to_string(root.join(path)).unwrap()
}

#[tokio::test]
async fn schedules_added_changed_and_removed_go_into_the_files_they_came_from() {
    let house = House::new().await;
    let root = watch(&house).await;
    let id = house.row("Keeper").await.id;
    for name in ["evening", "night"] {
        house.orgs.add_schedule(&id, new(name)).await.unwrap();
    }
    let later = ScheduleChange {
        cron_expr: Some("0 8 * * *".into()),
        prompt: Some("Look out twice.\r\n".into()),
        ..ScheduleChange::default()
    };
    change(&house, "morning", later).await;
    let noon = one(&house, "noon").await;
    house.orgs.remove_schedule(&id, &noon.id).await.unwrap();

    let shown = plan(&house).await;
    assert!(
        shown.plan.iter().all(|step| step.action == "keep"),
        "{shown:?}"
    );
    let unsaved: Vec<&str> = shown.unsaved.iter().map(|one| one.field.as_str()).collect();
    assert_eq!(unsaved, ["schedules"]);

    assert!(save(&house).await.saved);
    let added = |name: &str| {
        format!(
            "      - name: {name}\n        cron_expr: \"30 18 * * 5\"\n        timezone: Europe/Berlin\n        prompt: Close the gate.\n"
        )
    };
    let wanted = TREE
        .replace("'0 7 * * *'   # early", "'0 8 * * *'   # early")
        .replace(
            "      - {name: noon, cron_expr: '0 12 * * *', prompt: Eat., enabled: false}\n",
            &(added("evening") + &added("night")),
        );
    assert_eq!(
        text(&root, "org.yaml"),
        wanted,
        "comments and the rest stay"
    );
    assert_eq!(
        text(&root, "keeper/morning.md"),
        "Look out twice.\n",
        "a prompt that has a file of its own is changed there"
    );
    settled(&house).await;
    let rows = of(&house, "Keeper").await;
    assert!(
        rows.iter().all(|row| row.source == "template"),
        "they are the files' now"
    );
    let again = save(&house).await;
    assert!(
        !again.saved && again.files.is_empty(),
        "nothing is left to save"
    );
}

#[tokio::test]
async fn what_was_not_ticked_is_no_change_and_a_person_may_switch_one_on() {
    let house = House::new().await;
    let root = watch(&house).await;
    assert!(
        !one(&house, "morning").await.enabled,
        "schedules were not ticked"
    );
    settled(&house).await;
    change(&house, "morning", switched(true)).await;
    let row = one(&house, "morning").await;
    assert!(row.enabled);
    assert_eq!(
        row.next_run_at.as_deref(),
        Some("1970-01-01T07:00:00.000000Z"),
        "no. 79: it is due anew, not at once"
    );
    settled(&house).await;
    let sync = ImportRequest {
        mode: "sync".into(),
        ..by_dir("watch")
    };
    house.import(sync).await.unwrap();
    assert!(
        one(&house, "morning").await.enabled,
        "the person's yes stays"
    );

    change(&house, "morning", switched(false)).await;
    change(&house, "noon", switched(true)).await;
    save(&house).await;
    let now = text(&root, "org.yaml");
    assert!(now.contains("enabled: true}"), "{now}");
    assert!(now.contains("        enabled: false\n"), "{now}");
    settled(&house).await;
    assert!(one(&house, "noon").await.enabled && !one(&house, "morning").await.enabled);
}

#[tokio::test]
async fn both_sides_changed_is_a_conflict_and_the_answer_is_carried_out() {
    for (answer, expected) in [("files", "0 6 * * *"), ("canvas", "0 8 * * *")] {
        let house = House::new().await;
        let root = watch(&house).await;
        let later = ScheduleChange {
            cron_expr: Some("0 8 * * *".into()),
            ..ScheduleChange::default()
        };
        change(&house, "morning", later).await;
        write(
            &root,
            &[("org.yaml", &TREE.replace("0 7 * * *", "0 6 * * *"))],
        );
        let sync = ImportRequest {
            mode: "sync".into(),
            ..by_dir("watch")
        };
        let error = house.undone(sync.clone()).await;
        assert!(matches!(error, OrgsError::Conflicts(_)), "{error}");
        let mut decided = sync;
        decided
            .resolve
            .insert("dir:keeper/schedules".into(), answer.into());
        house.import(decided).await.unwrap();
        assert_eq!(one(&house, "morning").await.cron_expr, expected);
        let unsaved = plan(&house).await.unsaved.len();
        assert_eq!(unsaved, usize::from(answer == "canvas"), "{answer}");
    }
}

#[tokio::test]
async fn a_merge_touches_nothing_that_a_person_changed_or_took_away() {
    let house = House::new().await;
    let root = watch(&house).await;
    let id = house.row("Keeper").await.id;
    let later = ScheduleChange {
        cron_expr: Some("0 8 * * *".into()),
        ..ScheduleChange::default()
    };
    change(&house, "morning", later).await;
    let noon = one(&house, "noon").await;
    house.orgs.remove_schedule(&id, &noon.id).await.unwrap();
    let more = TREE.replace("'0 7 * * *'", "'0 5 * * *'").replace(
        "  - name: Other",
        "      - {name: night, cron_expr: '0 1 * * *', prompt: Sleep.}\n  - name: Other",
    );
    write(&root, &[("org.yaml", &more)]);
    house.imported("watch").await;
    let names: Vec<(String, String)> = of(&house, "Keeper")
        .await
        .into_iter()
        .map(|row| (row.name, row.cron_expr))
        .collect();
    let pair = |name: &str, cron: &str| (name.to_owned(), cron.to_owned());
    assert_eq!(
        names,
        [pair("morning", "0 8 * * *"), pair("night", "0 1 * * *")]
    );
}

#[tokio::test]
async fn what_an_agent_makes_for_itself_is_no_part_of_the_org() {
    let house = House::new().await;
    watch(&house).await;
    let id = house.row("Keeper").await.id;
    let own = NewSchedule {
        by_agent: true,
        ..new("reminder")
    };
    house.orgs.add_schedule(&id, own).await.unwrap();
    settled(&house).await;
    // Its name in the files is not its business either.
    let taken = NewSchedule {
        by_agent: true,
        ..new("noon")
    };
    let noon = one(&house, "noon").await;
    house.orgs.remove_schedule(&id, &noon.id).await.unwrap();
    house.orgs.add_schedule(&id, taken).await.unwrap();
    settled(&house).await;
}

#[tokio::test]
async fn a_new_role_takes_its_schedules_into_the_files() {
    let house = House::new().await;
    let root = watch(&house).await;
    let keeper = house.row("Keeper").await.id;
    let create = serde_json::from_value(json!({"name": "Pilot", "parent_id": keeper})).unwrap();
    let id = store::new_id();
    workspaces::create(&house.store, id.clone(), create, None, Vec::new(), None)
        .await
        .unwrap();
    let long = NewSchedule {
        prompt: "Look.\n\nThen write: what you saw.".into(),
        ..new("watch")
    };
    house.orgs.add_schedule(&id, long).await.unwrap();
    save(&house).await;
    let now = text(&root, "org.yaml");
    assert!(now.contains("- name: Pilot\n"), "{now}");
    assert!(now.contains("- name: watch\n"), "{now}");
    settled(&house).await;
    let rows = house.orgs.schedules(&id).await.unwrap();
    assert_eq!(rows[0].source, "template");
}

#[tokio::test]
async fn a_schedule_that_cannot_be_kept_is_refused_with_the_contracts_words() {
    let house = House::new().await;
    watch(&house).await;
    let id = house.row("Keeper").await.id;
    let before = house.dump(&[]).await;
    let cases = [
        (
            NewSchedule {
                prompt: " ".into(),
                ..new("a")
            },
            "cron_expr and prompt are required",
            None,
        ),
        (
            NewSchedule {
                cron_expr: String::new(),
                ..new("a")
            },
            "cron_expr and prompt are required",
            None,
        ),
        (
            NewSchedule {
                timezone: "Moon/Base".into(),
                ..new("a")
            },
            "invalid timezone: Moon/Base",
            None,
        ),
        (
            NewSchedule {
                cron_expr: "every monday".into(),
                ..new("a")
            },
            "invalid request body",
            Some("five fields"),
        ),
        (
            NewSchedule {
                cron_expr: "0 0 31 2 *".into(),
                ..new("a")
            },
            "cron_expr never matches",
            Some("no date"),
        ),
        (new("morning"), "schedule name already exists", None),
        (
            NewSchedule {
                prompt: "x".repeat(100_001),
                ..new("a")
            },
            "invalid request body",
            Some("longer than"),
        ),
        (
            NewSchedule {
                name: "a\nb".into(),
                ..new("")
            },
            "invalid request body",
            Some("one line"),
        ),
    ];
    for (case, words, detail) in cases {
        let error = house.orgs.add_schedule(&id, case).await.unwrap_err();
        assert_eq!(error.to_string(), words);
        if let Some(detail) = detail {
            let said = error.detail().unwrap_or_default();
            assert!(said.contains(detail), "{said}");
        }
    }
    let nobody = house
        .orgs
        .add_schedule(&store::new_id(), new("a"))
        .await
        .unwrap_err();
    assert_eq!(nobody.to_string(), "workspace not found");
    let other = house.row("Other").await.id;
    let morning = one(&house, "morning").await;
    for error in [
        house
            .orgs
            .remove_schedule(&other, &morning.id)
            .await
            .unwrap_err(),
        house
            .orgs
            .change_schedule(&other, &morning.id, switched(true))
            .await
            .unwrap_err(),
    ] {
        assert_eq!(
            error.to_string(),
            "schedule not found",
            "another's schedule is not found"
        );
    }
    assert_eq!(before, house.dump(&[]).await, "a refusal changes no row");
    let unnamed = house.orgs.add_schedule(&id, new("")).await.unwrap();
    let second = house.orgs.add_schedule(&id, new(" ")).await.unwrap();
    assert_eq!(
        (unnamed.name.as_str(), second.name.as_str()),
        ("schedule 1", "schedule 2")
    );
    let told = house
        .events(&[kind::WORKSPACE_UPDATED])
        .await
        .pop()
        .unwrap();
    assert_eq!(told.payload["changed"], json!(["schedules"]));
}

#[tokio::test]
async fn ticking_runs_what_the_files_switch_on_and_no_more() {
    let house = House::new().await;
    watch(&house).await;
    let tick = |schedules| ImportRequest {
        mode: "sync".into(),
        prompts: Some(Prompts {
            schedules,
            ..Prompts::default()
        }),
        ..by_dir("watch")
    };
    house.import(tick(true)).await.unwrap();
    assert!(one(&house, "morning").await.enabled && !one(&house, "noon").await.enabled);
    settled(&house).await;
    house.import(tick(false)).await.unwrap();
    assert!(!one(&house, "morning").await.enabled);
    settled(&house).await;
    // A patch of something else leaves schedules alone.
    let id = house.row("Keeper").await.id;
    let patch = PatchWorkspace {
        role: Some("Keeps".into()),
        ..PatchWorkspace::default()
    };
    workspaces::change(&house.store, &id, patch).await.unwrap();
    let unsaved = plan(&house).await.unsaved;
    assert_eq!(unsaved.len(), 1);
    assert_eq!(unsaved[0].field, "role");
}

#[tokio::test]
async fn an_agent_does_not_say_yes_for_a_person() {
    let house = House::new().await;
    watch(&house).await;
    let id = house.row("Keeper").await.id;
    let morning = one(&house, "morning").await;
    assert!(!morning.enabled, "nobody ticked it");
    let on = |by_agent| ScheduleChange {
        enabled: Some(true),
        by_agent,
        ..ScheduleChange::default()
    };
    let refused = house
        .orgs
        .change_schedule(&id, &morning.id, on(true))
        .await
        .unwrap_err();
    assert!(matches!(refused, OrgsError::ScheduleNotTicked), "{refused}");
    assert!(!one(&house, "morning").await.enabled);
    house
        .orgs
        .change_schedule(&id, &morning.id, on(false))
        .await
        .unwrap();
    let off = ScheduleChange {
        enabled: Some(false),
        by_agent: true,
        ..ScheduleChange::default()
    };
    house
        .orgs
        .change_schedule(&id, &morning.id, off)
        .await
        .unwrap();
    house
        .orgs
        .change_schedule(&id, &morning.id, on(true))
        .await
        .expect("a person said yes once");
}

#[tokio::test]
async fn a_message_that_waits_goes_with_the_switch() {
    let house = House::new().await;
    watch(&house).await;
    let id = house.row("Keeper").await.id;
    let made = house.orgs.add_schedule(&id, new("evening")).await.unwrap();
    let run = store::rows::schedule_runs::RunRow {
        id: store::new_id(),
        schedule_id: made.id.clone(),
        workspace_id: id.clone(),
        cause: "clock".into(),
        due_at: made.created_at.clone(),
        began_at: made.created_at.clone(),
        ended_at: None,
        status: "queued".into(),
        error: String::new(),
        duration_ms: None,
        polled: false,
        request: "{}".into(),
    };
    let message = store::rows::queue::NewQueued {
        id: run.id.clone(),
        workspace_id: id.clone(),
        caller_id: None,
        caller_kind: "schedule".into(),
        caller_label: None,
        body: "{}".into(),
        method: None,
        idempotency_key: None,
        activity_id: store::new_id(),
        expires_at: "2999-01-01T00:00:00.000000Z".into(),
        not_before: None,
        dispatched: false,
    };
    let done: Result<(), store::StoreError> = house
        .store
        .write(move |write| {
            Box::pin(async move {
                let now = write.stamp();
                store::rows::queue::put(write.conn(), &message, &now).await?;
                store::rows::schedule_runs::insert(write.conn(), &run).await
            })
        })
        .await;
    done.unwrap();
    let current = one(&house, "evening").await.current_run.unwrap();
    assert_eq!(current.state, "waiting");
    let off = ScheduleChange {
        enabled: Some(false),
        ..ScheduleChange::default()
    };
    change(&house, "evening", off).await;
    let row = one(&house, "evening").await;
    assert_eq!(
        (row.last_status.as_str(), row.current_run),
        ("skipped", None)
    );
    let depth = store::rows::queue::depth(house.store.read(), &id).await;
    assert_eq!(depth.unwrap(), 0, "it is not sent any more");
}
