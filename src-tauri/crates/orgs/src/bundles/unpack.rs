//! A bundle checked whole: nothing is made of one that is wrong anywhere.

use super::{
    export::digest,
    paths::{is_secret, relative},
};
use crate::schedules::portable;
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use wire::{BUNDLE_SCHEMA, Bundle, BundlePlugin, BundleSchedule};

const MOST_NODES: usize = 1000;
/// Schedules, and plugins, of one workspace.
const MOST_EACH: usize = 200;
const MOST_FILES: usize = 20_000;
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// A bundle is wrong; nothing was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid bundle")]
pub struct BundleError {
    /// What is wrong, and where.
    pub detail: String,
}

/// A workspace to make.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Node {
    pub bundle_id: Option<String>,
    pub name: String,
    pub role: Option<String>,
    pub tier: i64,
    pub model: Option<String>,
    pub runtime: String,
    pub max_concurrent_tasks: i64,
    pub at: Option<(f64, f64)>,
    /// Bytes, and whether it can be run, by path inside `/configs`.
    pub files: BTreeMap<String, (Vec<u8>, bool)>,
    /// Its config holds prompts that call a model by themselves.
    pub prompts: bool,
    /// Checked, with expression and zone as they are kept.
    pub schedules: Vec<BundleSchedule>,
    /// Sources of plugins.
    pub plugins: Vec<String>,
    pub children: Vec<Node>,
}

#[derive(Default)]
struct Budget {
    nodes: usize,
    files: usize,
    bytes: usize,
}

/// Checks a bundle and everything below it.
///
/// # Errors
/// The first thing that is wrong.
pub(super) fn unpack(bundle: Bundle) -> Result<Node, BundleError> {
    node(bundle, &mut Budget::default())
}

fn wrong(name: &str, what: impl std::fmt::Display) -> BundleError {
    let name: String = name.chars().take(80).collect();
    BundleError {
        detail: format!("{name:?}: {what}"),
    }
}

fn word(value: &str, what: &str, name: &str) -> Result<Option<String>, BundleError> {
    let value = value.trim();
    if value.len() > 100 || value.chars().any(char::is_control) {
        return Err(wrong(name, format!("its {what} is no name of one")));
    }
    Ok(Some(value.to_owned()).filter(|value| !value.is_empty()))
}

fn node(bundle: Bundle, budget: &mut Budget) -> Result<Node, BundleError> {
    budget.nodes += 1;
    if budget.nodes > MOST_NODES {
        return Err(wrong(
            &bundle.name,
            format!("there are more than {MOST_NODES} workspaces"),
        ));
    }
    if bundle.schema != BUNDLE_SCHEMA {
        let what = format!(
            "its schema is {:?}, and only {BUNDLE_SCHEMA:?} is known",
            bundle.schema.chars().take(20).collect::<String>()
        );
        return Err(wrong(&bundle.name, what));
    }
    let name = bundle.name.trim().to_owned();
    if name.is_empty() || name.len() > 255 || name.chars().any(char::is_control) {
        return Err(wrong(
            &bundle.name,
            "a name has 1 to 255 bytes and no line breaks",
        ));
    }
    if !(0..=4).contains(&bundle.tier) {
        return Err(wrong(&name, "tier must be 1, 2, 3 or 4"));
    }
    if bundle.description.len() > 100_000 || bundle.id.len() > 255 {
        return Err(wrong(&name, "its description or id is too long"));
    }
    let place = bundle.canvas.map(|at| (at.x, at.y));
    if place.is_some_and(|(x, y)| !x.is_finite() || !y.is_finite()) {
        return Err(wrong(&name, "its place on the canvas is no place"));
    }
    let files = files(&bundle, &name, budget)?;
    let config = files
        .get("config.yaml")
        .map(|(content, _)| content.as_slice());
    let runtime = match word(&bundle.runtime, "runtime", &name)? {
        Some(runtime) => runtime,
        None => word(&named_runtime(config), "runtime", &name)?
            .unwrap_or_else(|| "langgraph".to_owned()),
    };
    let schedules = schedules(bundle.schedules, &name)?;
    let plugins = plugins(&bundle.plugins, &name)?;
    let children = bundle
        .sub_workspaces
        .into_iter()
        .map(|child| node(child, budget))
        .collect::<Result<_, _>>()?;
    Ok(Node {
        bundle_id: Some(bundle.id).filter(|id| !id.is_empty()),
        role: Some(bundle.description).filter(|role| !role.is_empty()),
        tier: if bundle.tier == 0 { 2 } else { bundle.tier },
        model: word(&bundle.model, "model", &name)?,
        runtime,
        max_concurrent_tasks: bundle
            .max_concurrent_tasks
            .filter(|tasks| (1..=1000).contains(tasks))
            .unwrap_or(1),
        at: place,
        prompts: calls_by_itself(config),
        schedules,
        plugins,
        files,
        children,
        name,
    })
}

