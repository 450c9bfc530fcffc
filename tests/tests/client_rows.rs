//! Every row of the tables of clients (contract 01 section 4.9, contract 02 section 15) has a test whose name holds the
//! row's words, so that a reader of the contract finds what shows it, and a row that loses its test is missed. A row whose
//! route this product does not have yet is listed with that route: as soon as the route is served, its row needs a test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use serde_json::Value;
use std::{collections::BTreeSet, fs, path::Path};

/// Client, the row's words as a test's name holds them, and the route that is missing, if one is.
type Row = (&'static str, &'static str, Option<&'static str>);

const DELEGATE: Option<&str> = Some("post /workspaces/{id}/delegate");
const DELEGATIONS: Option<&str> = Some("get /workspaces/{id}/delegations");
const RECORD: Option<&str> = Some("post /workspaces/{id}/delegations/record");
const UPLOADS: Option<&str> = Some("post /workspaces/{id}/chat/uploads");
const MEMORIES: Option<&str> = Some("get /workspaces/{id}/memories");
const APPROVALS: Option<&str> = Some("post /workspaces/{id}/approvals");
const CHANNELS: Option<&str> = Some("post /workspaces/{id}/channels");

const ROWS: &[Row] = &[
    // 01 section 4.9.
    ("runtime_container", "", None),
    ("universal_mcp_wheel", "", None),
    ("python_sdk", "", None),
    ("poll_channel_plugin", "", None),
    ("cli_connect", "", None),
    ("cli_admin_commands", "", None),
    ("mcp_server", "", None),
    ("canvas", "", None),
    // 02 section 15.1.
    ("runtime", "start", None),
    ("runtime", "heartbeat_every_30_s", None),
    ("runtime", "task_change", None),
    ("runtime", "after_each_heartbeat", DELEGATIONS),
    ("runtime", "new_results", None),
    ("runtime", "new_results_notify", None),
    ("runtime", "results_parent_name", None),
    ("runtime", "delegate_task_discovers", None),
    ("runtime", "delegate_task_posts", None),
    ("runtime", "delegate_task_logs_send_and_receive", None),
    ("runtime", "delegate_task_async", DELEGATE),
    ("runtime", "check_task_status", DELEGATIONS),
    ("runtime", "send_message_to_user_uploads", UPLOADS),
    ("runtime", "send_message_to_user_notifies", None),
    ("runtime", "list_peers", None),
    ("runtime", "get_workspace_info", None),
    ("runtime", "memory_tools", MEMORIES),
    ("runtime", "memory_write_note", None),
    ("runtime", "skill_promotion", None),
    ("runtime", "status_helper", None),
    ("runtime", "langchain_records", RECORD),
    ("runtime", "langchain_notify", None),
    ("runtime", "langchain_discovers", None),
    ("runtime", "langchain_post", None),
    ("runtime", "langchain_delegations", DELEGATIONS),
    ("runtime", "approval_tool", APPROVALS),
    ("runtime", "initial_prompt", None),
    ("runtime", "idle_prompt", None),
    ("runtime", "peer_events", None),
    ("runtime", "a2a_cli", None),
    ("runtime", "prompt_build_peers_shared_context", None),
    (
        "runtime",
        "prompt_build_instructions",
        Some("get /workspaces/{id}/instructions/resolve"),
    ),
    ("runtime", "agent_replies", None),
    ("runtime", "agent_input", None),
    ("older_wheel", "", None),
    // 15.2.
    (
        "universal_mcp_wheel",
        "registers_beats_every_20_s_polls",
        None,
    ),
    ("universal_mcp_wheel", "401_at_register", None),
    ("universal_mcp_wheel", "410", None),
    // 15.3.
    ("python_sdk", "register", None),
    ("python_sdk", "heartbeat", None),
    ("python_sdk", "poll_state", None),
    ("python_sdk", "get_peers", None),
    ("python_sdk", "discover_peer", None),
    ("python_sdk", "call_peer", None),
    ("python_sdk", "fetch_inbound", None),
    ("python_sdk", "reply", None),
    ("python_sdk", "delegate", DELEGATE),
    ("python_sdk", "a2a_server", None),
    // 15.4.
    ("mcp_server", "chat_with_agent", None),
    ("mcp_server", "async_delegate", DELEGATE),
    ("mcp_server", "check_delegations", DELEGATIONS),
    ("mcp_server", "record_delegation", RECORD),
    ("mcp_server", "report_activity", None),
    ("mcp_server", "list_activity", None),
    ("mcp_server", "notify_user", None),
    (
        "mcp_server",
        "list_traces",
        Some("get /workspaces/{id}/traces"),
    ),
    ("mcp_server", "session_search", None),
    ("mcp_server", "list_events", None),
    ("mcp_server", "create_approval", APPROVALS),
    ("mcp_server", "create_update_delete_list_schedules", None),
    ("mcp_server", "run_schedule_get_schedule_history", None),
    (
        "mcp_server",
        "list_channel_adapters",
        Some("get /channels/adapters"),
    ),
    ("mcp_server", "list_channels", None),
    ("mcp_server", "add_channel", CHANNELS),
    (
        "mcp_server",
        "discover_channel_chats",
        Some("post /channels/discover"),
    ),
    // 15.5.
    ("channel_plugin", "probe", None),
    ("channel_plugin", "register", None),
    ("channel_plugin", "poll", None),
    ("channel_plugin", "heartbeat", None),
    ("channel_plugin", "reply_to_user", None),
    ("channel_plugin", "reply_to_peer", None),
    ("channel_plugin", "delegate_task_async", DELEGATE),
    ("channel_plugin", "check_task_status", DELEGATIONS),
    ("channel_plugin", "send_message_to_user", UPLOADS),
    ("channel_plugin", "list_peers", None),
    ("channel_plugin", "get_workspace_info", None),
    ("channel_plugin", "memory", MEMORIES),
    // 15.6.
    ("cli_connect", "register", None),
    ("cli_connect", "heartbeat", None),
    ("cli_connect", "polls_every_second", None),
    ("cli_connect", "its_parts", None),
    ("cli_connect", "reply", None),
    ("cli", "agent_send", None),
    ("cli", "workspace_delegate", DELEGATE),
    ("cli", "platform_audit", DELEGATIONS),
    ("cli", "agent_list_inspect", None),
    // 15.7.
    ("canvas", "activity", None),
    ("activity_test", "", None),
    ("notify_test", "", None),
    ("a2a_test", "", None),
    ("dev_mode_test", "", None),
    ("saas_test", "", None),
];

/// Names of the tests that speak as a client.
fn names() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/client_quirks");
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let mut is_test = false;
        for line in fs::read_to_string(entry.unwrap().path()).unwrap().lines() {
            if line.starts_with("#[tokio::test") || line == "#[test]" {
                is_test = true;
            } else if let Some(rest) = line.trim_start_matches("async ").strip_prefix("fn ") {
                if is_test {
                    names.extend(rest.split('(').next().map(str::to_owned));
                }
                is_test = false;
            }
        }
    }
    names
}

