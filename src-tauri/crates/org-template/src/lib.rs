//! Org templates: YAML files to a typed org, validation, plan, layout. Pure: no database, no network.
//!
//! The way through this crate: [`load`] reads a folder into an [`Org`] whose every value knows its place;
//! [`load_env`] reads the `.env` layers beside it; [`effective`] merges defaults into one [`Role`] per workspace;
//! [`place_roles`] gives them coordinates; [`plan`] compares them with what was imported last and what the database has;
//! [`write_back`] brings changes back into the files.

mod automation;
mod channel;
mod config_yaml;
mod cost;
mod cron;
mod cron_next;
mod decode;
mod discover;
mod effective;
mod env_file;
mod env_need;
mod error;
mod external;
mod fields;
mod files;
mod imported_config;
mod include;
mod keys;
mod layout;
mod load;
mod merge;
mod mount;
mod near;
mod node;
mod org;
mod parse;
mod paths;
mod plan;
mod plan_additive;
mod plan_match;
mod plan_sync;
mod plan_types;
mod prompt;
mod prompt_files;
mod read;
mod role;
mod runtime;
mod span;
mod tree;
mod validate;
pub mod write_back;
mod yaml_text;
mod yaml_words;

pub use channel::channel_skip_reason;
pub use config_yaml::{ConfigBasics, RUNTIMES, basic_config_yaml, config_yaml, merged_config_yaml};
pub use cost::{Cost, CostSource, calls_a_model, cost};
pub use cron::{Cron, CronError};
pub use cron_next::{is_timezone, next_run};
pub use discover::{TemplateEntry, discover, discover_with};
pub use effective::{Effective, effective, persona_of};
pub use env_file::{
    Env, EnvFile, Expanded, RefusedLine, expand, is_env_key, load_env, parse_env, persona_slug,
};
pub use env_need::{EnvNeed, EnvNeeds, env_needs};
pub use error::{Code, OrgErrors, Problem};
pub use external::{ExternalAsk, ExternalTree, Externals, NoExternals, Origin};
pub use files::{DiskFiles, FileError, FileKind, Files, Leaving, Limits, MemoryFiles, Parsed};
pub use imported_config::imported_config_yaml;
pub use layout::{
    GUTTER, HEADER, NODE_HEIGHT, NODE_WIDTH, Placed, ROOT_GAP, Rect, SIDE, Size, place,
    place_roles, subtree_size,
};
pub use load::{Document, load, load_document, load_from, load_inline, load_with};
pub use near::near;
pub use org::{
    Canvas, Channel, Defaults, MemorySeed, Org, PluginEntry, PromptText, Routing, Schedule,
    Workspace,
};
pub use paths::{inside_root, rel_parts, rel_path};
pub use plan::plan;
pub use plan_types::{
    Action, Ask, AskKind, BaseField, BaseRole, Choice, Conflict, CurrentRow, FieldChange, Mode,
    Plan, PlanInput, Step, Take, Unsaved, base_of, next_base,
};
pub use role::{
    FieldValue, Idle, Memory, Prompt, PromptSource, Role, RoleChannel, RoleSchedule, SkippedItem,
};
pub use runtime::unknown_runtime;
pub use span::{Span, Spanned};
pub use tree::{RoleFile, is_secret_file, role_files};
