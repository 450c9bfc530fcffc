//! Attacks on the platform, for every route and protocol of the served document: what a web page, another machine's name,
//! a container or a hand-written request could try. Each one must be refused; the table of what was answered is printed
//! (contract 01 section 2.13, design law 4).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bodies;
mod container;
mod pages;
mod paths;
mod smuggling;
mod sockets;

use product_tests::{RawAnswer, raw, request, seconds};
use serde_json::json;
use std::fmt::Write;
use testkit::{Served, ServedOptions};

/// Attempts by row and column, and those that were not refused.
struct Table {
    columns: Vec<&'static str>,
    text: String,
    wrong: Vec<String>,
}

impl Table {
    fn new(columns: &[&'static str]) -> Self {
        let mut text = format!("\n{:<52}", "route");
        for column in columns {
            let _ = write!(text, " {column:>12}");
        }
        Self {
            columns: columns.to_vec(),
            text,
            wrong: Vec::new(),
        }
    }

    /// One row: what was answered to each attempt, and whether that is a refusal.
    fn row(&mut self, name: &str, answers: &[(u16, bool)]) {
        assert_eq!(answers.len(), self.columns.len());
        let _ = write!(self.text, "\n{name:<52}");
        for (column, (status, refused)) in self.columns.iter().zip(answers) {
            let _ = write!(self.text, " {status:>12}");
            if !refused {
                self.wrong.push(format!("{name}: {column}: {status}"));
            }
        }
    }

    /// Prints it all; fails when something got through.
    fn end(self) {
        println!("{}\n", self.text);
        assert!(
            self.wrong.is_empty(),
            "not refused:\n{}",
            self.wrong.join("\n")
        );
    }
}

/// A platform whose limits do not stand in the way: every attempt must be refused for what it is.
async fn unlimited() -> Served {
    Served::start(ServedOptions::default().env("RATE_LIMIT", "1000000")).await
}

async fn workspace(served: &Served, name: &str) -> String {
    let (status, made) = served
        .post("/workspaces", json!({"name": name, "runtime": "mock"}))
        .await;
    assert_eq!(status, 201, "{made}");
    made["id"].as_str().unwrap().to_owned()
}

async fn token_of(served: &Served, id: &str) -> String {
    let (_, minted) = served
        .post(&format!("/workspaces/{id}/tokens"), json!({}))
        .await;
    minted["auth_token"].as_str().unwrap().to_owned()
}

async fn send(served: &Served, line: &str, headers: &[(&str, &str)], body: &str) -> RawAnswer {
    let text = request(line, headers, body);
    raw(served.owner.port, text.as_bytes(), seconds(20)).await
}
