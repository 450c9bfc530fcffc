//! The real window: the app as a person starts it, on a display, a message bus and a data folder of its own.
//!
//! One part looks into the page through WebDriver, which is how the web view itself can be asked. The other looks at
//! the app from outside, through its display and its API, because a driven web view ends with its last window.
#![cfg(target_os = "linux")]
// Set-up outside the test functions speaks by panicking too.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "window/desk.rs"]
mod desk;
#[path = "window/driver.rs"]
mod driver;

use desk::Desk;
use driver::Driver;
use serde_json::{Value, json};

/// Asks the API of the stack on this desk, with the bearer that its owner hands out.
async fn ask(
    owner: &Value,
    method: reqwest::Method,
    path: &str,
    body: Option<Value>,
) -> reqwest::Response {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("http://127.0.0.1:{}{path}", owner["port"]);
    let mut request = client
        .request(method, url)
        .bearer_auth(owner["bearer"].as_str().unwrap());
    if let Some(body) = body {
        request = request.json(&body);
    }
    request.send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_comes_from_loopback_and_shows_the_canvas() {
    let mut desk = Desk::new();
    let driver = Driver::start(&mut desk).await;
    let owner = desk.owner();

    let url = driver.client.current_url().await.unwrap();
    assert_eq!(url.scheme(), "http");
    assert_eq!(
        url.host_str(),
        Some("127.0.0.1"),
        "the page may come from nowhere but this machine"
    );
    assert_eq!(
        url.port_or_known_default(),
        owner["port"].as_u64().map(|port| port as u16)
    );

    // The server was ready before the window showed, so the page has nothing to wait for but its own scripts.
    driver.wait_for("[data-testid=empty-org]").await;
    let fragment = driver
        .client
        .current_url()
        .await
        .unwrap()
        .fragment()
        .unwrap_or_default()
        .to_owned();
    assert!(
        !fragment.contains("t="),
        "a spent ticket does not stay in the address: #{fragment}"
    );
    driver.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_has_no_way_into_the_machine() {
    let mut desk = Desk::new();
    let driver = Driver::start(&mut desk).await;

    assert_eq!(
        driver.run("return typeof window.__TAURI__").await,
        json!("undefined")
    );
    // The web view's own channel cannot be taken away, so every call through it must be refused: of the shell itself
    // and of each plugin that the shell uses.
    for command in [
        "plugin:app|version",
        "plugin:window|close",
        "plugin:webview|create_webview_window",
        "plugin:event|emit",
        "plugin:path|resolve_directory",
        "plugin:tray|new",
        "plugin:menu|new",
        "plugin:window-state|save_window_state",
        "plugin:autostart|enable",
    ] {
        let answer = driver
            .run_async(
                "const [command, done] = arguments;
                 if (!window.__TAURI_INTERNALS__) done('refused: there is no channel');
                 else window.__TAURI_INTERNALS__.invoke(command, {}).then(
                     (value) => done('answered: ' + JSON.stringify(value)),
                     (error) => done('refused: ' + error));",
                vec![json!(command)],
            )
            .await;
        let text = answer.as_str().unwrap();
        assert!(text.starts_with("refused: "), "{command} {text}");
        assert!(
            text.contains("not allowed")
                || text.contains("not found")
                || text.contains("no channel"),
            "{command} {text}"
        );
    }
    driver.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_goes_nowhere_else() {
    let mut desk = Desk::new();
    let driver = Driver::start(&mut desk).await;
    let owner = desk.owner();
    driver.wait_for("[data-testid=empty-org]").await;
    // Somebody who would answer, so that only the refusal can keep the window from going there.
    let elsewhere = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let other = elsewhere.local_addr().unwrap().port();

    for target in [
        format!("http://127.0.0.1:{other}/"),
        format!("http://localhost:{}/", owner["port"]),
        "http://example.com/".to_owned(),
        "data:text/html,elsewhere".to_owned(),
        "file:///etc/hostname".to_owned(),
    ] {
        driver
            .run(&format!("window.location.href = {}", json!(target)))
            .await;
        // A page that had begun to load would have replaced this one: the mark tells that it is still the same.
        driver.run("window.stillHere = true").await;
        let url = driver.client.current_url().await.unwrap();
        assert_eq!(url.host_str(), Some("127.0.0.1"), "{target} was loaded");
        assert_eq!(
            Some(u64::from(url.port().unwrap())),
            owner["port"].as_u64(),
            "{target} was loaded"
        );
        driver.run(&format!("window.open({})", json!(target))).await;
    }
    assert_eq!(
        driver.run("return window.stillHere").await,
        json!(true),
        "the page was replaced"
    );
    assert_eq!(
        driver.client.windows().await.unwrap().len(),
        1,
        "no second window opens"
    );
    assert!(
        tokio::time::timeout(std::time::Duration::from_millis(200), elsewhere.accept())
            .await
            .is_err(),
        "the window asked another program for a page"
    );
    driver.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_raises_the_first_window_and_ends() {
    let mut desk = Desk::new();
    let first = desk.start(&mut desk.program("molecule-desktop"));
    desk.wait_for_windows(1);
    let owner = desk.owner();

    let second = desk.start(&mut desk.program("molecule-desktop"));
    assert_eq!(
        desk.end_of(second),
        Some(0),
        "the second start has done its work"
    );
    assert!(desk.runs(first));
    assert_eq!(desk.windows().len(), 1);
    assert_eq!(
        desk.owner()["pid"],
        owner["pid"],
        "the first one still owns the data folder"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_finds_the_first_one_without_a_message_bus() {
    // The lock on the data folder and its socket are enough; the bus only makes it quicker.
    let mut desk = Desk::new();
    let first = desk.start(
        desk.program("molecule-desktop")
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent"),
    );
    desk.wait_for_windows(1);

    let second = desk.start(
        desk.program("molecule-desktop")
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent"),
    );
    assert_eq!(desk.end_of(second), Some(0));
    assert!(desk.runs(first));
    assert_eq!(desk.windows().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_the_window_keeps_the_stack_and_quit_ends_it() {
    let mut desk = Desk::new();
    let app = desk.start(&mut desk.program("molecule-desktop"));
    let windows = desk.wait_for_windows(1);
    let owner = desk.owner();

    desk.close(windows[0]);
    desk.wait_for_windows(0);
    assert!(desk.runs(app), "closing the window is not quitting");
    assert_eq!(
        ask(&owner, reqwest::Method::GET, "/health", None)
            .await
            .status(),
        200
    );
    assert!(
        desk.data().join("window.json").exists(),
        "size and place are kept from the moment of closing"
    );

    // Starting again opens the window of the stack that runs.
    let again = desk.start(&mut desk.program("molecule-desktop"));
    assert_eq!(desk.end_of(again), Some(0));
    desk.wait_for_windows(1);

    let answer = ask(
        &owner,
        reqwest::Method::POST,
        "/shell/quit",
        Some(json!({"agents": "stop"})),
    )
    .await;
    assert!(answer.status().is_success(), "{answer:?}");
    assert_eq!(desk.end_of(app), Some(0), "quitting is an orderly end");
    assert!(
        desk.owner_now().is_none(),
        "nobody owns the data folder after quitting"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_press_on_the_close_button_is_lost() {
    let mut desk = Desk::new();
    let app = desk.start(&mut desk.program("molecule-desktop"));
    let mut lost = Vec::new();
    for round in 0..50_u64 {
        if round > 0 {
            let again = desk.start(&mut desk.program("molecule-desktop"));
            assert_eq!(desk.end_of(again), Some(0));
        }
        let window = desk.wait_for_windows(1)[0];
        // At once, while the page still loads, and when it is there.
        std::thread::sleep(std::time::Duration::from_millis(
            [0, 5, 40, 150, 600][round as usize % 5],
        ));
        if !desk.closes_at_one_press(window) {
            lost.push(round);
            desk.close(window);
        }
        assert!(desk.runs(app), "closing the window is not quitting");
    }
    assert!(lost.is_empty(), "presses that did nothing: {lost:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_login_session_is_an_orderly_end() {
    let mut desk = Desk::new();
    let app = desk.start(&mut desk.program("molecule-desktop"));
    desk.wait_for_windows(1);
    let owner = desk.owner();
    assert_eq!(owner["pid"].as_u64(), Some(u64::from(app)));

    let kill = std::process::Command::new("kill")
        .args(["-TERM", &app.to_string()])
        .status()
        .unwrap();
    assert!(kill.success());
    assert_eq!(desk.end_of(app), Some(0));
    assert!(desk.owner_now().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_joins_a_stack_that_already_runs_without_one() {
    let mut desk = Desk::new();
    let server = desk.start(
        desk.program("molecule-stack")
            .args(["serve", "--no-engine"])
            .stdout(std::process::Stdio::null()),
    );
    let owner = desk.owner();
    assert_eq!(owner["pid"].as_u64(), Some(u64::from(server)));

    let window = desk.start(&mut desk.program("molecule-desktop"));
    let windows = desk.wait_for_windows(1);
    assert_eq!(
        desk.owner()["pid"],
        owner["pid"],
        "the window does not take the data folder away"
    );

    // The stack is not the window's, so with the window its program ends and the stack goes on.
    desk.close(windows[0]);
    assert_eq!(desk.end_of(window), Some(0));
    assert!(desk.runs(server));
    assert_eq!(
        ask(&owner, reqwest::Method::GET, "/health", None)
            .await
            .status(),
        200
    );
}

#[test]
fn without_a_display_it_says_what_to_run_instead() {
    let desk = Desk::new();
    let output = desk
        .program("molecule-desktop")
        .env_remove("DISPLAY")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.contains("molecule-stack serve"), "{text}");
    assert!(desk.owner_now().is_none(), "nothing was started");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_the_system_can_do_is_answered_by_the_window_s_process() {
    let mut desk = Desk::new();
    desk.start(&mut desk.program("molecule-desktop"));
    let owner = desk.owner();

    let info: Value = get(&owner, "/shell/info").await;
    assert_eq!(info["os"], "linux");
    assert_eq!(
        info["tray"], false,
        "nobody shows tray icons on this bus, and the app must know"
    );

    let refused = ask(
        &owner,
        reqwest::Method::POST,
        "/shell/open",
        Some(json!({"target": "file:///etc/passwd"})),
    )
    .await;
    assert_eq!(
        refused.status(),
        400,
        "a link that is no web link is opened nowhere"
    );
    let missing = ask(
        &owner,
        reqwest::Method::POST,
        "/shell/open",
        Some(json!({"target": "/no/such/place"})),
    )
    .await;
    let body: Value = missing.json().await.unwrap();
    assert!(
        body["error"].as_str().unwrap().contains("/no/such/place"),
        "{body}"
    );

    let on: Value = ask(
        &owner,
        reqwest::Method::POST,
        "/shell/autostart",
        Some(json!({"on": true})),
    )
    .await
    .json()
    .await
    .unwrap();
    assert_eq!(on["autostart"], true);
    assert!(
        desk.autostarts(),
        "the desktop finds an entry to start at login"
    );
    let off: Value = ask(
        &owner,
        reqwest::Method::POST,
        "/shell/autostart",
        Some(json!({"on": false})),
    )
    .await
    .json()
    .await
    .unwrap();
    assert_eq!(off["autostart"], false);
    assert!(!desk.autostarts());
}

/// The answer of a route.
async fn get(owner: &Value, path: &str) -> Value {
    let answer = ask(owner, reqwest::Method::GET, path, None).await;
    assert!(answer.status().is_success(), "{answer:?}");
    answer.json().await.unwrap()
}
