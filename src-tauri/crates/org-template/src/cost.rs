//! What an org will cost in model calls, before anything is switched on.

use crate::role::Role;
use serde::{Deserialize, Serialize};

/// Model calls an org causes by itself, without any message from a person.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Cost {
    /// Calls at the first start: one per initial prompt.
    pub initial_prompts: usize,
    /// Calls a day from idle prompts, at most: as if nobody ever worked.
    pub idle_calls_per_day: f64,
    /// Calls a day from enabled schedules.
    pub scheduled_calls_per_day: f64,
    /// The same by role, the greatest first; roles that cause none a day are left out.
    pub by_source: Vec<CostSource>,
}

/// Calls a day from one schedule or idle prompt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CostSource {
    /// Import key of the role.
    pub key: String,
    /// Name of the role.
    pub role: String,
    /// `schedule` or `idle`.
    pub kind: String,
    /// Name of the schedule; empty for idle.
    pub name: String,
    /// Calls a day.
    pub per_day: f64,
}

impl Cost {
    /// Calls a day in all.
    pub fn calls_per_day(&self) -> f64 {
        self.idle_calls_per_day + self.scheduled_calls_per_day
    }
}

/// Whether what a role is asked ends in a model call: the built-in `mock` answers by rules, and what runs elsewhere gets
/// its prompts there.
pub fn calls_a_model(role: &Role) -> bool {
    !role.external && role.runtime != "mock"
}

/// Adds up what these roles cause.
pub fn cost(roles: &[Role]) -> Cost {
    let mut out = Cost::default();
    for role in roles.iter().filter(|role| calls_a_model(role)) {
        out.initial_prompts += usize::from(role.initial_prompt.is_some());
        let source = |kind: &str, name: &str, per_day: f64| CostSource {
            key: role.key.clone(),
            role: role.name.clone(),
            kind: kind.to_owned(),
            name: name.to_owned(),
            per_day,
        };
        if let Some(idle) = &role.idle {
            let per_day = 86_400.0 / idle.interval_seconds as f64;
            out.idle_calls_per_day += per_day;
            out.by_source.push(source("idle", "", per_day));
        }
        for schedule in role.schedules.iter().filter(|s| s.enabled) {
            out.scheduled_calls_per_day += schedule.per_day;
            out.by_source
                .push(source("schedule", &schedule.name, schedule.per_day));
        }
    }
    out.by_source
        .sort_by(|a, b| b.per_day.total_cmp(&a.per_day));
    out
}
