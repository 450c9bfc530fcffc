//! Channels and category routing: what has a name inside a role.

use super::{after_choosing, choices, org_after, refused, set};
use org_template::write_back::{Scope, WriteBackError};
use serde_json::{Value, json};

const ROUTED: &str = "defaults:
  category_routing:
    security: [Lead]   # always
    words: [Writer, Lead]
workspaces:
  - name: Lead
    category_routing:
      # what it keeps
      bugs: [Lead, Writer] # both
      odd:
        - Writer   # alone
  - name: Writer
";

#[test]
fn a_category_changes_where_it_stands() {
    let want = json!({"security": ["Lead"], "words": ["Writer", "Lead"], "bugs": ["Writer"],
                      "odd": ["Writer", "Lead"]});
    let out = org_after(ROUTED, &[set("name:Lead", "category_routing", want)]);
    let wanted = ROUTED
        .replace("[Lead, Writer] # both", "[Writer] # both")
        .replace(
            "- Writer   # alone\n",
            "- Writer   # alone\n        - Lead\n",
        );
    assert_eq!(out, wanted);
}

#[test]
fn a_category_that_is_inherited_is_switched_off_for_the_role_alone() {
    let want =
        json!({"words": ["Writer", "Lead"], "bugs": ["Lead", "Writer"], "new: one": ["Writer"]});
    let out = org_after(ROUTED, &[set("name:Lead", "category_routing", want)]);
    assert!(out.contains("      security: []\n"), "{out}");
    assert!(out.contains("      \"new: one\": [Writer]\n"), "{out}");
    assert!(!out.contains("odd:"), "{out}");
    assert!(out.contains("      # what it keeps\n      bugs: [Lead, Writer] # both\n"));
    let want = json!({"security": ["Writer"], "words": ["Writer", "Lead"]});
    let out = org_after(ROUTED, &[set("name:Writer", "category_routing", want)]);
    assert_eq!(
        out,
        format!("{ROUTED}    category_routing: {{security: [Writer]}}\n")
    );
}

#[test]
fn a_routing_of_its_own_goes_as_a_whole_and_an_order_is_kept() {
    let inherited = json!({"security": ["Lead"], "words": ["Writer", "Lead"]});
    let out = org_after(ROUTED, &[set("name:Lead", "category_routing", inherited)]);
    let at = ROUTED.find("    category_routing:\n      # what").unwrap();
    let end = ROUTED.find("  - name: Writer\n").unwrap();
    assert_eq!(out, format!("{}{}", &ROUTED[..at], &ROUTED[end..]));
    let turned = json!({"security": ["Lead"], "words": ["Lead", "Writer"], "bugs": ["Lead", "Writer"], "odd": ["Writer"]});
    let out = org_after(ROUTED, &[set("name:Lead", "category_routing", turned)]);
    assert!(out.contains("      words: [Lead, Writer]\n"), "{out}");
    for wrong in [json!(["a"]), json!({"a": "Lead"}), json!({"a": [1]})] {
        let change = [set("name:Lead", "category_routing", wrong)];
        let error = refused(&[("org.yaml", ROUTED)], &change);
        assert!(matches!(error, WriteBackError::Refused(_)), "{error}");
    }
}

const CHANNELLED: &str = "workspaces:
  - name: Lead
    channels:
      # the office
      - type: discord   # talks
        config:
          webhook_url: 'https://discord.com/api/webhooks/1/abc'   # theirs
        allowed_users: [ann, \"bob\"]
      - {type: pager, config: {a: b}}
      - {type: lark, config: {webhook_url: 'https://open.feishu.cn/open-apis/bot/v2/hook/x'}}
  - name: Writer
";

fn discord(users: &[&str], enabled: bool) -> Value {
    json!({"kind": "discord", "config": {"webhook_url": "https://discord.com/api/webhooks/1/abc"},
           "allowed_users": users, "enabled": enabled})
}

fn lark() -> Value {
    json!({"type": "lark", "config": {"webhook_url": "https://open.feishu.cn/open-apis/bot/v2/hook/x"}})
}

#[test]
fn channels_change_value_by_value_and_what_cannot_be_made_stays() {
    let want = json!([discord(&["bob", "cid"], false), lark()]);
    let out = org_after(CHANNELLED, &[set("name:Lead", "channels", want)]);
    assert!(out.contains("allowed_users: [\"bob\", cid]\n"), "{out}");
    assert!(out.contains("        enabled: false\n"), "{out}");
    assert!(
        out.contains("      # the office\n      - type: discord   # talks\n"),
        "{out}"
    );
    assert!(out.contains("/abc'   # theirs\n"), "{out}");
    assert!(out.contains("{type: pager, config: {a: b}}"), "{out}");
    let moved = json!([
        {"kind": "discord", "config": {"webhook_url": "https://discord.com/api/webhooks/2/def"},
         "allowed_users": ["ann", "bob"]},
        lark(),
    ]);
    let out = org_after(CHANNELLED, &[set("name:Lead", "channels", moved)]);
    assert_eq!(out, CHANNELLED.replace("webhooks/1/abc", "webhooks/2/def"));
}

#[test]
fn channels_come_and_go() {
    let out = org_after(CHANNELLED, &[set("name:Lead", "channels", json!([lark()]))]);
    assert!(
        !out.contains("discord") && !out.contains("the office"),
        "{out}"
    );
    assert!(out.contains("pager") && out.contains("lark"), "{out}");
    let both = json!([discord(&["ann"], true)]);
    let out = org_after(CHANNELLED, &[set("name:Writer", "channels", both)]);
    let added = "    channels:
      - type: discord
        config:
          webhook_url: \"https://discord.com/api/webhooks/1/abc\"
        allowed_users: [ann]
";
    assert_eq!(out, format!("{CHANNELLED}{added}"));
    let twice = json!([lark(), lark()]);
    let error = refused(
        &[("org.yaml", CHANNELLED)],
        &[set("name:Lead", "channels", twice)],
    );
    assert!(
        matches!(error, WriteBackError::Refused(_)),
        "one of a kind: {error}"
    );
    let never = json!([discord(&[], true), lark(), {"kind": "discord2", "config": {}}]);
    let error = refused(
        &[("org.yaml", CHANNELLED)],
        &[set("name:Lead", "channels", never)],
    );
    assert!(
        matches!(error, WriteBackError::Differs { .. }),
        "what could not be made is not written: {error}"
    );
}

#[test]
fn channels_of_a_file_that_is_included_twice_ask() {
    let list = [
        (
            "org.yaml",
            "workspaces:\n  - {name: A, children: [!include t.yaml]}\n  - {name: B, children: [!include t.yaml]}\n",
        ),
        ("t.yaml", "name: T\nfiles_dir: t\n"),
    ];
    let change = [set("dir:t@name:A", "channels", json!([discord(&[], true)]))];
    let keys = match refused(&list, &change) {
        WriteBackError::Questions(list) => list.iter().map(|q| q.key.clone()).collect::<Vec<_>>(),
        other => panic!("{other}"),
    };
    assert_eq!(keys, ["dir:t@name:A"]);
    let all = choices(&[("dir:t@name:A", "channels", Scope::All)]);
    let out = after_choosing(&list, &change, &all);
    assert_eq!(out.keys().collect::<Vec<_>>(), ["t.yaml"]);
    assert!(out["t.yaml"].contains("- type: discord\n"));
}
