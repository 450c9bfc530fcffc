//! `agent remove` and `agent collapse`: what is lost is named before it is.

use super::{Context, agent::or_asked};
use crate::{
    client::{self, Client},
    failure::Failure,
};
use reqwest::Method;
use serde_json::{Value, json};
use wire::{Deleted, Workspace};

/// Removes one and all below it. The platform itself names whom that takes along, and asks.
pub async fn remove(
    context: &Context,
    client: &Client,
    name: &str,
    purge: bool,
    heir: Option<Workspace>,
    yes: bool,
) -> Result<(), Failure> {
    let one = client.workspace(name).await?;
    let mut question = format!("Remove {}", one.name);
    if purge {
        question += " with all it wrote";
    }
    context.confirm(yes, &format!("{question}?"))?;
    let mut path = format!("/workspaces/{}?purge={purge}", one.id);
    if let Some(heir) = &heir {
        path += &format!("&forward_to={}", heir.id);
    }
    let done: Deleted = match or_asked(client.request(Method::DELETE, &path)).await? {
        Ok(done) => done,
        Err(names) => {
            let below = format!("{question} and all below it ({})?", names.join(", "));
            context.confirm(yes, &below)?;
            client::read(client.request(Method::DELETE, &format!("{path}&confirm=true"))).await?
        }
    };
    let with = match done.cascade_deleted {
        0 => String::new(),
        below => format!(" and {below} below it"),
    };
    let heir = heir.map_or_else(String::new, |heir| {
        format!(" Who asks for it is told of {}.", heir.name)
    });
    context.answer(&done, format!("{}{with} {}.{heir}", one.name, done.status))
}

/// Removes everything below one.
pub async fn collapse(
    context: &Context,
    client: &Client,
    name: &str,
    yes: bool,
) -> Result<(), Failure> {
    let one = client.workspace(name).await?;
    context.confirm(yes, &format!("Remove everything below {}?", one.name))?;
    let path = format!("/workspaces/{}/collapse?confirm=true", one.id);
    let done: Value = client.send(Method::POST, &path, &json!({})).await?;
    let gone: Vec<&str> = done
        .get("removed")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let words = if gone.is_empty() {
        format!("Nothing is below {}.", one.name)
    } else {
        format!("Removed: {}.", gone.join(", "))
    };
    context.answer(&done, words)
}
