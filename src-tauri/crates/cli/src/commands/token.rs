//! `token`: credentials for a person's own clients, and for what speaks for one agent.

use super::Context;
use crate::{
    args::{Token, TokenVerb},
    client::{self, Client},
    failure::Failure,
    output,
};
use reqwest::Method;
use serde_json::{Value, json};

/// Runs it.
pub async fn run(context: &Context, token: Token) -> Result<(), Failure> {
    let client = context.client().await?;
    match token.verb.unwrap_or(TokenVerb::List { agent: None }) {
        TokenVerb::List { agent } => {
            let path = path(&client, agent.as_deref()).await?;
            list(context, &client, &path).await
        }
        TokenVerb::New {
            name,
            agent,
            address,
        } => {
            let path = path(&client, agent.as_deref()).await?;
            let whole = agent.is_none();
            new(context, &client, &path, &name, address, whole).await
        }
        TokenVerb::Revoke { id, agent } => {
            let path = path(&client, agent.as_deref()).await?;
            let path = format!("{path}/{}", client::segment(&id));
            let done: Value = client::read(client.request(Method::DELETE, &path)).await?;
            context.answer(&done, format!("Token {id} is revoked."))
        }
    }
}

/// Where the tokens of an agent are, or those that may do everything.
async fn path(client: &Client, agent: Option<&str>) -> Result<String, Failure> {
    Ok(match agent {
        Some(name) => format!("/workspaces/{}/tokens", client.workspace(name).await?.id),
        None => "/org/tokens".to_owned(),
    })
}

async fn new(
    context: &Context,
    client: &Client,
    path: &str,
    name: &str,
    address: bool,
    whole: bool,
) -> Result<(), Failure> {
    let mut made: Value = client
        .send(Method::POST, path, &json!({"name": name}))
        .await?;
    let token = made
        .get("auth_token")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let shown = if address {
        let address = format!("http://127.0.0.1:{}/c/{token}/", client.owner.port);
        made["address"] = json!(address);
        address
    } else {
        token
    };
    if !context.json {
        output::note(if whole {
            "It is shown only now; it may do everything you may do:"
        } else {
            "It is shown only now; it may do what this agent may do:"
        });
    }
    context.answer(&made, shown)
}

async fn list(context: &Context, client: &Client, path: &str) -> Result<(), Failure> {
    let list: Value = client.get(path).await?;
    if context.json {
        return output::document(&list);
    }
    let text = |token: &Value, key: &str| {
        token
            .get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let rows: Vec<Vec<String>> = list
        .get("tokens")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .map(|token| {
            ["id", "prefix", "name", "created_at", "last_used_at"]
                .map(|key| text(token, key))
                .to_vec()
        })
        .collect();
    if rows.is_empty() {
        return output::say("No tokens. `molecule-stack token new NAME` makes one.");
    }
    output::table(&["ID", "BEGINS WITH", "NAME", "MADE", "LAST USED"], &rows)
}
