//! Files against database against what was imported last.

use crate::plan_types::{Plan, PlanInput};

/// Makes the plan.
pub fn plan(input: &PlanInput<'_>) -> Plan {
    let _ = input;
    Plan::default()
}
