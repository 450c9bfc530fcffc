//! Error bodies.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// What every error answers: the sentence that clients match on, and a short stable code (contract 01 section 1.5).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ErrorBody {
    /// What happened and what to do, for people.
    pub error: String,
    /// Stable word for programs.
    pub code: String,
    /// File the error is about, when it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Line in that file, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Column in that line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// Keys a single route adds.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}
