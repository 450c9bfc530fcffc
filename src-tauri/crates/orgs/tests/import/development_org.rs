//! A 42-role development org (A.5, A.6): a generated one always, the published one where its folder is.

use crate::house::{House, by_dir};
use std::{
    fmt::Write,
    path::{Path, PathBuf},
};
use wire::{ImportRequest, Prompts, Status, kind};

/// The published org, where it lies beside the checkout or `MOLECULE_TEST_DATA` names its data folder.
fn published() -> Option<PathBuf> {
    let data = std::env::var_os("MOLECULE_TEST_DATA").map(PathBuf::from);
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data");
    let root = data
        .unwrap_or_else(beside)
        .join("org-templates/molecule-dev");
    if root.join("org.yaml").is_file() {
        return Some(root);
    }
    println!(
        "the published development org was not found at {}",
        root.display()
    );
    None
}

/// Children per node in pre-order of a 42-role org with two roots, four levels deep, and its places.
const DEPTHS: [usize; 42] = [
    1, 2, 3, 3, 3, 2, 3, 4, 4, 4, 4, 4, 4, 4, 3, 4, 4, 4, 3, 4, 4, 4, 4, 3, 4, 4, 3, 4, 4, 3, 3, 3,
    2, 2, 2, 1, 2, 2, 2, 2, 2, 2,
];

/// A folder of that shape: tier 3 for 35 roles, prompts everywhere.
fn generated(house: &House) -> PathBuf {
    let mut yaml = String::from(
        "name: Forty-two\ndefaults:\n  runtime: claude-code\n  tier: 3\n  initial_prompt: Read the plan.\nworkspaces:\n",
    );
    for (index, depth) in DEPTHS.iter().enumerate() {
        let pad = "  ".repeat(2 * depth - 1);
        let _ = writeln!(
            yaml,
            "{pad}- name: Role {index}\n{pad}  files_dir: role-{index}"
        );
        if index % 6 == 2 {
            let _ = writeln!(yaml, "{pad}  tier: 2\n{pad}  idle_prompt: Anything to do?");
        }
        if index == 0 {
            let _ = writeln!(yaml, "{pad}  canvas: {{x: 400, y: 50}}");
        }
        if DEPTHS.get(index + 1).is_some_and(|next| next > depth) {
            let _ = writeln!(yaml, "{pad}  children:");
        }
    }
    let root = house.org("forty-two", &[("org.yaml", &yaml)]);
    for index in 0..DEPTHS.len() {
        crate::house::write(
            &root,
            &[(
                &format!("role-{index}/system-prompt.md"),
                "You are one of many.\n",
            )],
        );
    }
    root
}

async fn both(house: &House) -> Vec<String> {
    let mut dirs = Vec::new();
    for path in [Some(generated(house)), published()].into_iter().flatten() {
        dirs.push(house.orgs.register_folder(&path).await.unwrap().dir);
    }
    dirs
}

#[tokio::test]
async fn a5_1_2_3_4_5_8_9_11_one_import_into_an_empty_database() {
    for at in 0..2 {
        let house = House::new().await;
        let Some(dir) = both(&house).await.get(at).cloned() else {
            continue;
        };
        let began = std::time::Instant::now();
        let result = house.imported(&dir).await;
        assert!(
            began.elapsed() < std::time::Duration::from_secs(20),
            "rows and reply in seconds, not two of them a role"
        );
        assert_eq!(
            (result.count, result.workspaces.len(), &result.error),
            (42, 42, &None)
        );
        let secrets = store::rows::secrets::all(house.store.read()).await.unwrap();
        assert!(secrets.is_empty(), "no .env, no secrets");
        let rows = house.rows().await;
        assert_eq!(rows.len(), 42);
        assert!(
            rows.iter()
                .all(|row| row.status == Status::Provisioning && row.placed)
        );
        assert!(rows.iter().all(|row| {
            row.template_dir
                .as_deref()
                .is_some_and(|dir| Path::new(dir).is_absolute())
        }));
        assert!(
            rows.iter()
                .all(|row| row.workspace_dir.is_none() && row.workspace_access.as_str() == "none")
        );
        let order: Vec<_> = result.workspaces.iter().map(|one| one.id.clone()).collect();
        assert_eq!(
            order,
            rows.iter().map(|row| row.id.clone()).collect::<Vec<_>>(),
            "parents before children"
        );

        let events = house.events(&[kind::WORKSPACE_PROVISIONING]).await;
        assert_eq!(events.len(), 42);
        assert_eq!(
            events
                .iter()
                .filter(|event| event.payload.get("parent_id").is_some())
                .count(),
            40
        );
        for event in &events {
            let row = rows
                .iter()
                .find(|row| Some(&row.id) == event.workspace_id.as_ref())
                .unwrap();
            let parent = rows
                .iter()
                .find(|parent| Some(&parent.id) == row.parent_id.as_ref());
            let (x, y) = parent.map_or((0.0, 0.0), |parent| (parent.x, parent.y));
            assert_eq!(event.payload["x"].as_f64(), Some(row.x - x), "{}", row.name);
            assert_eq!(event.payload["y"].as_f64(), Some(row.y - y), "{}", row.name);
        }

        let audit = house
            .events(&[
                kind::IMPORT_STARTED,
                kind::IMPORT_COMPLETED,
                kind::IMPORT_FAILED,
            ])
            .await;
        let names: Vec<_> = audit
            .iter()
            .map(|event| event.event_type.as_str())
            .collect();
        assert_eq!(names, [kind::IMPORT_STARTED, kind::IMPORT_COMPLETED]);
        assert!(
            audit
                .iter()
                .all(|event| event.payload["name"] == result.org.as_str()
                    && event.workspace_id.is_none())
        );
        let done = &audit[1].payload;
        assert_eq!(
            (
                &done["created"],
                &done["skipped"],
                &done["reconcile_removed"]
            ),
            (&42.into(), &0.into(), &0.into())
        );
        assert_eq!(done["error"], "");
    }
}

