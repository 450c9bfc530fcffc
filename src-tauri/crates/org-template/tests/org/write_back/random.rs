//! Property: parse, random changes, write, parse again equals the changed org, and untouched lines are byte-identical.
//!
//! The orgs are written by a generator that uses what people use: comments anywhere, every style of quoting, blocks,
//! flow collections, anchors, merged mappings, files in folders, odd indentation. What is expected comes from a model of
//! its own, not from the code under test.

use super::run;
use crate::data_org::published_folder;
use crate::shape::generated;
use org_template::write_back::{Change, Choices, Parent, Scope, Snapshot, WriteBackError};
use org_template::{
    DiskFiles, Effective, Env, Files, Limits, MemoryFiles, NoExternals, effective, load_from,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A role as the generator knows it.
#[derive(Debug, Clone)]
struct Role {
    values: BTreeMap<&'static str, Value>,
    style: Vec<u8>,
    file: bool,
    flow: bool,
    children: Vec<Role>,
}

const NAMES: &str = "[A-Za-z][A-Za-z0-9 _'\"#:,äöü名&*!-]{0,14}[A-Za-z0-9]";

fn value(field: &'static str) -> BoxedStrategy<Value> {
    match field {
        "tier" => (1..=4i64).prop_map(Value::from).boxed(),
        "max_concurrent_tasks" => (2..9i64).prop_map(Value::from).boxed(),
        "role" | "initial_prompt" => prop_oneof![
            NAMES.prop_map(Value::from),
            "[a-zA-Z#:-][ -~äö名]{0,30}(\\n[ -~]{0,20}){0,4}[a-z]\\n?".prop_map(Value::from),
        ]
        .boxed(),
        _ => NAMES.prop_map(Value::from).boxed(),
    }
}

const FIELDS: [&str; 6] = [
    "role",
    "model",
    "tier",
    "initial_prompt",
    "max_concurrent_tasks",
    "runtime",
];

fn role() -> impl Strategy<Value = Role> {
    let fields: Vec<_> = FIELDS
        .into_iter()
        .map(|f| proptest::option::of(value(f)))
        .collect();
    let leaf = (
        NAMES,
        fields,
        proptest::collection::vec(any::<u8>(), 16),
        any::<bool>(),
        0..6u8,
    )
        .prop_map(|(name, given, style, file, flow)| {
            let mut values: BTreeMap<&'static str, Value> = FIELDS
                .into_iter()
                .zip(given)
                .filter_map(|(f, v)| Some((f, v?)))
                .collect();
            values.insert("name", name.into());
            Role {
                values,
                style,
                file,
                flow: flow == 0,
                children: Vec::new(),
            }
        });
    leaf.prop_recursive(4, 14, 4, |inner| {
        (inner.clone(), proptest::collection::vec(inner, 0..4)).prop_map(|(mut role, children)| {
            role.children = children;
            role
        })
    })
}

/// Writes roles as text; files go to `out`.
struct Writer {
    out: BTreeMap<String, String>,
    next: usize,
    names: BTreeSet<String>,
    /// Anchors of the file that is being written, and what they name.
    anchors: Vec<(String, Value)>,
}

impl Writer {
    fn scalar(&self, value: &Value, style: u8, indent: usize, flow: bool) -> String {
        let Some(text) = value.as_str() else {
            return value.to_string();
        };
        let pad = " ".repeat(indent);
        let simple = text.chars().all(|c| c.is_alphanumeric() || c == ' ')
            && text.starts_with(|c: char| c.is_alphabetic());
        let word = !matches!(
            text.to_lowercase().as_str(),
            "y" | "n" | "yes" | "no" | "on" | "off" | "null" | "true" | "false"
        );
        match style % 4 {
            0 if simple && word && !text.ends_with(' ') => text.to_owned(),
            1 if !text.contains('\n') => format!("'{}'", text.replace('\'', "''")),
            2 if !flow
                && !text.ends_with("\n\n")
                && !text.starts_with([' ', '\n'])
                && text.trim() != "" =>
            {
                let (body, mark) = match text.strip_suffix('\n') {
                    Some(body) => (body, ""),
                    None => (text, "-"),
                };
                let lines: Vec<String> = body
                    .split('\n')
                    .map(|l| {
                        if l.is_empty() {
                            String::new()
                        } else {
                            format!("{pad}{l}")
                        }
                    })
                    .collect();
                format!("|{mark}\n{}", lines.join("\n"))
            }
            _ => serde_json::to_string(text).unwrap(),
        }
    }

    /// A model may carry an anchor, or be the one that an anchor of the same file names.
    fn anchored(&mut self, role: &mut Role, text: String, style: u8) -> String {
        let name = format!("m{}", self.next);
        match self.anchors.last() {
            Some((anchor, value)) if style % 5 == 2 => {
                role.values.insert("model", value.clone());
                format!("*{anchor}")
            }
            _ if style % 5 == 3 => {
                let text = format!("&{name} {text}");
                self.anchors.push((name, role.values["model"].clone()));
                text
            }
            _ => text,
        }
    }

    /// The lines of a role without the dash, at a column.
    fn role(&mut self, role: &mut Role, dir: &str, column: usize, out: &mut String) {
        let id = self.next;
        self.next += 1;
        let mut name = role.values["name"].as_str().unwrap().to_owned();
        while !self.names.insert(name.clone()) {
            name.push_str(&id.to_string());
        }
        role.values.insert("name", name.into());
        role.values.insert("files_dir", format!("d{id}").into());
        let pad = " ".repeat(column);
        let style = role.style.clone();
        let (mut first, mut block) = (true, false);
        for (n, (field, value)) in role.values.clone().into_iter().enumerate() {
            let style = style[n % style.len()];
            // Behind a block, a comment that is indented would be text of the block.
            if style.is_multiple_of(5) && !first && !block {
                out.push_str(&format!(
                    "{}# about {field} {id}\n",
                    " ".repeat(column + usize::from(style % 3))
                ));
            }
            if style.is_multiple_of(11) && !first {
                out.push('\n');
            }
            let mut text = self.scalar(
                &value,
                style / 7,
                column + 2 + usize::from(style % 2),
                false,
            );
            if field == "model" && !text.starts_with('|') {
                text = self.anchored(role, text, style);
            }
            block = text.starts_with('|');
            let comment = if style % 4 == 1 && !text.starts_with('|') {
                "   # why"
            } else {
                ""
            };
            let lead = if first { "" } else { &pad };
            out.push_str(&format!("{lead}{field}: {text}{comment}\n"));
            first = false;
        }
        if role.children.is_empty() {
            match style[0] % 4 {
                0 => out.push_str(&format!("{pad}children: []\n")),
                1 => out.push_str(&format!("{pad}children:\n")),
                _ => {}
            }
        } else {
            out.push_str(&format!(
                "{pad}children:{}\n",
                if style[1].is_multiple_of(3) {
                    "  # below"
                } else {
                    ""
                }
            ));
            let deeper = column + if style[2].is_multiple_of(2) { 2 } else { 0 };
            self.list(&mut role.children, dir, deeper, out);
        }
        if style[3].is_multiple_of(3) {
            out.push_str(&format!("{pad}unknown: {{a: [1, 2], b: '}}'}}\n"));
        }
    }

    fn list(&mut self, roles: &mut [Role], dir: &str, column: usize, out: &mut String) {
        let pad = " ".repeat(column);
        for role in roles {
            let style = role.style[4];
            if style % 4 == 0 {
                out.push_str(&format!("{pad}# stands above\n"));
            }
            if style % 9 == 0 {
                out.push('\n');
            }
            if role.file {
                let n = self.next;
                let (folder, path) = match style % 3 {
                    0 => (dir.to_owned(), format!("f{n}.yaml")),
                    1 => (join(dir, "deep"), format!("deep/f{n}.yaml")),
                    _ if dir.is_empty() => (String::new(), format!("f{n}.yaml")),
                    _ => (parent(dir), format!("../f{n}.yaml")),
                };
                let name = path.rsplit('/').next().unwrap().to_owned();
                let mut text = if style % 2 == 0 {
                    "# a file of its own\n".to_owned()
                } else {
                    String::new()
                };
                let outer = std::mem::take(&mut self.anchors);
                self.role(role, &folder, 0, &mut text);
                self.anchors = outer;
                if style % 7 == 0 {
                    text = text.trim_end().to_owned();
                }
                if style % 5 == 0 {
                    text = text.replace('\n', "\r\n");
                }
                self.out.insert(join(&folder, &name), text);
                let path = if style % 2 == 0 {
                    path
                } else {
                    format!("\"{path}\"")
                };
                out.push_str(&format!(
                    "{pad}- !include {path}{}\n",
                    if style % 5 == 1 { " # there" } else { "" }
                ));
            } else if role.flow && role.children.is_empty() {
                let id = self.next;
                self.next += 1;
                let mut name = role.values["name"].as_str().unwrap().to_owned();
                while !self.names.insert(name.clone()) {
                    name.push_str(&id.to_string());
                }
                role.values.insert("name", name.into());
                role.values.insert("files_dir", format!("d{id}").into());
                let pairs: Vec<String> = role
                    .values
                    .iter()
                    .map(|(f, v)| format!("{f}: {}", self.scalar(v, 3, 0, true)))
                    .collect();
                out.push_str(&format!("{pad}- {{{}}}\n", pairs.join(", ")));
            } else {
                out.push_str(&format!("{pad}- "));
                self.role(role, dir, column + 2, out);
            }
        }
    }
}

fn join(dir: &str, name: &str) -> String {
    if dir.is_empty() {
        name.to_owned()
    } else {
        format!("{dir}/{name}")
    }
}

fn parent(dir: &str) -> String {
    dir.rsplit_once('/').map_or("", |(dir, _)| dir).to_owned()
}

fn written(roles: &mut [Role]) -> MemoryFiles {
    let mut writer = Writer {
        out: BTreeMap::new(),
        next: 0,
        names: BTreeSet::new(),
        anchors: Vec::new(),
    };
    let mut text = String::from("# An org\nname: T\ndefaults:\n  tier: 2\n\nworkspaces:\n");
    writer.list(roles, "", 2, &mut text);
    text.push_str("# the end\ntemplate_schema_version: 1\n");
    let files = writer
        .out
        .iter()
        .fold(MemoryFiles::new(), |f, (path, text)| {
            f.with(path, text.as_str())
        });
    files.with("org.yaml", text)
}

/// A change as it is drawn, before it is known which roles there are.
#[derive(Debug, Clone)]
enum Draw {
    Set(usize, usize, Value, bool),
    Move(usize, usize),
    Remove(usize),
    Add(usize, String),
}

fn draw() -> impl Strategy<Value = Draw> {
    let set = (0..FIELDS.len() + 1).prop_flat_map(|field| {
        let name = if field == FIELDS.len() {
            "name"
        } else {
            FIELDS[field]
        };
        (
            any::<usize>(),
            Just(field),
            value(name),
            proptest::bool::weighted(0.15),
        )
    });
    prop_oneof![
        6 => set.prop_map(|(role, field, value, unset)| Draw::Set(role, field, value, unset)),
        3 => (any::<usize>(), any::<usize>()).prop_map(|(a, b)| Draw::Move(a, b)),
        1 => any::<usize>().prop_map(Draw::Remove),
        2 => (any::<usize>(), NAMES).prop_map(|(a, name)| Draw::Add(a, name)),
    ]
}

/// The org as the model has it: values and parent by key, and the order of what is below each.
#[derive(Debug, Clone, PartialEq)]
struct Model {
    values: HashMap<String, BTreeMap<String, Value>>,
    below: HashMap<Option<String>, Vec<String>>,
}

impl Model {
    /// Keys are files' keys, so roles are told apart by their folder, which no change touches; new ones by their name.
    fn of(org: &Effective) -> Self {
        let (mut values, mut below) = (HashMap::new(), HashMap::<_, Vec<_>>::new());
        let id = Self::id_of(org);
        for role in &org.roles {
            let id = id(&role.key);
            let kept = [
                "name",
                "role",
                "model",
                "tier",
                "initial_prompt",
                "max_concurrent_tasks",
                "runtime",
                "idle_prompt",
                "plugins",
                "schedules",
                "files_dir",
            ];
            let fields = role
                .fields
                .iter()
                .filter(|(f, _)| kept.contains(&f.as_str()));
            // Of a new role only what it was given is known.
            let fields = fields.filter(|(f, _)| {
                role.files_dir.is_some() || matches!(f.as_str(), "name" | "role" | "model" | "tier")
            });
            values.insert(
                id.clone(),
                fields.map(|(f, v)| (f.clone(), v.value.clone())).collect(),
            );
            below
                .entry(role.parent_key.as_deref().map(Self::id_of(org)))
                .or_default()
                .push(id);
        }
        Self { values, below }
    }

    fn id_of(org: &Effective) -> impl Fn(&str) -> String + '_ {
        |key: &str| {
            let role = org.roles.iter().find(|r| r.key == key).unwrap();
            role.files_dir
                .clone()
                .map_or_else(|| format!("new {}", role.name), |d| format!("{d} {key}"))
        }
    }

    fn parent(&self, id: &str) -> Option<String> {
        self.below
            .iter()
            .find(|(_, list)| list.iter().any(|n| n == id))
            .and_then(|(p, _)| p.clone())
    }

    fn is_below(&self, id: &str, top: &str) -> bool {
        let mut at = Some(id.to_owned());
        while let Some(one) = at {
            if one == top {
                return true;
            }
            at = self.parent(&one);
        }
        false
    }

    fn take(&mut self, id: &str) {
        self.below
            .values_mut()
            .for_each(|list| list.retain(|n| n != id));
        self.below.retain(|_, list| !list.is_empty());
    }

    fn drop(&mut self, id: &str) {
        self.take(id);
        for child in self
            .below
            .get(&Some(id.to_owned()))
            .cloned()
            .unwrap_or_default()
        {
            self.drop(&child);
        }
        self.values.remove(id);
    }
}

