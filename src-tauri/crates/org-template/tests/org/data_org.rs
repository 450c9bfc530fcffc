//! A 42-role development org (fixtures A.1 to A.4): a generated one always, the published one where its folder is.

use crate::shape::{ROWS, generated};
use org_template::{
    AskKind, Code, Effective, Env, Limits, Org, Placed, PromptSource, config_yaml, cost, effective,
    load, load_from, place,
};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The folder of the published development org, where it lies beside the checkout or `MOLECULE_TEST_DATA` names its data
/// folder.
pub fn published_folder() -> Option<PathBuf> {
    let data = std::env::var_os("MOLECULE_TEST_DATA")
        .map(PathBuf::from)
        .unwrap_or_else(|| {
            PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data")
        });
    let root = data.join("org-templates/molecule-dev");
    if !root.join("org.yaml").is_file() {
        println!(
            "the published development org was not found in {}",
            data.display()
        );
        return None;
    }
    Some(root)
}

fn published() -> Option<Org> {
    let root = published_folder()?;
    Some(load(&root, &Limits::default()).unwrap_or_else(|e| panic!("{e}")))
}

fn merge(org: &Org) -> Effective {
    effective(org, &Env::default()).unwrap_or_else(|e| panic!("{e}"))
}

fn placed(effective: &Effective) -> Vec<Placed> {
    let nodes: Vec<_> = effective
        .roles
        .iter()
        .map(|r| (r.parent_index, r.canvas))
        .collect();
    place(&nodes, None)
}

fn both() -> Vec<Org> {
    let made = load_from(&generated(), &Limits::default()).unwrap_or_else(|e| panic!("{e}"));
    std::iter::once(made).chain(published()).collect()
}

#[test]
fn a1_expansion() {
    for org in both() {
        assert_eq!(org.includes_per_depth, [2, 11, 11, 18]);
        assert_eq!(org.include_directives, 42);
    }
    if let Some(org) = published() {
        assert_eq!(org.included_files, 41, "one file is included twice");
    }
}

#[test]
fn a2_a5_5_10_tree_and_layout() {
    for org in both() {
        assert_eq!((org.workspace_count(), org.spawned_count()), (42, 42));
        let effective = merge(&org);
        assert_eq!(
            (
                effective.needs.required.len(),
                effective.needs.recommended.len()
            ),
            (0, 0)
        );
        let placed = placed(&effective);
        for ((role, at), row) in effective.roles.iter().zip(&placed).zip(&ROWS) {
            assert_eq!((role.depth, role.name.as_str()), (row.0, row.1));
            assert_eq!(role.files_dir.as_deref(), Some(row.2));
            assert!(role.files_found);
            assert_eq!(
                (role.tier, role.model.as_str()),
                (row.3, row.4),
                "{}",
                row.1
            );
            assert_eq!(role.plugins.len(), row.5, "{}", row.1);
            assert_eq!(role.schedules.len(), row.6, "{}", row.1);
            assert_eq!(role.idle.is_some(), row.9, "{}", row.1);
            let source = role.initial_prompt.as_ref().map(|p| p.source);
            let wanted = if row.8 {
                PromptSource::OwnFile
            } else {
                PromptSource::Defaults
            };
            assert_eq!(source, Some(wanted), "{}", row.1);
            // The second root has no coordinates: it and its tree stand beside the first.
            let beside = if effective.roles.len() - 7 <= role_index(&effective, &role.key) {
                (2722.0, 50.0)
            } else {
                (0.0, 0.0)
            };
            assert_eq!(
                (at.x, at.y),
                (row.10.0 + beside.0, row.10.1 + beside.1),
                "{}",
                row.1
            );
            if role.parent_key.is_some() {
                assert_eq!((at.rel_x, at.rel_y), row.11, "{}", row.1);
            }
        }
        let size = |name: &str| {
            let at = effective.roles.iter().position(|r| r.name == name).unwrap();
            (placed[at].size.width, placed[at].size.height)
        };
        assert_eq!(size("PM"), (2242.0, 2156.0));
        assert_eq!(size("Dev Lead"), (1098.0, 1722.0));
        assert_eq!(size("Core Platform Lead"), (526.0, 708.0));
        for lead in ["Research Lead", "Controlplane Lead", "App & Docs Lead"] {
            assert_eq!(size(lead), (526.0, 420.0), "{lead}");
        }
        for lead in ["Infra Lead", "SDK Lead"] {
            assert_eq!(size(lead), (526.0, 276.0), "{lead}");
        }
        assert_eq!(size("Marketing Lead"), (526.0, 564.0));
        let keys: BTreeSet<_> = effective.roles.iter().map(|r| r.key.as_str()).collect();
        assert_eq!(keys.len(), 42);
        assert!(keys.contains("dir:documentation-specialist@dir:pm"));
        assert!(keys.contains("dir:documentation-specialist@dir:app-lead"));
    }
}