#[tokio::test]
async fn a5_places_and_configs_of_the_published_org() {
    let house = House::new().await;
    let Some(path) = published() else { return };
    let dir = house.orgs.register_folder(&path).await.unwrap().dir;
    house.imported(&dir).await;
    let at = |row: &store::WorkspaceRow| (row.x, row.y);
    assert_eq!(at(&house.row("PM").await), (400.0, 50.0));
    assert_eq!(at(&house.row("Core-OffSec").await), (1560.0, 872.0));
    assert_eq!(
        at(&house.row("Triage Operator (Multi-Repo)").await),
        (416.0, 2060.0)
    );
    let beside = house.row("Marketing Lead").await;
    assert_eq!(
        at(&beside),
        (2722.0, 50.0),
        "a root without a place stands beside what is there"
    );

    let pm = house.row("PM").await;
    let config = house.made(&pm.id, "config.yaml").await.unwrap();
    for line in ["runtime: claude-code", "tier: 3", "category_routing:"] {
        assert!(config.contains(line), "{line} is missing:\n{config}");
    }
    assert!(
        !config.contains("initial_prompt"),
        "prompts are off until a person ticks them"
    );
    let merged = house
        .made(&house.row("Fullstack Engineer").await.id, "config.yaml")
        .await
        .unwrap();
    assert!(
        merged.contains("github_repo") && merged.contains("prompt_files"),
        "{merged}"
    );
}

#[tokio::test]
async fn a5_the_plan_names_privileges_and_cost() {
    let house = House::new().await;
    let Some(path) = published() else { return };
    let dir = house.orgs.register_folder(&path).await.unwrap().dir;
    let before = house.dump(&[]).await;
    let plan = house
        .orgs
        .plan(&ImportRequest {
            dry_run: true,
            ..by_dir(&dir)
        })
        .await
        .unwrap();
    assert_eq!(before, house.dump(&[]).await, "a dry run changes nothing");
    assert_eq!(plan.plan.len(), 42);
    assert!(
        plan.plan
            .iter()
            .all(|step| step.action == "create" && step.file.is_some() && step.line.is_some())
    );
    let ask = plan
        .asks
        .iter()
        .find(|ask| ask.code == "privileged")
        .unwrap();
    assert_eq!(
        (ask.count, ask.text.as_str()),
        (
            35,
            "35 roles ask for tier 3 or 4 and run at tier 2 until that is granted"
        )
    );
    assert!(plan.asks.iter().any(|ask| ask.code == "prompts"));
    assert_eq!(plan.cost.at_start, 42);
    assert!(
        (5_000..6_500).contains(&plan.cost.per_day),
        "{}",
        plan.cost.per_day
    );
    assert!(plan.cost.sources.iter().all(|source| !source.on));
}

#[tokio::test]
async fn a6_1_a_second_import_writes_only_its_two_audit_rows() {
    for mode in ["", "sync"] {
        let house = House::new().await;
        for dir in both(&house).await {
            house.imported(&dir).await;
            let request = || ImportRequest {
                mode: mode.to_owned(),
                ..by_dir(&dir)
            };
            let (rows, changes) = (
                house.dump(&["structure_events"]).await,
                house.total_changes().await,
            );
            let again = house.import(request()).await.unwrap();
            assert_eq!(
                house.total_changes().await - changes,
                2,
                "two audit rows and nothing else, mode {mode:?}"
            );
            assert_eq!(rows, house.dump(&["structure_events"]).await);
            assert!(again.workspaces.iter().all(|one| one.skipped) && again.count == 42);
            assert!(again.changed.is_empty() && again.reconcile_removed.is_empty());
            let audit = house.events(&[kind::IMPORT_COMPLETED]).await.pop().unwrap();
            assert_eq!(
                (&audit.payload["created"], &audit.payload["skipped"]),
                (&0.into(), &42.into())
            );
        }
    }
}

