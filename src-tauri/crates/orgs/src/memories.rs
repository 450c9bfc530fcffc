//! Memories that files seed (contract 03 section 2.1, no. 33). What looks like a credential is taken out before anything
//! keeps them (section 3.7); that nothing stores them yet is said, because agents may count on them.

use org_template::{Code, Effective, Org, Problem};
use serde_json::json;
use std::collections::BTreeMap;
use vault::redact;

/// Redacts the seeds of every role and of the org, and warns of them, once for each place that says some.
pub(crate) fn prepare(effective: &mut Effective, org: &Org, warnings: &mut Vec<Problem>) {
    let mut places: BTreeMap<(String, u32, u32), (usize, usize)> = BTreeMap::new();
    for role in &mut effective.roles {
        if role.memories.is_empty() {
            continue;
        }
        for memory in &mut role.memories {
            let clean = redact::patterns(&memory.content);
            if !clean.labels.is_empty() {
                memory.content = clean.text.into_owned();
            }
        }
        let seeds = role.memories.len();
        let value = json!(role.memories);
        if let Some(field) = role.fields.get_mut("initial_memories") {
            field.value = value;
            let span = &field.span;
            let place = (span.file.to_string(), span.line, span.column);
            let (most, roles) = places.entry(place).or_default();
            *most = seeds.max(*most);
            *roles += 1;
        }
    }
    for memory in &mut effective.global_memories {
        let clean = redact::patterns(&memory.content);
        if !clean.labels.is_empty() {
            memory.content = clean.text.into_owned();
        }
    }
    if let (false, Some(first)) = (
        effective.global_memories.is_empty(),
        org.global_memories.first(),
    ) {
        let span = &first.span;
        let text = many(effective.global_memories.len(), "memory", "memories");
        let place = (span.file.to_string(), span.line, span.column);
        warnings.push(warning(place, format!("{text} of the whole org")));
    }
    for (place, (seeds, roles)) in places {
        let text = many(seeds, "memory", "memories");
        let of = many(roles, "role", "roles");
        warnings.push(warning(place, format!("{text} of {of}")));
    }
}

fn many(count: usize, one: &str, more: &str) -> String {
    if count == 1 {
        format!("1 {one}")
    } else {
        format!("{count} {more}")
    }
}

fn warning((file, line, column): (String, u32, u32), what: String) -> Problem {
    Problem {
        code: Code::MemoriesNotKept,
        message: format!(
            "{what} in the files will not be stored: this platform keeps no memories yet"
        ),
        file,
        line,
        column,
        text: String::new(),
        hint: "put what agents must know into system-prompt.md".to_owned(),
    }
}
