//! Drives the real program as a child process against a small platform and small model providers.

mod chat;
mod child;
mod image;
mod life;
mod messages;
mod platform;
mod provider;
mod reload;
