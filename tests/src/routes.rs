//! The routes of the served document with the class that the contract gives each (2.12, 2.13).

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use testkit::Served;

/// Who may call a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Health: open.
    H,
    /// Metrics, admin routes, the viewport's writer: admin-class.
    A,
    /// Of a workspace: admin-class or its own token.
    W,
    /// Any valid credential.
    O,
    /// Registry: its own token; `true` where admin-class may too.
    R(bool),
    /// Discovery: the caller's own token or admin-class.
    D,
    /// A caller and a target.
    X,
    /// The live stream.
    L,
    /// Test tokens.
    T,
    /// Signed by the sender.
    S,
    /// The link or ticket itself.
    U,
    /// Only the workspace's own token.
    Own,
}

/// One route.
#[derive(Debug, Clone)]
pub struct Route {
    /// `METHOD /pattern`.
    pub name: String,
    /// Who may call it.
    pub class: Class,
    /// Its method.
    pub method: Method,
    pattern: String,
}

/// Every route of the document.
///
/// # Panics
/// When the document cannot be had or is all but empty.
pub async fn routes(served: &Served) -> Vec<Route> {
    let (status, document) = served.get("/openapi.json").await;
    assert_eq!(status, 200, "{document}");
    let mut routes = Vec::new();
    for (pattern, methods) in document["paths"].as_object().expect("paths") {
        for method in ["get", "post", "put", "patch", "delete"] {
            if methods.get(method).is_none() {
                continue;
            }
            let method: Method = method.to_uppercase().parse().unwrap();
            let name = format!("{method} {pattern}");
            routes.push(Route {
                class: class(&name),
                name,
                method,
                pattern: pattern.clone(),
            });
        }
    }
    assert!(routes.len() > 60, "only {} routes", routes.len());
    routes
}

/// What the contract says of a route. One that it does not name is for its workspace if it lies below one, else for
/// admin-class callers.
fn class(name: &str) -> Class {
    match name {
        "GET /health" | "GET /health/ready" => Class::H,
        "POST /auth/session" => Class::U,
        "POST /auth/tickets"
        | "GET /workspaces/{id}"
        | "POST /registry/check-access"
        | "GET /plugins"
        | "GET /plugins/sources"
        | "GET /channels/adapters"
        | "GET /canvas/viewport" => Class::O,
        "POST /registry/register" | "POST /registry/update-card" => Class::R(true),
        "POST /registry/heartbeat" => Class::R(false),
        "GET /registry/discover/{id}" | "GET /registry/{id}/peers" => Class::D,
        "POST /workspaces/{id}/a2a"
        | "GET /workspaces/{id}/schedules/health"
        | "GET /workspaces/{id}/a2a-queue/{queue_id}" => Class::X,
        "GET /ws" => Class::L,
        "GET /admin/workspaces/{id}/test-token" => Class::T,
        "GET /workspaces/{id}/secrets/values" | "GET /workspaces/{id}/plugins/{name}/download" => {
            Class::Own
        }
        "DELETE /workspaces/{id}"
        | "GET /workspaces/{id}/console"
        | "GET /workspaces/{id}/console/stream"
        | "POST /workspaces/{id}/restore"
        | "PATCH /workspaces/{id}/budget" => Class::A,
        _ if name.starts_with("POST /webhooks/") => Class::S,
        _ if name.ends_with("/approve") || name.ends_with("/deny") => Class::U,
        "PATCH /workspaces/{id}" => Class::W,
        _ if name.contains(" /workspaces/{id}/") => Class::W,
        _ => Class::A,
    }
}

impl Route {
    /// Its path about a workspace.
    pub fn path(&self, id: &str) -> String {
        self.pattern
            .split('/')
            .map(|part| match part {
                "{id}" => id,
                part if part.starts_with('{') => "00000000-0000-4000-8000-000000000000",
                part => part,
            })
            .collect::<Vec<_>>()
            .join("/")
    }

    /// Whether requests have a body.
    pub fn takes_a_body(&self) -> bool {
        self.method != Method::GET && self.method != Method::DELETE
    }

    /// The request about a workspace, with the least body that its handler reads before it asks who calls.
    pub fn request(&self, served: &Served, id: &str) -> RequestBuilder {
        let request = served.bare(self.method.clone(), &self.path(id));
        // Discovery wants to know who asks before it can say that they may not.
        let request = if self.pattern.contains("/discover/") {
            request.header("x-workspace-id", id)
        } else {
            request
        };
        if self.takes_a_body() {
            request.json(&self.body(id))
        } else {
            request
        }
    }

    fn body(&self, id: &str) -> Value {
        match self.pattern.as_str() {
            "/registry/register" => {
                json!({"id": id, "url": "http://127.0.0.1:9", "agent_card": {}})
            }
            "/registry/heartbeat" => json!({"workspace_id": id}),
            "/registry/update-card" => json!({"workspace_id": id, "agent_card": {}}),
            "/registry/check-access" => json!({"caller_id": id, "target_id": id}),
            "/auth/session" => json!({"ticket": "none"}),
            "/workspaces/{id}/a2a" => {
                json!({"method": "message/send", "params": {"message": {"role": "user", "parts": [{"kind": "text", "text": "hello"}]}}})
            }
            // The platform is needed until the end.
            "/stack/shutdown" => json!("no"),
            _ => json!({}),
        }
    }

    /// Error text and code for a request without a credential, or with one that opens nothing.
    pub fn refusal(&self, any: bool) -> (&'static str, &'static str) {
        let code = if any { "auth_invalid" } else { "auth_required" };
        let text = match (self.class, any) {
            (Class::A | Class::T | Class::L, false) => "admin auth required",
            (Class::A | Class::T | Class::L, true) => "invalid admin auth token",
            (Class::X, false) => "missing caller auth token",
            (Class::X, true) => "invalid caller auth token",
            (_, false) => "missing workspace auth token",
            (_, true) => "invalid workspace auth token",
        };
        (text, code)
    }
}
