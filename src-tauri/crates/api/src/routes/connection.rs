//! What a person needs to connect an agent of their own (contract 01 section 3.2): addresses, the token, and snippets
//! with everything filled in but the token.

use serde_json::{Value, json};

/// The block; `token` is shown this once.
pub(super) fn block(id: &str, base: &str, token: &str, name: &str) -> Value {
    json!({
        "workspace_id": id,
        "platform_url": base,
        "auth_token": token,
        "registry_endpoint": format!("{base}/registry/register"),
        "heartbeat_endpoint": format!("{base}/registry/heartbeat"),
        "curl_register_template": curl(id, base, name),
        "python_snippet": python(id, base, name),
        "claude_code_channel_snippet": channel(id, base),
    })
}

fn card(name: &str) -> Value {
    json!({"name": name, "description": "", "version": "1.0.0", "skills": []})
}

/// Registers an agent that listens at `$AGENT_URL`.
fn curl(id: &str, base: &str, name: &str) -> String {
    let body = json!({"id": id, "url": "$AGENT_URL", "agent_card": card(name)})
        .to_string()
        .replace('\'', "'\\''");
    let body = body.replace("\"$AGENT_URL\"", "\"'\"$AGENT_URL\"'\"");
    format!(
        "curl -sS -X POST {base}/registry/register -H \"Authorization: Bearer $WORKSPACE_AUTH_TOKEN\" \
         -H 'Content-Type: application/json' -d '{body}'"
    )
}

/// Registers an agent that fetches its messages, and keeps it alive; nothing but Python itself is needed.
fn python(id: &str, base: &str, name: &str) -> String {
    // JSON text in JSON quotes is a Python string too.
    let card = Value::String(card(name).to_string());
    format!(
        r#"import json, os, time, urllib.request

PLATFORM, WORKSPACE = "{base}", "{id}"
TOKEN = os.environ["WORKSPACE_AUTH_TOKEN"]

def post(path, body):
    headers = {{"Authorization": "Bearer " + TOKEN, "Content-Type": "application/json"}}
    request = urllib.request.Request(PLATFORM + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)

card = json.loads({card})
post("/registry/register", {{"id": WORKSPACE, "delivery_mode": "poll", "agent_card": card}})
while True:
    post("/registry/heartbeat", {{"workspace_id": WORKSPACE}})
    time.sleep(30)
"#
    )
}

/// Writes the settings of the channel plugin, readable by their owner only.
fn channel(id: &str, base: &str) -> String {
    format!(
        "mkdir -p ~/.claude/channels/molecule && umask 077 && cat > ~/.claude/channels/molecule/.env <<EOF\n\
         MOLECULE_PLATFORM_URL={base}\nMOLECULE_WORKSPACE_IDS={id}\n\
         MOLECULE_WORKSPACE_TOKENS=$WORKSPACE_AUTH_TOKEN\nEOF\nchmod 600 ~/.claude/channels/molecule/.env\n"
    )
}
