//! Schedules and channels of an import as rows (contract 03 section 2.9 steps 13 and 14; fixtures A.5, A.6, D.17, D.22,
//! D.24, D.34).

use crate::house::{House, by_dir, sync, write};
use store::{StoreError, rows};
use wire::{ImportRequest, ImportedWorkspace, Prompts, ScheduleView, kind};

const SCHEDULES: &str = "name: S\nworkspaces:
  - name: PM
    files_dir: pm
    schedules:
      - {name: morning, cron_expr: '0 9 * * 1-5', prompt_file: morning.md}
      - {name: paused, cron_expr: '*/5 * * * *', timezone: Europe/Berlin, prompt: Look., enabled: false}
      - {name: never, cron_expr: '0 0 31 2 *', prompt: Never.}
      - {name: words, cron_expr: every monday, prompt: x}
      - {name: six, cron_expr: '0 0 9 * * 1', prompt: x}
      - {name: moon, cron_expr: '0 9 * * *', timezone: Moon/Base, prompt: x}
      - {name: empty, cron_expr: '0 9 * * *', prompt: ''}
      - {name: climbing, cron_expr: '0 9 * * *', prompt_file: ../secret.md}
";

const TELEGRAM: &str = "123456789:AAAAAAAAAABBBBBBBBBBCCCCCCCCCCDDDDD";

fn ticked(mode: &str, schedules: bool) -> ImportRequest {
    ImportRequest {
        mode: mode.to_owned(),
        prompts: Some(Prompts {
            schedules,
            ..Prompts::default()
        }),
        ..by_dir("s")
    }
}

async fn schedules(house: &House, name: &str) -> Vec<ScheduleView> {
    house
        .orgs
        .schedules(&house.row(name).await.id)
        .await
        .unwrap()
}

async fn scheduled(house: &House) -> std::path::PathBuf {
    house.org(
        "s",
        &[
            ("org.yaml", SCHEDULES),
            ("pm/morning.md", "Plan the day.\r\n"),
            ("secret.md", "no"),
        ],
    )
}

#[tokio::test]
async fn d22_good_schedules_become_rows_and_each_bad_one_is_told() {
    let house = House::new().await;
    scheduled(&house).await;
    let result = house.imported("s").await;
    let skipped: Vec<&str> = result.workspaces[0]
        .schedules_skipped
        .iter()
        .map(|s| s.name.as_str())
        .collect();
    assert_eq!(
        skipped,
        ["never", "words", "six", "moon", "empty", "climbing"]
    );
    assert_eq!(
        result.workspaces[0].schedules_skipped[0].reason,
        "cron_expr never matches"
    );
    assert!(
        result.workspaces[0]
            .schedules_skipped
            .iter()
            .all(|s| !s.reason.is_empty())
    );
    let rows = schedules(&house, "PM").await;
    let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["morning", "paused"], "oldest first");
    let morning = &rows[0];
    assert_eq!(
        (morning.prompt.as_str(), morning.timezone.as_str()),
        ("Plan the day.\n", "UTC")
    );
    assert_eq!(
        (
            morning.source.as_str(),
            morning.run_count,
            morning.last_status.as_str()
        ),
        ("template", 0, "")
    );
    // The test clock stands at the beginning of 1970, a Thursday.
    assert_eq!(
        morning.next_run_at.as_deref(),
        Some("1970-01-01T09:00:00.000000Z")
    );
}

#[tokio::test]
async fn schedules_stay_off_until_a_person_ticks_them() {
    let house = House::new().await;
    scheduled(&house).await;
    house.import(ticked("", false)).await.unwrap();
    let on = |rows: Vec<ScheduleView>| rows.iter().map(|row| row.enabled).collect::<Vec<_>>();
    assert_eq!(on(schedules(&house, "PM").await), [false, false]);
    house.import(ticked("merge", true)).await.unwrap();
    assert_eq!(
        on(schedules(&house, "PM").await),
        [true, false],
        "but not what the files switch off"
    );
    house.import(ticked("merge", false)).await.unwrap();
    assert_eq!(on(schedules(&house, "PM").await), [false, false]);
}

