//! `import`: an org folder into the running platform.

use super::{Context, plan};
use crate::{
    args::Import,
    failure::{CONFLICTS, Failure},
    output,
};
use serde_json::json;

/// Runs it.
pub async fn run(context: &Context, import: Import) -> Result<(), Failure> {
    let client = context.client().await?;
    let (request, registered) = plan::request(&client, &import.org, &import.import).await?;
    let planned = match plan::plan(&client, &request).await {
        Ok(planned) => planned,
        Err(failure) => {
            registered.forget(&client).await;
            return Err(failure);
        }
    };
    if !context.json {
        plan::show(&planned)?;
    }
    if import.import.dry_run {
        registered.forget(&client).await;
        if context.json {
            output::document(&planned)?;
        }
        return if planned.conflicts.is_empty() {
            Ok(())
        } else {
            Err(Failure::said(CONFLICTS))
        };
    }
    plan::refuse_conflicts(&planned)?;
    if import.detach {
        let begun = plan::begin(&client, &request).await?;
        return context.answer(
            &json!({"plan": planned, "begun": begun}),
            format!(
                "The import runs; `molecule-stack org import-state {}` says how it goes.",
                begun.import_id
            ),
        );
    }
    let result = plan::import(&client, &request).await?;
    context.answer(
        &json!({"plan": planned, "result": result}),
        format!(
            "Imported {}: {}. `molecule-stack status` shows them.",
            result.org,
            output::count(result.count, "role")
        ),
    )
}
