//! Runtimes that nobody here knows: said in a plan and at the making of an agent, because a role of such a runtime waits
//! for an image that is in no place.

use org_template::{Code, Problem, Role, unknown_runtime};
use std::collections::{BTreeMap, BTreeSet};

/// A warning for each unknown runtime, at the first role that has it.
pub(crate) fn warnings(roles: &[Role], images: &BTreeMap<String, String>) -> Vec<Problem> {
    let mut told = BTreeSet::new();
    let warning = |role: &Role| {
        let (message, hint) = unknown_runtime(&role.runtime, images)?;
        let span = role.fields.get("runtime").map(|field| &field.span);
        told.insert(role.runtime.clone()).then(|| Problem {
            code: Code::RuntimeUnknown,
            message,
            file: span.map(|span| span.file.to_string()).unwrap_or_default(),
            line: span.map_or(0, |span| span.line),
            column: span.map_or(0, |span| span.column),
            text: role.runtime.clone(),
            hint,
        })
    };
    roles
        .iter()
        .filter(|role| !role.external)
        .filter_map(warning)
        .collect()
}
