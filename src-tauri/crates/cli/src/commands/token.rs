//! `token`: credentials for a person's own clients.

use super::Context;
use crate::{
    args::{Token, TokenVerb},
    client,
    failure::Failure,
    output,
};
use reqwest::Method;
use serde_json::{Value, json};

/// Runs it.
pub async fn run(context: &Context, token: Token) -> Result<(), Failure> {
    match token.verb {
        None | Some(TokenVerb::List) => list(context).await,
        Some(TokenVerb::New { name, address }) => new(context, &name, address).await,
        Some(TokenVerb::Revoke { id }) => revoke(context, &id).await,
    }
}

async fn new(context: &Context, name: &str, address: bool) -> Result<(), Failure> {
    let client = context.client().await?;
    let mut made: Value = client
        .send(Method::POST, "/org/tokens", &json!({"name": name}))
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
        output::note("It is shown only now; it may do everything you may do:");
    }
    context.answer(&made, shown)
}

async fn list(context: &Context) -> Result<(), Failure> {
    let list: Value = context.client().await?.get("/org/tokens").await?;
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

async fn revoke(context: &Context, id: &str) -> Result<(), Failure> {
    let client = context.client().await?;
    let path = format!("/org/tokens/{}", client::segment(id));
    let done: Value = client::read(client.request(Method::DELETE, &path)).await?;
    context.answer(&done, format!("Token {id} is revoked."))
}