fn schedules(list: Vec<BundleSchedule>, name: &str) -> Result<Vec<BundleSchedule>, BundleError> {
    if list.len() > MOST_EACH {
        return Err(wrong(
            name,
            format!("it has more than {MOST_EACH} schedules"),
        ));
    }
    let mut out: Vec<BundleSchedule> = Vec::with_capacity(list.len());
    for one in list {
        let shown: String = one.name.chars().take(80).collect();
        let bad = |why: String| wrong(name, format!("its schedule {shown:?}: {why}"));
        if out.iter().any(|other| other.name == one.name) {
            return Err(bad("there are two of this name".to_owned()));
        }
        match portable(one) {
            Ok(good) => out.push(good),
            Err(why) => return Err(bad(why)),
        }
    }
    Ok(out)
}

fn plugins(list: &[BundlePlugin], name: &str) -> Result<Vec<String>, BundleError> {
    if list.len() > MOST_EACH {
        return Err(wrong(name, format!("it has more than {MOST_EACH} plugins")));
    }
    let source = |one: &BundlePlugin| {
        let source = one.source.trim();
        let usable = !source.is_empty() && source.len() <= 1024;
        (usable && !source.chars().any(char::is_control)).then(|| source.to_owned())
    };
    list.iter()
        .map(|one| {
            source(one).ok_or_else(|| wrong(name, "the source of one of its plugins is none"))
        })
        .collect()
}

fn files(
    bundle: &Bundle,
    name: &str,
    budget: &mut Budget,
) -> Result<BTreeMap<String, (Vec<u8>, bool)>, BundleError> {
    let mut given: Vec<(String, Vec<u8>)> = Vec::new();
    if !bundle.system_prompt.is_empty() {
        let text = bundle.system_prompt.clone().into_bytes();
        given.push(("system-prompt.md".to_owned(), text));
    }
    for (path, text) in &bundle.prompts {
        given.push((path.clone(), text.clone().into_bytes()));
    }
    for skill in &bundle.skills {
        let id = relative(&skill.id).map_err(|why| {
            wrong(
                name,
                format!("the skill {:?} cannot be a folder: {why}", skill.id),
            )
        })?;
        if id.contains('/') {
            let what = format!("the skill {:?} cannot be a folder: it is a path", skill.id);
            return Err(wrong(name, what));
        }
        for (path, text) in &skill.files {
            // Checked before it is joined: joined it could seem to stay inside.
            let path = relative(path).map_err(|why| {
                wrong(name, format!("the file {path:?} of the skill {id}: {why}"))
            })?;
            given.push((format!("skills/{id}/{path}"), text.clone().into_bytes()));
        }
    }
    for file in &bundle.files {
        let content = match file.encoding.as_deref() {
            None | Some("utf-8") => file.content.clone().into_bytes(),
            Some("base64") => BASE64
                .decode(&file.content)
                .map_err(|_| wrong(name, format!("the file {:?} is no base64", file.path)))?,
            Some(_) => {
                let what = format!("the encoding of {:?} is not known", file.path);
                return Err(wrong(name, what));
            }
        };
        given.push((file.path.clone(), content));
    }
    let programs: BTreeSet<&str> = bundle.executable.iter().map(String::as_str).collect();
    let mut files = BTreeMap::new();
    for (path, content) in given {
        let path =
            relative(&path).map_err(|why| wrong(name, format!("the file {path:?}: {why}")))?;
        if is_secret(&path) {
            let what = format!("the file {path:?} is for credentials; set secrets instead");
            return Err(wrong(name, what));
        }
        if bundle
            .digests
            .get(&path)
            .is_some_and(|wanted| !wanted.eq_ignore_ascii_case(&digest(&content)))
        {
            return Err(wrong(
                name,
                format!("the file {path:?} was changed on its way"),
            ));
        }
        budget.files += 1;
        budget.bytes += content.len();
        if budget.files > MOST_FILES || budget.bytes > MOST_BYTES {
            return Err(wrong(
                name,
                "there are too many files, or they are too large",
            ));
        }
        let executable = programs.contains(path.as_str());
        files.insert(path, (content, executable));
    }
    // A file cannot be a folder as well.
    let mut before: Option<&String> = None;
    for path in files.keys() {
        if before.is_some_and(|file| path.starts_with(&format!("{file}/"))) {
            return Err(wrong(name, format!("{path:?} lies below a file")));
        }
        before = Some(path);
    }
    Ok(files)
}

