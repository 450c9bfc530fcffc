//! 2.13, closed and closed + `ADMIN_TOKEN`: the table, for every route and every kind of credential.

use crate::{org_token, token_of, told, workspace};
use product_tests::{Class, Route, routes};
use serde_json::Value;
use std::fmt::Write;
use testkit::{Served, ServedOptions};

const GHOST: &str = "99999999-9999-4999-8999-999999999999";

/// What is wrong with the table; each line is one route and caller.
#[derive(Default)]
struct Wrong(String);

impl Wrong {
    fn refused(&mut self, route: &Route, caller: &str, any: bool, answer: &(u16, Value)) {
        let (text, code) = route.refusal(any);
        let body = &answer.1;
        if answer.0 != 401 || body["error"] != text || body["code"] != code {
            let _ = writeln!(
                self.0,
                "{}: {caller}: expected 401 {text:?} {code}, got {} {body}",
                route.name, answer.0
            );
        }
    }

    fn admitted(&mut self, route: &Route, caller: &str, answer: &(u16, Value)) {
        // 403 and 401 of other reasons are admissions too: the narrower rules have tests of their own.
        let code = answer.1["code"].as_str().unwrap_or_default();
        if answer.0 == 401 || code.starts_with("auth_") && answer.0 != 403 {
            let _ = writeln!(
                self.0,
                "{}: {caller}: expected to be let in, got {} {}",
                route.name, answer.0, answer.1
            );
        }
    }

    fn end(self) {
        assert!(self.0.is_empty(), "\n{}", self.0);
    }
}

async fn table(served: &Served, admin_token: Option<&str>) {
    let mut wrong = Wrong::default();
    let other = token_of(served, &workspace(served, "Other").await).await;
    let org = org_token(served).await;
    let target = workspace(served, "Target").await;
    let routes = routes(served).await;
    for route in &routes {
        match route.class {
            Class::H | Class::S => continue,
            // Its own refusal, tested with tickets.
            Class::U => continue,
            _ => {}
        }
        let ask = |bearer: &str| told(route.request(served, &target).bearer_auth(bearer));
        wrong.refused(
            route,
            "no credential",
            false,
            &told(route.request(served, &target)).await,
        );
        wrong.refused(route, "made up", true, &ask("made-up").await);
        // A token of the store's form that was never issued.
        let form = "A".repeat(43);
        wrong.refused(route, "never issued", true, &ask(&form).await);
        match route.class {
            Class::A | Class::W | Class::T | Class::L | Class::R(_) | Class::D | Class::Own => {
                wrong.refused(route, "another workspace", true, &ask(&other).await);
            }
            Class::O => wrong.admitted(route, "another workspace", &ask(&other).await),
            // Whom a workspace may talk to is the hierarchy's business.
            Class::X | Class::H | Class::S | Class::U => {}
        }
    }
    // Whoever is let in acts on a workspace that is not there, so that nothing is changed meanwhile.
    let app = served.owner.bearer.clone();
    let mut admins = vec![("the app", app.as_str()), ("an org token", org.as_str())];
    admins.extend(admin_token.map(|token| ("ADMIN_TOKEN", token)));
    for (caller, bearer) in admins {
        for route in &routes {
            let answer = told(route.request(served, GHOST).bearer_auth(bearer)).await;
            match route.class {
                // For an agent nobody but itself beats; that there is no such agent may be known.
                Class::R(false) => {
                    let there = route.request(served, &target).bearer_auth(bearer);
                    wrong.refused(route, caller, true, &told(there).await);
                    wrong.admitted(route, caller, &answer);
                }
                Class::Own => wrong.refused(route, caller, true, &answer),
                Class::U => {}
                _ => wrong.admitted(route, caller, &answer),
            }
        }
    }
    for route in &routes {
        if !matches!(
            route.class,
            Class::W | Class::O | Class::R(_) | Class::D | Class::X | Class::Own
        ) {
            continue;
        }
        // One for each: some end or change it.
        let own = workspace(served, "Own").await;
        let bearer = token_of(served, &own).await;
        let answer = told(route.request(served, &own).bearer_auth(bearer)).await;
        wrong.admitted(route, "its own token", &answer);
    }
    wrong.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn closed_is_the_default() {
    let options = ServedOptions::default()
        .env("MOLECULE_ENABLE_TEST_TOKENS", "1")
        .env("RATE_LIMIT", "100000");
    table(&Served::start(options).await, None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_token_is_one_more_credential_and_opens_nothing() {
    let options = ServedOptions::default()
        .env("MOLECULE_ENABLE_TEST_TOKENS", "1")
        .env("RATE_LIMIT", "100000")
        .env("MOLECULE_ENV", "development")
        .env("ADMIN_TOKEN", "correct horse");
    table(&Served::start(options).await, Some("correct horse")).await;
}

/// F and F2: the canvas's files are open, the document is for those who have a credential.
#[tokio::test]
async fn the_canvas_is_open_and_the_document_is_not() {
    let served = Served::start(ServedOptions::default()).await;
    let get = |path: &str| served.bare(reqwest::Method::GET, path);
    let (status, _) = told(get("/")).await;
    assert!(status == 200 || status == 503, "{status}");
    let (status, body) = told(get("/openapi.json")).await;
    assert_eq!(
        (status, &body["error"]),
        (401, &"admin auth required".into())
    );
    let (status, body) = told(get("/openapi.json").bearer_auth("made-up")).await;
    assert_eq!(
        (status, &body["error"]),
        (401, &"invalid admin auth token".into())
    );
    let own = token_of(&served, &workspace(&served, "A").await).await;
    let (status, _) = told(get("/openapi.json").bearer_auth(own)).await;
    assert_eq!(status, 200);
}