#[tokio::test]
async fn ticked_prompts_and_a_granted_tier_are_remembered_and_reach_what_is_there() {
    let house = House::new().await;
    generated(&house);
    house.imported("forty-two").await;
    let row = house.row("Role 2").await;
    assert_eq!(row.tier_granted, 2);
    assert!(
        !house
            .made(&row.id, "config.yaml")
            .await
            .unwrap()
            .contains("prompt")
    );
    let prompts = Some(Prompts {
        initial: true,
        idle: true,
        schedules: false,
    });
    let request = ImportRequest {
        prompts,
        grant_tier: Some(3),
        ..by_dir("forty-two")
    };
    let result = house.import(request.clone()).await.unwrap();
    assert_eq!(
        result.changed.len(),
        42,
        "additive: nothing is made, but the consent reaches every role"
    );
    assert_eq!(house.row("Role 2").await.tier_granted, 3);
    let config = house.made(&row.id, "config.yaml").await.unwrap();
    assert!(
        config.contains("initial_prompt: |") && config.contains("idle_prompt: |"),
        "{config}"
    );

    let changes = house.total_changes().await;
    house.imported("forty-two").await;
    assert_eq!(
        house.total_changes().await - changes,
        2,
        "what was agreed to stays without being said again"
    );
    let plan = house.orgs.plan(&by_dir("forty-two")).await.unwrap();
    assert!(plan.asks.is_empty(), "{:?}", plan.asks);
}

/// A copy of the published org with these files beside its own.
fn copied(house: &House, name: &str, more: &[(&str, &str)]) -> Option<()> {
    fn copy(from: &Path, to: &Path) {
        std::fs::create_dir_all(to).unwrap();
        for entry in std::fs::read_dir(from).unwrap().flatten() {
            let target = to.join(entry.file_name());
            if entry.path().is_dir() {
                copy(&entry.path(), &target);
            } else {
                std::fs::write(target, std::fs::read(entry.path()).unwrap()).unwrap();
            }
        }
    }
    copy(&published()?, &house.org(name, &[]));
    house.org(name, more);
    Some(())
}

/// Reasons of skipped channels, sorted, the number of channel rows, and the schedules.
async fn automation(house: &House, name: &str) -> (Vec<String>, usize, Vec<wire::ScheduleView>) {
    let result = house.imported(name).await;
    let skipped = result
        .workspaces
        .iter()
        .flat_map(|one| &one.channels_skipped);
    let mut reasons: Vec<String> = skipped
        .map(|skip| format!("{} {}", skip.kind, skip.reason))
        .collect();
    reasons.sort();
    let (mut channels, mut schedules) = (0, Vec::new());
    for row in house.rows().await {
        channels += house.orgs.channels(&row.id).await.unwrap().len();
        schedules.extend(house.orgs.schedules(&row.id).await.unwrap());
    }
    (reasons, channels, schedules)
}

#[tokio::test]
async fn a5_6_7_schedules_and_skipped_channels_of_the_published_org() {
    let house = House::new().await;
    let Some(()) = copied(&house, "dev", &[]) else {
        return;
    };
    let (reasons, channels, schedules) = automation(&house, "dev").await;
    assert_eq!((schedules.len(), channels, reasons.len()), (44, 0, 8));
    assert!(
        schedules
            .iter()
            .all(|s| s.source == "template" && s.timezone == "UTC" && s.next_run_at.is_some())
    );
    assert_eq!(reasons[0], "discord missing env: [${DISCORD_WEBHOOK_URL}]");
    assert_eq!(
        reasons
            .iter()
            .filter(|r| r.starts_with("telegram missing env: ["))
            .count(),
        6
    );
    assert_eq!(
        reasons
            .iter()
            .filter(|r| *r == "telegram missing required field: bot_token")
            .count(),
        1
    );
    // A.6: the same import again leaves 44 of them and makes nobody anew.
    let again = house.imported("dev").await;
    assert!(again.workspaces.iter().all(|one| one.skipped));
    let mut count = 0;
    for row in house.rows().await {
        count += house.orgs.schedules(&row.id).await.unwrap().len();
    }
    assert_eq!((count, house.rows().await.len()), (44, 42));
}

#[tokio::test]
async fn a5_12_13_14_15_channels_of_the_published_org_by_environment() {
    let token = "123456789:AAAAAAAAAABBBBBBBBBBCCCCCCCCCCDDDDD";
    let telegram = format!("TELEGRAM_BOT_TOKEN={token}\nTELEGRAM_CHAT_ID=42\n");
    let discord = format!("{telegram}DISCORD_WEBHOOK_URL=https://discord.com/api/webhooks/1/x\n");
    let short = "TELEGRAM_BOT_TOKEN=short\nTELEGRAM_CHAT_ID=42\n".to_owned();
    for (file, text, rows, skipped) in [
        (".env", &telegram, 6, 2),
        (".env", &discord, 7, 1),
        (".env", &short, 0, 8),
        ("pm/.env", &telegram, 1, 7),
    ] {
        let house = House::new().await;
        let Some(()) = copied(&house, "dev", &[(file, text)]) else {
            return;
        };
        let (reasons, channels, _) = automation(&house, "dev").await;
        assert_eq!(
            (channels, reasons.len()),
            (rows, skipped),
            "{file}: {reasons:?}"
        );
        let dump = house.dump(&[]).await;
        assert!(!dump.contains(token), "no token in clear");
    }
}
