//! `import`: an org folder into the running platform.

use super::{Context, plan};
use crate::{args::Import, failure::Failure, output};
use serde_json::json;

/// Runs it.
pub async fn run(context: &Context, import: Import) -> Result<(), Failure> {
    let client = context.client().await?;
    let ready = plan::prepare(context, &client, &import.org, &import.import).await?;
    let Some(plan::Ready { request, planned }) = ready else {
        return Ok(());
    };
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
