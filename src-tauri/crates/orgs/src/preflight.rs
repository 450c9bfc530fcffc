//! Required variables before anything happens (contract 03 section 2.7, nos. 19, 20).

use crate::{OrgsError, error::MissingEnv, layers::Layers};
use org_template::Effective;

/// Drops from `missing_env` what a global secret will supply even though its value cannot be read now.
pub(crate) fn known(effective: &mut Effective, layers: &Layers) {
    effective
        .missing_env
        .retain(|(need, _)| !need.satisfied(|name| layers.global_names.contains(name)));
}

/// Refuses an import whose required variables have no value. `force` skips it, with a line in the log.
pub(crate) fn check(effective: &Effective, layers: &Layers, force: bool) -> Result<(), OrgsError> {
    if effective.missing_env.is_empty() {
        return Ok(());
    }
    if force {
        let names: Vec<_> = effective
            .missing_env
            .iter()
            .flat_map(|(need, _)| need.members())
            .collect();
        tracing::warn!(org = %effective.name, ?names, "imported by force without required variables");
        return Ok(());
    }
    if layers.personas_unknown {
        return Err(OrgsError::CouldNotVerify);
    }
    let (missing_env, missing_by_role) = effective.missing_env.iter().cloned().unzip();
    Err(OrgsError::MissingEnv(Box::new(MissingEnv {
        missing_env,
        required_env: effective.needs.required.clone(),
        template: effective.name.clone(),
        suggestion: MissingEnv::SUGGESTION,
        missing_by_role,
    })))
}