#[tokio::test]
async fn a6_1_a_second_import_refreshes_template_rows_only_and_writes_nothing_without_need() {
    let house = House::new().await;
    let root = scheduled(&house).await;
    house.import(ticked("", true)).await.unwrap();
    let before = house.dump(&["structure_events"]).await;
    house.import(ticked("merge", true)).await.unwrap();
    assert_eq!(house.dump(&["structure_events"]).await, before);
    house.sql("UPDATE workspace_schedules SET source = 'runtime', cron_expr = '1 1 * * *' WHERE name = 'morning'").await;
    let other = SCHEDULES
        .replace("0 9 * * 1-5", "0 7 * * *")
        .replace("'0 0 31 2 *'", "'0 5 * * *'");
    write(&root, &[("org.yaml", &other)]);
    let result = house.import(ticked("merge", true)).await.unwrap();
    let rows = schedules(&house, "PM").await;
    assert_eq!(rows[0].cron_expr, "1 1 * * *", "edited by a person");
    assert_eq!(
        (rows[2].cron_expr.as_str(), rows[2].next_run_at.as_deref()),
        ("0 5 * * *", Some("1970-01-01T05:00:00.000000Z"))
    );
    assert_eq!(result.changed, [house.row("PM").await.id]);
    let told = house
        .events(&[kind::WORKSPACE_UPDATED])
        .await
        .pop()
        .unwrap();
    assert_eq!(told.payload["changed"], serde_json::json!(["schedules"]));
    assert_eq!(told.payload["needs_restart"], false);
}

#[tokio::test]
async fn a_merge_leaves_a_schedule_that_the_files_do_not_name_and_a_sync_takes_it_away() {
    let house = House::new().await;
    let root = scheduled(&house).await;
    house.import(ticked("", true)).await.unwrap();
    write(
        &root,
        &[(
            "org.yaml",
            "name: S\nworkspaces:\n  - name: PM\n    files_dir: pm\n",
        )],
    );
    house.import(ticked("merge", true)).await.unwrap();
    assert_eq!(schedules(&house, "PM").await.len(), 2, "a merge only adds");
    let id = house.row("PM").await.id;
    let own = orgs::NewSchedule {
        name: "own".into(),
        cron_expr: "0 1 * * *".into(),
        prompt: "x".into(),
        enabled: true,
        by_agent: true,
        ..orgs::NewSchedule::default()
    };
    house.orgs.add_schedule(&id, own).await.unwrap();
    let plan = house
        .orgs
        .plan(&ImportRequest {
            dry_run: true,
            ..ticked("sync", true)
        })
        .await
        .unwrap();
    assert_eq!(
        (
            plan.plan[0].action.as_str(),
            plan.plan[0].fields[0].name.as_str()
        ),
        ("update", "schedules"),
        "what goes is shown before"
    );
    house.import(ticked("sync", true)).await.unwrap();
    let left = schedules(&house, "PM").await;
    assert_eq!(left.len(), 1, "what the files made goes with them");
    assert_eq!(
        left[0].name, "own",
        "what an agent made for itself is its own"
    );
}

#[tokio::test]
async fn a_removed_workspace_has_no_schedule_that_runs() {
    let house = House::new().await;
    scheduled(&house).await;
    house.import(ticked("", true)).await.unwrap();
    let id = house.row("PM").await.id;
    workspaces::remove(&house.store, &id, true, false)
        .await
        .unwrap();
    let rows = house.orgs.schedules(&id).await.unwrap();
    assert!(rows.len() == 2 && rows.iter().all(|row| !row.enabled));
}

const CHANNELS: &str = "name: C\nworkspaces:
  - name: PM
    files_dir: pm
    channels:
      - {type: telegram, config: {bot_token: '${TELEGRAM_BOT_TOKEN}', chat_id: '${TELEGRAM_CHAT_ID}'}}
    children:
      - name: Lead
        files_dir: lead
        channels:
          - {type: telegram, config: {bot_token: '${TELEGRAM_BOT_TOKEN}', chat_id: '${TELEGRAM_CHAT_ID}'}, allowed_users: ['42']}
      - name: Community
        files_dir: community
        channels:
          - {type: discord, config: {webhook_url: '${DISCORD_WEBHOOK_URL}'}}
      - name: Triage
        files_dir: triage
        channels:
          - {type: telegram, env: X, categories: [a]}
          - {type: pager, config: {a: b}}
          - {config: {a: b}}
";

async fn channelled(env: &[(&str, &str)]) -> (House, Vec<ImportedWorkspace>) {
    let house = House::new().await;
    house.org(
        "c",
        &[
            ("org.yaml", CHANNELS),
            ("pm/a.md", "x"),
            ("lead/a.md", "x"),
            ("community/a.md", "x"),
            ("triage/a.md", "x"),
        ],
    );
    house.org("c", env);
    let done = house.imported("c").await.workspaces;
    (house, done)
}

fn skips(done: &[ImportedWorkspace]) -> Vec<(&str, &str, &str)> {
    let all = done.iter().flat_map(|one| &one.channels_skipped);
    all.map(|skip| {
        (
            skip.workspace.as_str(),
            skip.kind.as_str(),
            skip.reason.as_str(),
        )
    })
    .collect()
}

