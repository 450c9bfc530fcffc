//! `open`: a link to the canvas.

use super::{Context, up};
use crate::{failure::Failure, output};
use serde_json::json;

/// Runs it.
pub async fn run(context: &Context) -> Result<(), Failure> {
    let link = up::link(&context.client().await?).await?;
    if !context.json {
        output::note("Works once, within 30 seconds:");
    }
    context.answer(&json!({"link": link, "expires_in": 30}), &link)
}