/// The words stand in the name in this order, whatever stands between them.
fn holds(name: &str, words: &str) -> bool {
    let mut rest = name.split('_');
    words
        .split('_')
        .filter(|word| !word.is_empty())
        .all(|word| rest.any(|one| one == word))
}

#[test]
fn every_row_of_the_clients_has_a_test_with_its_words() {
    let names = names();
    assert!(names.len() > 50, "the tests were not found");
    let document =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri/crates/api/openapi.json");
    let document: Value = serde_json::from_str(&fs::read_to_string(document).unwrap()).unwrap();
    let mut wrong = Vec::new();
    for (client, words, missing) in ROWS {
        let row = format!("{client}: {words}");
        match missing {
            Some(route) => {
                let (method, path) = route.split_once(' ').unwrap();
                if document["paths"][path].get(method).is_some() {
                    wrong.push(format!(
                        "{row}: {route} is served now, so the row needs a test"
                    ));
                }
            }
            None => {
                let shown = names.iter().any(|name| {
                    let own =
                        name.starts_with(client) || name.starts_with(&format!("poll_{client}"));
                    own && holds(name, words)
                });
                if !shown {
                    wrong.push(format!("{row}: no test holds these words"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn words_are_looked_for_whole_and_in_order() {
    assert!(holds("a_test_of_two_words", "test_words"));
    assert!(!holds("a_test_of_two_words", "words_test"));
    assert!(!holds("a_testing_word", "test"));
    assert!(holds("anything", ""));
}
