//! `token`: credentials for a person's own clients, and for what speaks for one agent.

use super::Context;
use crate::{
    args::{Token, TokenVerb},
    client::{self, Client},
    failure::Failure,
    names, output,
};
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use wire::Timestamp;

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
        TokenVerb::Revoke { token, agent } => {
            let path = path(&client, agent.as_deref()).await?;
            let list: Tokens = client.get(&format!("{path}?limit=200")).await?;
            let one = names::token(&list.tokens, &token)?;
            let path = format!("{path}/{}", client::segment(&one.id));
            let done: Value = client::read(client.request(Method::DELETE, &path)).await?;
            let name = match one.name.as_deref().unwrap_or_default() {
                "" => format!("The token {}…", one.prefix),
                name => format!("The token {name}"),
            };
            context.answer(&done, format!("{name} is revoked."))
        }
    }
}

/// The lists of both kinds of tokens, as far as they are alike.
#[derive(Debug, Deserialize)]
struct Tokens {
    tokens: Vec<names::TokenEntry>,
}

fn not_understood(error: serde_json::Error) -> Failure {
    Failure::failed(
        "answer",
        format!("the platform's answer was not understood: {error}"),
    )
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
        let may = if whole {
            "everything you may do"
        } else {
            "what this agent may do"
        };
        let called = match (name, made.get("prefix").and_then(Value::as_str)) {
            ("", Some(prefix)) => format!(" `molecule-stack token revoke {prefix}` ends it."),
            ("", None) => String::new(),
            (name, _) => format!(" `molecule-stack token revoke \"{name}\"` ends it."),
        };
        output::note(format!("It is shown only now; it may do {may}.{called}"));
    }
    context.answer(&made, shown)
}

async fn list(context: &Context, client: &Client, path: &str) -> Result<(), Failure> {
    let list: Value = client.get(path).await?;
    if context.json {
        return output::document(&list);
    }
    let tokens: Tokens = serde_json::from_value(list).map_err(not_understood)?;
    let time = |at: &Timestamp| at.0.format("%Y-%m-%d %H:%M").to_string();
    let rows: Vec<Vec<String>> = tokens
        .tokens
        .iter()
        .map(|token| {
            vec![
                token.name.clone().unwrap_or_default(),
                token.prefix.clone(),
                time(&token.created_at),
                token
                    .last_used_at
                    .as_ref()
                    .map_or_else(|| "never".to_owned(), time),
                token.id.clone(),
            ]
        })
        .collect();
    if rows.is_empty() {
        return output::say("No tokens. `molecule-stack token new NAME` makes one.");
    }
    output::table(&["NAME", "BEGINS WITH", "MADE", "LAST USED", "ID"], &rows)
}
