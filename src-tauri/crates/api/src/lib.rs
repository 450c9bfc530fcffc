//! HTTP and WebSocket: routes, auth, limits, OpenAPI, the served canvas (contract 01).
//!
//! [`app`] gives the whole router, so tests need no socket; [`serve`] binds it. Every route is mounted through
//! `utoipa-axum`, so the document at `/openapi.json` is what is really served.

mod app;
mod assets;
mod auth;
mod connections;
mod decode;
mod error;
mod intake;
mod json;
mod limits;
mod live;
mod metrics;
mod openapi;
mod paths;
mod query;
mod routes;
mod security;
mod serve;
mod unmatched;

pub use app::{App, app, document};
pub use auth::Who;
pub use serve::{ServeError, ServeOptions, Server, serve};