fn read(files: &dyn Files) -> Effective {
    let org = load_from(files, &Limits::default()).unwrap_or_else(|e| panic!("{e}"));
    effective(&org, &Env::default()).unwrap_or_else(|e| panic!("{e}"))
}

/// Draws to changes that make sense for this org, and what they make of the model.
fn changes(org: &Effective, draws: &[Draw], model: &mut Model) -> Vec<Change> {
    let mut out = Vec::new();
    let mut touched = BTreeSet::new();
    let mut names: BTreeSet<String> = org.roles.iter().map(|r| r.name.clone()).collect();
    // Moves and removals of one call see the same tree, so each role takes part in one of them.
    let mut fixed: BTreeSet<String> = BTreeSet::new();
    let id = Model::id_of(org);
    for (n, draw) in draws.iter().enumerate() {
        let pick = |at: &usize| &org.roles[at % org.roles.len()];
        match draw {
            Draw::Set(at, field, value, unset) => {
                let role = pick(at);
                let id = id(&role.key);
                let field = if *field == FIELDS.len() {
                    "name"
                } else {
                    FIELDS[*field]
                };
                if !model.values.contains_key(&id) || !touched.insert((role.key.clone(), field)) {
                    continue;
                }
                let value = match field {
                    "name" => {
                        let mut name = value.as_str().unwrap().to_owned();
                        while !names.insert(name.clone()) {
                            name.push_str(&n.to_string());
                        }
                        name.into()
                    }
                    "role" | "initial_prompt" | "model" if *unset => Value::Null,
                    "initial_prompt" if value.as_str().unwrap().trim().is_empty() => continue,
                    _ => value.clone(),
                };
                model
                    .values
                    .get_mut(&id)
                    .unwrap()
                    .insert(field.to_owned(), value.clone());
                out.push(Change::Set {
                    key: role.key.clone(),
                    field: field.to_owned(),
                    value,
                });
            }
            Draw::Move(at, to) => {
                let role = pick(at);
                let target = if to % 5 == 0 { None } else { Some(pick(to)) };
                let (id, goal) = (id(&role.key), target.map(|t| Model::id_of(org)(&t.key)));
                let gone = |one: &String| !model.values.contains_key(one);
                let wrong = gone(&id)
                    || goal
                        .as_ref()
                        .is_some_and(|g| gone(g) || model.is_below(g, &id))
                    || model.parent(&id) == goal
                    || role.key.contains('@')
                    || !fixed.insert(id.clone());
                if wrong {
                    continue;
                }
                model.take(&id);
                model.below.entry(goal).or_default().push(id);
                let parent = target.map_or(Parent::Root, |t| Parent::Role(t.key.clone()));
                out.push(Change::Move {
                    key: role.key.clone(),
                    parent,
                });
            }
            Draw::Remove(at) => {
                let role = pick(at);
                let id = id(&role.key);
                let top = model.below.get(&None).map_or(0, Vec::len);
                let busy = model.values.keys().any(|other| {
                    model.is_below(other, &id)
                        && (fixed.contains(other)
                            || other.contains('@')
                            || other.starts_with("new ")
                            || touched.iter().any(|(k, _)| Model::id_of(org)(k) == *other))
                });
                if !model.values.contains_key(&id) || busy || top < 2 || !fixed.insert(id.clone()) {
                    continue;
                }
                model.drop(&id);
                out.push(Change::Remove {
                    key: role.key.clone(),
                });
            }
            Draw::Add(at, name) => {
                let target = if at % 4 == 0 { None } else { Some(pick(at)) };
                let goal = target.map(|t| Model::id_of(org)(&t.key));
                if goal.as_ref().is_some_and(|g| !model.values.contains_key(g)) {
                    continue;
                }
                let mut name = name.clone();
                while !names.insert(name.clone()) {
                    name.push_str(&n.to_string());
                }
                let id = format!("new {name}");
                model.below.entry(goal).or_default().push(id.clone());
                let role = json!({"name": name, "tier": 3, "model": "m", "role": "a\nb"});
                let values = role.as_object().unwrap().clone().into_iter().collect();
                model.values.insert(id, values);
                let parent = target.map_or(Parent::Root, |t| Parent::Role(t.key.clone()));
                let values = role.as_object().unwrap().clone().into_iter().collect();
                out.push(Change::Add {
                    handle: format!("h{n}"),
                    parent,
                    values,
                });
            }
        }
    }
    out
}