fn role_index(effective: &Effective, key: &str) -> usize {
    effective.roles.iter().position(|r| r.key == key).unwrap()
}

#[test]
fn a3_odd_content() {
    let Some(org) = published() else { return };
    let effective = merge(&org);
    let unknown: Vec<_> = effective
        .warnings
        .iter()
        .filter(|w| w.code == Code::UnknownKey)
        .map(|w| w.text.as_str())
        .collect();
    assert_eq!(unknown.iter().filter(|k| **k == "parent").count(), 24);
    assert!(unknown.contains(&"env") && unknown.contains(&"categories"));
    assert_eq!(unknown.len(), 26);
    let role = |name: &str| effective.roles.iter().find(|r| r.name == name).unwrap();
    let triage = role("Triage Operator");
    assert_eq!(
        triage.channels_skipped[0].reason,
        "missing required field: bot_token"
    );
    assert_eq!(triage.schedules[0].prompt.chars().count(), 205);
    assert_eq!(
        (
            role("PM").workspace_dir.as_ref(),
            role("PM").workspace_access.as_str()
        ),
        (None, "none")
    );
    let longest = effective
        .roles
        .iter()
        .filter_map(|r| r.role.as_ref())
        .map(|r| r.chars().count())
        .max();
    assert_eq!(longest, Some(2145));
    assert!(effective.roles.iter().any(|r| {
        r.initial_prompt
            .as_ref()
            .is_some_and(|p| p.text.contains("${GITHUB_TOKEN}"))
    }));
    let skipped: Vec<_> = effective
        .roles
        .iter()
        .flat_map(|r| &r.channels_skipped)
        .collect();
    assert_eq!(skipped.len(), 8);
    assert_eq!(
        skipped
            .iter()
            .filter(|s| s.reason.starts_with("missing env: ["))
            .count(),
        7
    );
    // With the org's variables set, only the channel without a config is left out.
    let mut env = Env::default();
    env.org.insert(
        "TELEGRAM_BOT_TOKEN".into(),
        format!("123456789:{}", "a".repeat(35)),
    );
    env.org.insert("TELEGRAM_CHAT_ID".into(), "42".into());
    let with = org_template::effective(&org, &env).unwrap();
    assert_eq!(
        with.roles.iter().map(|r| r.channels.len()).sum::<usize>(),
        6
    );
    env.org.insert(
        "DISCORD_WEBHOOK_URL".into(),
        "https://discord.com/api/webhooks/1/x".into(),
    );
    let with = org_template::effective(&org, &env).unwrap();
    assert_eq!(
        with.roles.iter().map(|r| r.channels.len()).sum::<usize>(),
        7
    );
    env.org.insert("TELEGRAM_BOT_TOKEN".into(), "short".into());
    let with = org_template::effective(&org, &env).unwrap();
    let invalid = |r: &org_template::Role| {
        r.channels_skipped
            .iter()
            .any(|s| s.reason.starts_with("bot_token format"))
    };
    assert_eq!(with.roles.iter().filter(|r| invalid(r)).count(), 6);
}

