//! `org roles` and `org set`: values of roles as the org's files say them, and changed there.

use super::{Context, save};
use crate::{args::OrgSet, client::Client, failure::Failure, names, output};
use org_template::near;
use serde_json::{Value, json};
use wire::{OrgRole, PluginView, SaveEdit};

/// Lists roles, or the values of one.
pub async fn roles(context: &Context, org: &str, role: Option<&str>) -> Result<(), Failure> {
    let client = context.client().await?;
    let dir = client.org(org).await?.dir;
    let all = client.roles(&dir).await?;
    let Some(role) = role else {
        if context.json {
            return output::document(&all);
        }
        let rows: Vec<Vec<String>> = all.iter().map(|one| row(one, &all)).collect();
        return output::table(&["ROLE", "BELOW", "KEY", "WHERE"], &rows);
    };
    let one = names::role(&all, role)?;
    if context.json {
        return output::document(one);
    }
    if let Some(origin) = &one.origin {
        output::say(format!(
            "{} comes from {} at commit {}; change it there.",
            one.name,
            origin.repo,
            commit(&origin.commit)
        ))?;
    }
    let rows: Vec<Vec<String>> = one
        .fields
        .iter()
        .filter(|(_, field)| !nothing(&field.value))
        .map(|(name, field)| {
            let value = match &field.value {
                Value::String(text) => there(text, one).to_owned(),
                value => value.to_string(),
            };
            vec![
                name.clone(),
                output::short(&value.replace('\n', " "), 80),
                place(
                    field.file.as_deref().map(|file| there(file, one)),
                    field.line,
                ),
            ]
        })
        .collect();
    output::table(&["FIELD", "VALUE", "WHERE"], &rows)
}

/// Changes values of one role in the files.
pub async fn set(context: &Context, set: OrgSet) -> Result<(), Failure> {
    let client = context.client().await?;
    let dir = client.org(&set.dir).await?.dir;
    let all = client.roles(&dir).await?;
    let role = names::role(&all, &set.role)?;
    let mut edits = Vec::new();
    for text in &set.values {
        let (field, value) = split(text)?;
        edits.push(edit(role, field, typed(role, field, value))?);
    }
    for text in &set.from_file {
        let (field, path) = split(text)?;
        let value = std::fs::read_to_string(path)
            .map_err(|error| Failure::failed("unreadable", format!("{path}: {error}")))?;
        edits.push(edit(role, field, Value::String(value))?);
    }
    if !set.add_plugin.is_empty() || !set.remove_plugin.is_empty() {
        let has = role.fields.get("plugins").map(|field| &field.value);
        let has = has.and_then(Value::as_array).cloned().unwrap_or_default();
        let mut plugins: Vec<Value> = has
            .into_iter()
            .filter(|one| !set.remove_plugin.iter().any(|gone| one == gone))
            .collect();
        for name in &set.add_plugin {
            if !plugins.iter().any(|one| one == name) {
                plugins.push(json!(name));
            }
        }
        edits.push(edit(role, "plugins", Value::Array(plugins))?);
        warn_of_plugins(&client, &set.add_plugin).await?;
    }
    if edits.is_empty() {
        return Err(Failure::usage(
            "say what changes: FIELD=VALUE, --from-file, --add-plugin or --remove-plugin",
        ));
    }
    save::write(context, &client, &dir, set.dry_run, &set.choose, edits).await
}

/// Says which of these plugins are not on this computer; they may still be put there.
async fn warn_of_plugins(client: &Client, added: &[String]) -> Result<(), Failure> {
    let there: Vec<PluginView> = client.get("/plugins").await?;
    for name in added {
        let name = name.strip_prefix("local://").unwrap_or(name);
        if name.contains("://") || there.iter().any(|one| one.name == name) {
            continue;
        }
        let near = near(name, there.iter().map(|one| one.name.as_str()));
        output::note(format!(
            "warning: the plugin {name} is not on this computer{}; the role starts without it until it is. `molecule-stack plugin show {name}` says where it is looked for",
            names::meant(&near)
        ));
    }
    Ok(())
}