/// Lines that a write-back must leave alone: no change of theirs names them. A line that moves may change its indentation.
fn lines_stay(before: &str, after: &str, most: usize) -> Result<(), String> {
    let bag = |text: &str| {
        let mut bag: HashMap<String, i64> = HashMap::new();
        text.lines()
            .map(str::trim)
            .filter(|l| !l.is_empty())
            .for_each(|l| *bag.entry(l.to_owned()).or_default() += 1);
        bag
    };
    let (old, new) = (bag(before), bag(after));
    let gone: i64 = old
        .iter()
        .map(|(l, n)| (n - new.get(l).copied().unwrap_or(0)).max(0))
        .sum();
    if usize::try_from(gone).unwrap_or(0) > most {
        return Err(format!(
            "{gone} lines are gone, at most {most} may be\n--- before\n{before}\n--- after\n{after}"
        ));
    }
    Ok(())
}

struct After<'a>(&'a dyn Files, BTreeMap<String, String>);

impl Files for After<'_> {
    fn read(&self, path: &str, limit: u64) -> Result<Vec<u8>, org_template::FileError> {
        self.1
            .get(path)
            .map_or_else(|| self.0.read(path, limit), |t| Ok(t.clone().into_bytes()))
    }
    fn kind(&self, path: &str) -> org_template::FileKind {
        if self.1.contains_key(path) {
            org_template::FileKind::File
        } else {
            self.0.kind(path)
        }
    }
    fn reaches(&self, path: &str) -> bool {
        self.0.reaches(path)
    }
}