/// What the first line that begins with `runtime:` says.
fn named_runtime(config: Option<&[u8]>) -> String {
    let text = String::from_utf8_lossy(config.unwrap_or_default());
    text.lines()
        .find_map(|line| line.strip_prefix("runtime:"))
        .map(|value| value.split('#').next().unwrap_or_default())
        .map(|value| value.trim().trim_matches(['"', '\'']).to_owned())
        .unwrap_or_default()
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Prompts {
    initial_prompt: Option<String>,
    initial_prompt_file: Option<String>,
    idle_prompt: Option<String>,
    idle_prompt_file: Option<String>,
}

/// Whether the agent would call its model before anybody asked it anything. What cannot be read might.
fn calls_by_itself(config: Option<&[u8]>) -> bool {
    let Some(config) = config else { return false };
    let Ok(text) = std::str::from_utf8(config) else {
        return true;
    };
    if text.trim().is_empty() {
        return false;
    }
    match serde_saphyr::from_str::<Prompts>(text) {
        Ok(prompts) => [
            prompts.initial_prompt,
            prompts.initial_prompt_file,
            prompts.idle_prompt,
            prompts.idle_prompt_file,
        ]
        .into_iter()
        .flatten()
        .any(|prompt| !prompt.trim().is_empty()),
        Err(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn of(body: Value) -> Result<Node, String> {
        unpack(serde_json::from_value(body).unwrap()).map_err(|error| error.detail)
    }

    #[test]
    fn d46_13_no_58_a_path_that_leaves_is_refused() {
        let skill = |id: &str, path: &str| {
            of(json!({"name": "A", "skills": [{"id": id, "files": {path: "x"}}]}))
        };
        for (id, path) in [
            ("s", "../../x"),
            ("..", "x"),
            ("a/b", "x"),
            ("", "x"),
            ("s", "/x"),
            ("s", ".env"),
        ] {
            assert!(skill(id, path).is_err(), "{id} {path}");
        }
        for path in ["../x", "a/../../x", ".auth_token", "/etc/passwd"] {
            assert!(of(json!({"name": "A", "prompts": {path: "x"}})).is_err());
            assert!(of(json!({"name": "A", "files": [{"path": path, "content": ""}]})).is_err());
            let child = json!({"name": "B", "files": [{"path": path, "content": ""}]});
            assert!(of(json!({"name": "A", "sub_workspaces": [child]})).is_err());
        }
        assert!(
            skill("s", "./refs/a.md")
                .unwrap()
                .files
                .contains_key("skills/s/refs/a.md")
        );
    }

    #[test]
    fn what_is_no_bundle_is_refused_with_its_reason() {
        for (body, reason) in [
            (json!({"name": ""}), "name"),
            (json!({"name": "A\nB"}), "name"),
            (json!({"name": "A", "schema": "2.0"}), "schema"),
            (json!({"name": "A", "tier": 9}), "tier"),
            (json!({"name": "A", "runtime": "x\ny"}), "runtime"),
            (
                json!({"name": "A", "files": [{"path": "x", "content": "?", "encoding": "base64"}]}),
                "base64",
            ),
            (
                json!({"name": "A", "files": [{"path": "x", "content": "1"}], "digests": {"x": "00"}}),
                "changed",
            ),
            (
                json!({"name": "A", "files": [{"path": "x", "content": ""}, {"path": "x/y", "content": ""}]}),
                "below",
            ),
        ] {
            let detail = of(body.clone()).unwrap_err();
            assert!(detail.contains(reason), "{body}: {detail}");
        }
    }

    #[test]
    fn what_the_config_says_counts() {
        let node =
            |config: &str| of(json!({"name": "A", "prompts": {"config.yaml": config}})).unwrap();
        let plain = node("name: A\nruntime: \"claude-code\" # here\n");
        assert_eq!(
            (plain.runtime.as_str(), plain.prompts),
            ("claude-code", false)
        );
        assert!(node("initial_prompt: go\n").prompts);
        assert!(node("idle_prompt_file: idle.md\n").prompts);
        assert!(!node("idle_prompt: ''\n").prompts);
        assert!(node("a: [\n").prompts, "what cannot be read might call");
        assert_eq!(of(json!({"name": "A"})).unwrap().runtime, "langgraph");
        assert_eq!(of(json!({"name": "A"})).unwrap().tier, 2);
    }
}