fn made(done: &[ImportedWorkspace]) -> usize {
    done.iter().map(|one| one.channels.len()).sum()
}

#[tokio::test]
async fn a5_7_without_variables_every_channel_is_skipped_with_its_reason() {
    let (house, done) = channelled(&[]).await;
    assert_eq!(made(&done), 0);
    let skips = skips(&done);
    for role in ["PM", "Lead"] {
        let reason = skips.iter().find(|skip| skip.0 == role).unwrap().2;
        assert!(reason.starts_with("missing env: ["), "{reason}");
        assert!(
            reason.contains("${TELEGRAM_BOT_TOKEN}") && reason.contains("${TELEGRAM_CHAT_ID}"),
            "{reason}"
        );
    }
    assert!(skips.contains(&(
        "Community",
        "discord",
        "missing env: [${DISCORD_WEBHOOK_URL}]"
    )));
    assert!(skips.contains(&("Triage", "telegram", "missing required field: bot_token")));
    assert!(
        skips.contains(&("Triage", "pager", "unknown adapter")),
        "D.24"
    );
    assert!(skips.contains(&("Triage", "", "empty type")), "D.24");
    assert!(
        house
            .orgs
            .channels(&house.row("PM").await.id)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a5_12_13_23_no_9_variables_of_the_org_make_sealed_channels_and_masked_lists() {
    let env = format!(
        "TELEGRAM_BOT_TOKEN={TELEGRAM}\nTELEGRAM_CHAT_ID=42\nDISCORD_WEBHOOK_URL=https://discord.com/api/webhooks/1/hushed\n"
    );
    let (house, done) = channelled(&[(".env", &env)]).await;
    assert_eq!((made(&done), skips(&done).len()), (3, 3));
    assert_eq!(done[0].channels, ["telegram"]);
    let dump = house.dump(&[]).await;
    assert!(
        !dump.contains(TELEGRAM) && !dump.contains("hushed"),
        "no secret setting in clear"
    );
    assert!(dump.contains("ec1:"));
    let lead = house
        .orgs
        .channels(&house.row("Lead").await.id)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(
        (
            lead.config["bot_token"].as_str(),
            lead.config["chat_id"].as_str()
        ),
        ("1234...DDDD", "42")
    );
    assert_eq!(
        (lead.allowed_users, lead.enabled, lead.message_count),
        (vec!["42".to_owned()], true, 0)
    );
    let pm = house
        .orgs
        .channels(&house.row("PM").await.id)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(
        pm.allowed_users,
        Vec::<String>::new(),
        "no. 34: an empty list, not null"
    );
    // Both keys are secrets of every role too.
    let secrets = rows::secrets::of_workspace(house.store.read(), &house.row("Triage").await.id)
        .await
        .unwrap();
    assert_eq!(secrets.len(), 3);
    // With secrets closed nothing of them is shown.
    *house.vault.write().await = None;
    let pm = house
        .orgs
        .channels(&house.row("PM").await.id)
        .await
        .unwrap()
        .remove(0);
    assert_eq!(pm.config["bot_token"], "***");
}

#[tokio::test]
async fn a5_14_15_a_short_token_and_variables_of_one_role() {
    let (_, done) =
        channelled(&[(".env", "TELEGRAM_BOT_TOKEN=short\nTELEGRAM_CHAT_ID=42\n")]).await;
    let format = "bot_token format invalid (expected like '123456789:ABCdefGHIjkl...')";
    assert_eq!(
        skips(&done).iter().filter(|skip| skip.2 == format).count(),
        2
    );
    let env = format!("TELEGRAM_BOT_TOKEN={TELEGRAM}\nTELEGRAM_CHAT_ID=42\n");
    let (_, done) = channelled(&[("pm/.env", &env)]).await;
    assert_eq!((made(&done), done[0].channels.len()), (1, 1));
}

#[tokio::test]
async fn d17_a_number_is_kept_as_its_text_and_an_update_replaces_the_settings() {
    let house = House::new().await;
    let yaml = |chat: &str| {
        format!(
            "name: C\nworkspaces:\n  - name: PM\n    channels:\n      - {{type: telegram, config: {{bot_token: '{TELEGRAM}', chat_id: {chat}}}}}\n"
        )
    };
    let root = house.org("c", &[("org.yaml", &yaml("42"))]);
    house.imported("c").await;
    let id = house.row("PM").await.id;
    assert_eq!(
        house.orgs.channels(&id).await.unwrap()[0].config["chat_id"],
        "42"
    );
    let before = house.dump(&["structure_events"]).await;
    house.imported("c").await;
    assert_eq!(
        house.dump(&["structure_events"]).await,
        before,
        "nothing is written without need"
    );
    write(&root, &[("org.yaml", &yaml("43"))]);
    house.import(sync("c")).await.unwrap();
    let channels = house.orgs.channels(&id).await.unwrap();
    assert_eq!(
        (channels.len(), channels[0].config["chat_id"].as_str()),
        (1, "43")
    );
    assert_eq!(channels[0].config["bot_token"], "1234...DDDD");
    assert!(!house.dump(&[]).await.contains(TELEGRAM));
}

#[tokio::test]
async fn without_a_place_for_secrets_a_channel_is_not_made_in_clear() {
    let house = House::locked().await;
    let yaml = format!(
        "name: C\nworkspaces:\n  - name: PM\n    channels:\n      - {{type: telegram, config: {{bot_token: '{TELEGRAM}', chat_id: 1}}}}\n"
    );
    house.org("c", &[("org.yaml", &yaml)]);
    assert!(matches!(
        house.undone(by_dir("c")).await,
        orgs::OrgsError::VaultClosed
    ));
}

#[tokio::test]
async fn a_new_key_seals_channels_too() {
    let env = format!("TELEGRAM_BOT_TOKEN={TELEGRAM}\nTELEGRAM_CHAT_ID=42\n");
    let (house, _) = channelled(&[(".env", &env)]).await;
    let id = house.row("PM").await.id;
    let all = rows::secrets::all(house.store.read()).await.unwrap();
    let row = all
        .into_iter()
        .find(|row| {
            row.key == "channel:telegram:bot_token" && row.workspace_id.as_ref() == Some(&id)
        })
        .unwrap();
    let vault = house.vault.read().await.clone().unwrap();
    let value = workspaces::secrets::open(vault.sealer(), &row).unwrap();
    let (sealed, version) =
        workspaces::secrets::seal(vault.sealer(), Some(&id), &row.key, value.expose()).unwrap();
    assert_ne!(sealed, row.encrypted_value);
    let (at, kept) = (id.clone(), sealed.clone());
    let done: Result<(), StoreError> = house
        .store
        .write(move |write| {
            Box::pin(async move {
                rows::secrets::reseal(
                    write.conn(),
                    Some(&at),
                    "channel:telegram:bot_token",
                    &kept,
                    version,
                )
                .await
            })
        })
        .await;
    done.unwrap();
    let rows = rows::channels::secrets_of(house.store.read(), &id)
        .await
        .unwrap();
    assert_eq!(rows[0].encrypted_value, sealed);
    assert_eq!(
        house.orgs.channels(&id).await.unwrap()[0].config["bot_token"],
        "1234...DDDD"
    );
}

#[tokio::test]
async fn no_30_plugins_are_noted_for_installation_and_missing_ones_told() {
    let house = House::new().await;
    let yaml = "name: P\ndefaults:\n  plugins: [here, gone]\nworkspaces:\n  - name: PM\n    plugins: ['!gone', 'github://o/r#v1']\n    children:\n      - {name: Writer}\n      - {name: Away, external: true}\n";
    let root = house.org("p", &[("org.yaml", yaml)]);
    write(
        house.dir.path(),
        &[("plugins/here/plugin.yaml", "name: here\n")],
    );
    let plan = house.orgs.plan(&by_dir("p")).await.unwrap();
    let told: Vec<&str> = plan
        .warnings
        .iter()
        .filter(|w| w.code == "plugin_missing")
        .map(|w| w.text.as_str())
        .collect();
    assert!(told.len() == 1 && told[0].contains("gone"), "{told:?}");
    let result = house.imported("p").await;
    let missing: Vec<_> = result
        .workspaces
        .iter()
        .map(|w| w.plugins_missing.join(" "))
        .collect();
    assert_eq!(missing, ["", "gone", ""]);
    let wanted = async |name: &str| {
        let id = house.row(name).await.id;
        let rows = rows::wanted_plugins::of_workspace(house.store.read(), &id)
            .await
            .unwrap();
        rows.into_iter()
            .map(|row| row.source)
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(wanted("PM").await, "here github://o/r#v1");
    assert_eq!(wanted("Writer").await, "here gone");
    assert_eq!(wanted("Away").await, "", "it brings its own");
    write(
        &root,
        &[(
            "org.yaml",
            &yaml.replace("{name: Writer}", "{name: Writer, plugins: [more]}"),
        )],
    );
    house.import(sync("p")).await.unwrap();
    assert_eq!(wanted("Writer").await, "here gone more");
}
