//! Orgs as people write them, drawn at random.

use org_template::MemoryFiles;
use proptest::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A role as the generator knows it.
#[derive(Debug, Clone)]
pub(super) struct Role {
    pub(super) values: BTreeMap<&'static str, Value>,
    pub(super) style: Vec<u8>,
    pub(super) file: bool,
    pub(super) flow: bool,
    pub(super) children: Vec<Role>,
}

pub(super) const NAMES: &str = "[A-Za-z][A-Za-z0-9 _'\"#:,äöü名&*!-]{0,14}[A-Za-z0-9]";

pub(super) fn value(field: &'static str) -> BoxedStrategy<Value> {
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

pub(super) const FIELDS: [&str; 6] = [
    "role",
    "model",
    "tier",
    "initial_prompt",
    "max_concurrent_tasks",
    "runtime",
];

pub(super) fn role() -> impl Strategy<Value = Role> {
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
pub(super) struct Writer {
    pub(super) out: BTreeMap<String, String>,
    pub(super) next: usize,
    pub(super) names: BTreeSet<String>,
    /// Anchors of the file that is being written, and what they name.
    pub(super) anchors: Vec<(String, Value)>,
}

impl Writer {
    pub(super) fn scalar(&self, value: &Value, style: u8, indent: usize, flow: bool) -> String {
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
    pub(super) fn anchored(&mut self, role: &mut Role, text: String, style: u8) -> String {
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
    pub(super) fn role(&mut self, role: &mut Role, dir: &str, column: usize, out: &mut String) {
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

    pub(super) fn list(&mut self, roles: &mut [Role], dir: &str, column: usize, out: &mut String) {
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

pub(super) fn join(dir: &str, name: &str) -> String {
    if dir.is_empty() {
        name.to_owned()
    } else {
        format!("{dir}/{name}")
    }
}

pub(super) fn parent(dir: &str) -> String {
    dir.rsplit_once('/').map_or("", |(dir, _)| dir).to_owned()
}

pub(super) fn written(roles: &mut [Role]) -> MemoryFiles {
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
