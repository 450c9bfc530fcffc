//! What a person needs to connect an agent of their own (contract 01 section 3.2): addresses, the token, and snippets
//! with everything filled in but the token.

use crate::app::App;
use axum::http::HeaderMap;
use serde_json::{Value, json};

/// The address of this platform for an agent outside: as set, else as the request came, through a front if there is one
/// (contract 01 section 3.2). A front's words are taken only where they can be nothing but a host, because the snippets
/// are pasted into a shell.
pub(super) fn base(app: &App, headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let own = app.platform.public_url(text("host"));
    if app.platform.has_public_url() {
        return own;
    }
    let (scheme, host) = own.split_once("://").unwrap_or(("http", &own));
    let scheme = match text("x-forwarded-proto") {
        Some("https") => "https",
        Some("http") => "http",
        _ => scheme,
    };
    let host = text("x-forwarded-host")
        .filter(|host| is_host(host))
        .unwrap_or(host);
    format!("{scheme}://{host}")
}

fn is_host(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 255
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte))
}

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