#[test]
fn a4_effective_values() {
    for org in both() {
        let effective = merge(&org);
        assert!(effective.roles.iter().all(|r| r.runtime == "claude-code"));
        let mut tiers = BTreeMap::new();
        let mut sizes = BTreeMap::new();
        let mut models = BTreeMap::new();
        for role in &effective.roles {
            *tiers.entry(role.tier).or_insert(0) += 1;
            *sizes.entry(role.plugins.len()).or_insert(0) += 1;
            *models.entry(role.model.as_str()).or_insert(0) += 1;
        }
        assert_eq!(tiers, BTreeMap::from([(2, 7), (3, 35)]));
        assert_eq!(
            sizes,
            BTreeMap::from([
                (9, 2),
                (10, 8),
                (11, 6),
                (12, 15),
                (13, 3),
                (14, 5),
                (15, 1),
                (16, 2)
            ])
        );
        assert_eq!(
            models,
            BTreeMap::from([("MiniMax-M2.7", 27), ("opus", 8), ("sonnet", 7)])
        );
        let own = |r: &&org_template::Role| {
            r.initial_prompt
                .as_ref()
                .is_some_and(|p| p.source == PromptSource::OwnFile)
        };
        assert_eq!(effective.roles.iter().filter(own).count(), 13);
        assert!(
            effective
                .roles
                .iter()
                .filter_map(|r| r.idle.as_ref())
                .all(|i| i.interval_seconds == 600)
        );
        assert_eq!(
            effective.roles.iter().filter(|r| r.idle.is_some()).count(),
            9
        );
        assert_eq!(
            effective
                .roles
                .iter()
                .map(|r| r.schedules.len())
                .sum::<usize>(),
            44
        );
        assert!(
            effective
                .roles
                .iter()
                .all(|r| r.schedules_skipped.is_empty())
        );
        for role in &effective.roles {
            let config = crate::properties::yaml(&config_yaml(role));
            let prompt = role
                .initial_prompt
                .as_ref()
                .unwrap()
                .text
                .trim()
                .lines()
                .map(str::trim_end);
            assert_eq!(
                config["initial_prompt"],
                prompt.collect::<Vec<_>>().join("\n")
            );
            assert_eq!(
                config.get("idle_interval_seconds").is_some(),
                role.idle.is_some()
            );
        }
    }
    let Some(org) = published() else { return };
    let effective = merge(&org);
    assert_eq!(effective.name, "Molecule AI Dev Team");
    let distinct: BTreeSet<_> = effective.roles.iter().flat_map(|r| &r.plugins).collect();
    assert_eq!(distinct.len(), 20);
    let routing = &effective.roles[0].category_routing;
    assert_eq!(
        (routing.len(), routing.values().map(Vec::len).sum::<usize>()),
        (20, 36)
    );
    assert_eq!(
        (
            routing.keys().next().unwrap().as_str(),
            routing.keys().last().unwrap().as_str()
        ),
        ("channels", "ux")
    );
    let dead: Vec<_> = effective
        .warnings
        .iter()
        .filter(|w| w.code == Code::RoutingTarget)
        .collect();
    assert_eq!(dead.len(), 25);
    assert_eq!(
        dead.iter()
            .map(|w| w.text.as_str())
            .collect::<BTreeSet<_>>()
            .len(),
        14
    );
}

#[test]
fn a4_cost_and_asks_are_said_before_anything_happens() {
    let plan = |org: &Org| {
        let effective = merge(org);
        let input = org_template::PlanInput {
            files: &effective,
            base: &[],
            current: &[],
            mode: org_template::Mode::Sync,
            prune: false,
            choices: &[],
        };
        org_template::plan(&input)
    };
    for org in both() {
        let plan = plan(&org);
        assert_eq!(plan.cost.initial_prompts, 42);
        assert_eq!(plan.cost.idle_calls_per_day, 9.0 * 144.0);
        assert_eq!(plan.asks[0].kind, AskKind::Privileged);
        assert_eq!(
            plan.asks[0].text,
            "35 roles ask for tier 3 or 4 and run at tier 2 until that is granted"
        );
        assert_eq!(plan.count(org_template::Action::Create), 42);
    }
    let Some(org) = published() else { return };
    let cost = cost(&merge(&org).roles);
    println!(
        "the published org causes {:.0} model calls a day",
        cost.calls_per_day()
    );
    assert!(
        (5_600.0..5_800.0).contains(&cost.calls_per_day()),
        "{}",
        cost.calls_per_day()
    );
}

#[test]
fn a6_6_7_8_leads_that_do_not_spawn() {
    fn with(org: &Org, names: &[&str]) -> (usize, usize) {
        let mut org = org.clone();
        fn set(list: &mut [org_template::Workspace], names: &[&str]) {
            for w in list {
                if names.contains(&w.name.value.as_str()) {
                    w.spawning = Some(org_template::Spanned::new(false, w.span.clone()));
                }
                set(&mut w.children, names);
            }
        }
        set(&mut org.workspaces, names);
        (org.workspace_count(), merge(&org).roles.len())
    }
    let leads = [
        "Core Platform Lead",
        "Controlplane Lead",
        "App & Docs Lead",
        "Infra Lead",
        "SDK Lead",
    ];
    for org in both() {
        assert_eq!(with(&org, &leads), (42, 19));
        assert_eq!(with(&org, &["Dev Lead"]), (42, 15));
        assert_eq!(with(&org, &["PM"]), (42, 7));
    }
}
