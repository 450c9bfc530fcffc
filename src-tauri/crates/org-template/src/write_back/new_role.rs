//! The text of a role that is new: what it does not inherit anyway, and what comes below it.

use super::Work;
use super::error::{Refusal, Stop};
use super::items::Item;
use super::lists::schedule_text;
use super::pieces::Part;
use super::scalar::{Literal, Spot, render};
use super::shape::{Holder, Reshape};
use saphyr_parser::ScalarStyle;
use serde_json::Value;

/// Lines of a block, and the same on one line where that can be.
#[derive(Default)]
struct Text {
    lines: Vec<String>,
    flow: Option<Vec<String>>,
}

impl Text {
    fn both(&mut self, text: String) {
        if let Some(flow) = &mut self.flow {
            flow.push(text.clone());
        }
        self.lines.push(text);
    }
}

impl Work<'_> {
    /// A new role with what comes below it.
    pub(super) fn new_role(
        &self,
        handle: &str,
        shape: &Reshape,
        eol: &'static str,
    ) -> Result<Item, Stop> {
        let values = shape
            .added
            .get(handle)
            .map(|(_, values)| values.as_slice())
            .unwrap_or_default();
        let named = values.iter().any(|(field, value)| {
            field == "name" && value.as_str().is_some_and(|n| !n.trim().is_empty())
        });
        if !named {
            return Err(Refusal::because("a new role needs a name").into());
        }
        let mut text = Text {
            flow: Some(Vec::new()),
            ..Text::default()
        };
        let inherited = self.inherited_values();
        for (field, value) in values {
            let nothing =
                super::shared::nothing(value) || value.as_array().is_some_and(Vec::is_empty);
            let said = |(name, said): &(&str, Value)| name == field && said == value;
            if !nothing && !inherited.iter().any(said) {
                written(&mut text, field, value, eol)?;
            }
        }
        let holder = Holder::Added(handle.to_owned());
        let below = self.items(shape.incoming.get(&holder), shape, eol)?;
        let mut parts = vec![Part::Text(format!(
            "- {}{eol}",
            text.lines.join(&format!("{eol}  "))
        ))];
        let flow = text.flow.filter(|_| below.is_empty());
        let flow = flow.map(|flow| format!("{{{}}}", flow.join(", ")));
        if !below.is_empty() {
            parts.push(Part::Text(format!("  children:{eol}")));
            for item in &below {
                // The target file only gives its line break, which a text with lines of its own brings along.
                parts.extend(self.block_parts(item, 0, 4)?);
            }
        }
        Ok(Item::New { lines: parts, flow })
    }

    /// What a role has that says nothing.
    fn inherited_values(&self) -> [(&'static str, Value); 5] {
        let defaults = &self.org.defaults;
        let given = |text: &crate::org::Text, otherwise: &str| {
            let text = text
                .as_ref()
                .map(|t| t.value.clone())
                .filter(|t| !t.is_empty());
            Value::String(text.unwrap_or_else(|| otherwise.to_owned()))
        };
        let tier = defaults
            .tier
            .as_ref()
            .map(|t| t.value)
            .filter(|t| *t != 0)
            .unwrap_or(2);
        [
            ("runtime", given(&defaults.runtime, "langgraph")),
            ("model", given(&defaults.model, "")),
            ("tier", Value::from(tier)),
            ("workspace_access", Value::from("none")),
            ("max_concurrent_tasks", Value::from(1)),
        ]
    }
}

/// One value of the role.
fn written(text: &mut Text, field: &str, value: &Value, eol: &'static str) -> Result<(), Stop> {
    let literal = match value {
        Value::String(text) => Literal::Text(text.clone()),
        Value::Bool(yes) => Literal::Flag(*yes),
        Value::Number(n) if n.is_i64() => Literal::Int(n.as_i64().unwrap_or_default()),
        Value::Array(items) if field == "plugins" => {
            let spot = Spot {
                flow: true,
                style: ScalarStyle::Plain,
                ..Spot::new(0, eol)
            };
            let names: Vec<String> = items
                .iter()
                .filter_map(|v| v.as_str())
                .map(|name| render(&Literal::Text(name.to_owned()), spot))
                .collect();
            text.both(format!("plugins: [{}]", names.join(", ")));
            return Ok(());
        }
        Value::Array(items) if field == "schedules" => {
            text.lines.push("schedules:".to_owned());
            for schedule in items {
                let block = schedule_text(schedule, eol);
                let inner = |line: &str| match line {
                    "" => String::new(),
                    line => format!("  {line}"),
                };
                text.lines.extend(block.lines().map(inner));
            }
            text.flow = None;
            return Ok(());
        }
        _ => {
            let why = format!("{field} of a new role cannot be written");
            return Err(Refusal::because(why).into());
        }
    };
    let spot = Spot::new(2, eol);
    if let Some(flow) = &mut text.flow {
        let inline = render(&literal, Spot { flow: true, ..spot });
        flow.push(format!("{field}: {inline}"));
    }
    text.lines
        .push(format!("{field}: {}", render(&literal, spot)));
    Ok(())
}