fn split(text: &str) -> Result<(&str, &str), Failure> {
    text.split_once('=')
        .filter(|(field, _)| !field.is_empty())
        .ok_or_else(|| Failure::usage(format!("{text}: write FIELD=VALUE")))
}

/// What was written as a value: JSON where the field holds no text, else the text as it is.
fn typed(role: &OrgRole, field: &str, text: &str) -> Value {
    if text.is_empty() {
        return Value::Null;
    }
    let is_text = role
        .fields
        .get(field)
        .is_some_and(|now| now.value.is_string());
    match serde_json::from_str(text) {
        Ok(value) if !is_text => value,
        _ => Value::String(text.to_owned()),
    }
}

fn edit(role: &OrgRole, field: &str, value: Value) -> Result<SaveEdit, Failure> {
    if !role.fields.contains_key(field) {
        let known: Vec<&str> = role.editable.iter().map(String::as_str).collect();
        return Err(Failure::usage(format!(
            "there is no field {field}; there are: {}",
            known.join(", ")
        )));
    }
    Ok(SaveEdit {
        key: role.key.clone(),
        field: field.to_owned(),
        value,
    })
}

fn row(one: &OrgRole, all: &[OrgRole]) -> Vec<String> {
    let parent = one.parent.as_deref();
    let parent = all.iter().find(|other| Some(other.key.as_str()) == parent);
    let from = match &one.origin {
        Some(origin) => format!("{}@{}", origin.repo, commit(&origin.commit)),
        None => place(one.file.as_deref(), one.line),
    };
    vec![
        output::short(&one.name, 40),
        parent
            .map(|one| output::short(&one.name, 40))
            .unwrap_or_default(),
        one.key.clone(),
        from,
    ]
}

/// As much of a commit as tells it from others.
fn commit(hash: &str) -> &str {
    hash.get(..12).unwrap_or(hash)
}

/// A path of a fetched repository as that repository names it, without the folder it was put into here.
fn there<'p>(path: &'p str, role: &OrgRole) -> &'p str {
    let folder = role.origin.as_ref().and_then(|origin| {
        let fetched = path.strip_prefix(".external-cache/")?;
        let (_, rest) = fetched.split_once(&format!("/{}/", origin.commit))?;
        Some(rest)
    });
    folder.unwrap_or(path)
}

fn place(file: Option<&str>, line: Option<u32>) -> String {
    match (file, line) {
        (Some(file), Some(line)) => format!("{file}:{line}"),
        (Some(file), None) => file.to_owned(),
        _ => String::new(),
    }
}

fn nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use wire::OrgRoleField;

    fn role(key: &str, name: &str) -> OrgRole {
        let field = |value: Value| OrgRoleField {
            value,
            file: None,
            line: None,
        };
        OrgRole {
            key: key.to_owned(),
            name: name.to_owned(),
            id: None,
            parent: None,
            file: None,
            line: None,
            fields: BTreeMap::from([
                ("model".to_owned(), field(json!("opus"))),
                ("tier".to_owned(), field(json!(2))),
                ("plugins".to_owned(), field(json!(["a"]))),
            ]),
            editable: Vec::new(),
            origin: None,
        }
    }

    #[test]
    fn values_are_typed_as_the_field_is() {
        let one = role("dir:a", "A");
        assert_eq!(typed(&one, "model", "4"), json!("4"), "a text stays one");
        assert_eq!(typed(&one, "tier", "3"), json!(3));
        assert_eq!(typed(&one, "plugins", r#"["a","b"]"#), json!(["a", "b"]));
        assert_eq!(typed(&one, "model", ""), Value::Null);
    }

    #[test]
    fn a_fetched_file_is_named_as_its_repository_names_it() {
        let here = ".external-cache/acme__qa/df839c26c1960a166cf4cc44a4bb4d80c8081959/lead/w.yaml";
        let mut one = role("dir:a", "A");
        assert_eq!(there(here, &one), here);
        one.origin = Some(wire::StepOrigin {
            repo: "git.example/acme/qa".to_owned(),
            reference: "main".to_owned(),
            commit: "df839c26c1960a166cf4cc44a4bb4d80c8081959".to_owned(),
        });
        assert_eq!(there(here, &one), "lead/w.yaml");
        assert_eq!(there("org.yaml", &one), "org.yaml");
    }
}
