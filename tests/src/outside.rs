//! An agent that lives elsewhere: an external workspace and its token.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use testkit::{EchoAgent, Served};

/// An external workspace and its token.
#[derive(Debug, Clone)]
pub struct Outside {
    /// Workspace id.
    pub id: String,
    /// The token its creation showed once.
    pub token: String,
}

impl Outside {
    /// Creates one that waits for its agent.
    pub async fn create(served: &Served, name: &str, parent: Option<&str>) -> Self {
        let body = json!({"name": name, "external": true, "parent_id": parent});
        let (status, made) = served.post("/workspaces", body).await;
        assert_eq!(status, 201, "{made}");
        assert_eq!(made["status"], "awaiting_agent", "{made}");
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        Self {
            id: text(&made["id"]),
            token: text(&made["connection"]["auth_token"]),
        }
    }

    /// A request with its token and its id.
    pub fn request(&self, served: &Served, method: Method, path: &str) -> RequestBuilder {
        served
            .bare(method, path)
            .bearer_auth(&self.token)
            .header("x-workspace-id", &self.id)
    }

    /// Status and JSON body of such a request.
    pub async fn call(
        &self,
        served: &Served,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> (u16, Value) {
        let mut request = self.request(served, method, path);
        if let Some(body) = body {
            request = request.json(&body);
        }
        answer(request).await
    }

    /// Registers an agent at its address.
    pub async fn register(&self, served: &Served, agent: &EchoAgent) {
        let body = json!({"id": self.id, "url": agent.url(), "agent_card": {"name": "Echo"}});
        let (status, answer) = self
            .call(served, Method::POST, "/registry/register", Some(body))
            .await;
        assert_eq!(status, 200, "{answer}");
        assert_eq!(answer["status"], "registered", "{answer}");
    }

    /// A person names the address of its agent: their word counts for loopback too, an agent's own does not.
    pub async fn place(&self, served: &Served, agent: &EchoAgent) {
        let body = json!({"id": self.id, "url": agent.url(), "agent_card": {"name": "Echo"}});
        let (status, answer) = served.post("/registry/register", body).await;
        assert_eq!(status, 200, "{answer}");
    }

    /// Registers in poll mode.
    pub async fn poll(&self, served: &Served) {
        let body = json!({"id": self.id, "delivery_mode": "poll", "agent_card": {"name": "P"}});
        let (status, answer) = self
            .call(served, Method::POST, "/registry/register", Some(body))
            .await;
        assert_eq!(status, 200, "{answer}");
    }

    /// One heartbeat with these fields.
    pub async fn beat(&self, served: &Served, more: Value) -> (u16, Value) {
        let mut body = json!({"workspace_id": self.id});
        body.as_object_mut()
            .expect("an object")
            .extend(more.as_object().cloned().unwrap_or_default());
        self.call(served, Method::POST, "/registry/heartbeat", Some(body))
            .await
    }
}

/// Sends a request; status and JSON body.
pub async fn answer(request: RequestBuilder) -> (u16, Value) {
    let response = request.send().await.expect("an answer");
    (
        response.status().as_u16(),
        response.json().await.unwrap_or(Value::Null),
    )
}

/// Name, subject and payload of every event after `since`, transient ones of these names among them.
pub async fn told(served: &Served, since: i64, names: &[&str]) -> Vec<(String, String, Value)> {
    served
        .events(names, since)
        .await
        .into_iter()
        .map(|row| {
            let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
            (
                text("event_type"),
                text("workspace_id"),
                row["payload"].clone(),
            )
        })
        .collect()
}