/// One round: what is written reads back as the model, and text that no edit covers is where it was.
fn holds(files: &dyn Files, draws: &[Draw], scope: Scope) -> Result<(), TestCaseError> {
    let org = read(files);
    let mut model = Model::of(&org);
    let changes = changes(&org, draws, &mut model);
    let places: Choices = changes
        .iter()
        .map(|c| c.place())
        .map(|(k, f)| ((k.to_owned(), f.to_owned()), scope))
        .collect();
    let snapshot = Snapshot::new(files);
    let result = org_template::write_back::write_back(
        &snapshot,
        &NoExternals,
        &Limits::default(),
        &Env::default(),
        &changes,
        &places,
    );
    let done = match result {
        Ok(done) => done,
        // Lines that share a line with others, and what is read elsewhere too, are refused; never a difference.
        Err(error @ (WriteBackError::Refused(_) | WriteBackError::Org(_))) => {
            let text = error.to_string();
            let known = [
                "on lines of its own",
                "used twice",
                "the defaults",
                "inherits",
                "cannot be done for all",
                "one of the roles alone",
                "anchor",
                "move the comment first",
            ];
            prop_assert!(known.iter().any(|k| text.contains(k)), "{text}");
            return Ok(());
        }
        Err(error) => return Err(TestCaseError::fail(format!("{error}\n{changes:#?}"))),
    };
    for file in &done.files {
        // Byte for byte: the text between the edits.
        if let Some(before) = &file.before {
            let (mut from, mut to) = (0, 0);
            for edit in &file.edits {
                let kept = &before[from..edit.range.start];
                prop_assert_eq!(kept, &file.after[to..to + kept.len()]);
                to += kept.len();
                prop_assert_eq!(&edit.text, &file.after[to..to + edit.text.len()]);
                (from, to) = (edit.range.end, to + edit.text.len());
            }
            prop_assert_eq!(&before[from..], &file.after[to..]);
        }
    }
    let sets = changes
        .iter()
        .filter(|c| matches!(c, Change::Set { .. }))
        .count();
    let removes = changes.iter().any(|c| matches!(c, Change::Remove { .. }));
    let structural = changes.len() - sets;
    let text = |f: &dyn Fn(&org_template::write_back::FileChange) -> String| {
        done.files.iter().map(f).collect::<Vec<_>>().join("\n")
    };
    let before = text(&|f| f.before.clone().unwrap_or_default());
    let after = text(&|f| f.after.clone());
    if !removes {
        // A value covers at most the lines it stood on; a role that moves may lose its key line and directives.
        let widest = 8;
        lines_stay(&before, &after, sets * widest + structural * 4).map_err(TestCaseError::fail)?;
    }
    let all: BTreeMap<String, String> = done.files.into_iter().map(|f| (f.path, f.after)).collect();
    let read = Model::of(&read(&After(files, all.clone())));
    // Import keys of copies and twins may differ, so roles are compared by folder and place.
    prop_assert_eq!(&read.values, &model.values, "{:#?}\n{:#?}", changes, all);
    prop_assert_eq!(&read.below, &model.below, "{:#?}\n{:#?}", changes, all);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(
        std::env::var("MOLECULE_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(200)
    ))]

    #[test]
    fn a_generated_org_reads_back_as_changed(mut roles in proptest::collection::vec(role(), 1..4), draws in proptest::collection::vec(draw(), 1..7)) {
        let files = written(&mut roles);
        holds(&files, &draws, Scope::OnlyThis)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn the_development_org_reads_back_as_changed(draws in proptest::collection::vec(draw(), 1..6)) {
        holds(&generated(), &draws, Scope::OnlyThis)?;
        if let Some(root) = published_folder() {
            holds(&DiskFiles::new(&root), &draws, Scope::OnlyThis)?;
        }
    }
}

#[test]
fn the_generator_writes_what_it_says() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    for _ in 0..50 {
        let mut roles = proptest::collection::vec(role(), 1..4)
            .new_tree(&mut runner)
            .unwrap()
            .current();
        let files = written(&mut roles);
        let org = read(&files);
        let mut flat: Vec<&Role> = Vec::new();
        let mut stack: Vec<&Role> = roles.iter().rev().collect();
        while let Some(one) = stack.pop() {
            flat.push(one);
            stack.extend(one.children.iter().rev());
        }
        assert_eq!(flat.len(), org.roles.len());
        for (want, role) in flat.iter().zip(&org.roles) {
            for (field, value) in &want.values {
                assert_eq!(
                    &role.fields[*field].value, value,
                    "{field} of {}",
                    role.name
                );
            }
        }
    }
    assert!(run(&written(&mut []), &[], &Choices::new()).is_ok());
}
