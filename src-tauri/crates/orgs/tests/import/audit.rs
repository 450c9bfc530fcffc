//! The pair of audit rows of every import, field by field (contract 03 section 2.12; fixture C.16).

use crate::house::{House, by_dir, sync, write};
use serde_json::{Value, json};
use store::StoredEvent;
use wire::kind;

const NAMES: [&str; 3] = [
    kind::IMPORT_STARTED,
    kind::IMPORT_COMPLETED,
    kind::IMPORT_FAILED,
];
const YAML: &str = "name: Audited\nworkspaces: [{name: A}, {name: B, files_dir: b}]\n";

/// What both rows of a pair carry, and what its end adds.
const BOTH: [&str; 5] = ["name", "dir", "mode", "by", "import_id"];
const ENDED: [&str; 2] = ["duration_ms", "error"];
const COUNTED: [&str; 5] = [
    "org_id",
    "created",
    "skipped",
    "changed",
    "reconcile_removed",
];

fn keys(event: &StoredEvent) -> Vec<&str> {
    let keys = event.payload.as_object().unwrap().keys();
    keys.map(String::as_str).collect()
}

fn only(event: &StoredEvent, keys: &[&str]) -> Vec<Value> {
    keys.iter().map(|key| event.payload[*key].clone()).collect()
}

#[tokio::test]
async fn c16_started_and_its_partner_carry_every_field() {
    let house = House::new().await;
    let root = house.org("audited", &[("org.yaml", YAML), ("b/x.md", "x")]);
    let first = house.imported("audited").await;
    let told = house.events(&NAMES).await;
    assert_eq!(told.len(), 2);
    assert_eq!(keys(&told[0]), BOTH);
    let said = [
        json!("Audited"),
        json!("audited"),
        json!("merge"),
        json!(""),
        json!(first.import_id),
    ];
    assert_eq!(only(&told[0], &BOTH), said);
    assert_eq!(keys(&told[1]), [&BOTH[..], &ENDED, &COUNTED].concat());
    assert_eq!(only(&told[1], &BOTH), said);
    assert!(told.iter().all(|event| event.workspace_id.is_none()));
    assert_eq!(
        only(&told[1], &COUNTED),
        [json!(first.org_id), json!(2), json!(0), json!(0), json!(0)]
    );
    assert_eq!(told[1].payload["error"], "");
    assert!(told[1].payload["duration_ms"].is_u64());

    // One more, one changed, one removed.
    let other = "name: Audited\nworkspaces: [{name: A, role: does}, {name: C}]\n";
    write(&root, &[("org.yaml", other)]);
    let request = wire::ImportRequest {
        prune: true,
        ..sync("audited")
    };
    let second = house.import(request).await.unwrap();
    let done = house.events(&NAMES).await.pop().unwrap();
    assert_eq!(
        only(
            &done,
            &["mode", "created", "skipped", "changed", "reconcile_removed"]
        ),
        [json!("sync"), json!(1), json!(1), json!(1), json!(1)]
    );
    assert_ne!(first.import_id, second.import_id);
}

#[tokio::test]
async fn c16_refusals_before_the_org_is_read_leave_no_row_and_later_ones_a_whole_pair() {
    let house = House::new().await;
    house.org(
        "broken",
        &[("org.yaml", "name: B\nworkspaces: [{name: A, tier: x}]\n")],
    );
    house.org(
        "needs",
        &[(
            "org.yaml",
            "name: Needs\nrequired_env: [NOT_THERE]\nworkspaces: [{name: A}]\n",
        )],
    );
    for dir in ["none", "../x", "broken"] {
        house.refused(by_dir(dir)).await;
    }
    assert!(house.events(&NAMES).await.is_empty());
    let error = house.undone(by_dir("needs")).await;
    let told = house.events(&NAMES).await;
    assert_eq!(
        told.iter()
            .map(|event| event.event_type.as_str())
            .collect::<Vec<_>>(),
        [kind::IMPORT_STARTED, kind::IMPORT_FAILED]
    );
    assert_eq!(keys(&told[1]), [&BOTH[..], &ENDED].concat());
    assert_eq!(
        only(&told[1], &["name", "dir", "mode", "error"]),
        [
            json!("Needs"),
            json!("needs"),
            json!("merge"),
            json!(error.to_string())
        ]
    );
    assert_eq!(told[0].payload["import_id"], told[1].payload["import_id"]);
}
