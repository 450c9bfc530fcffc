//! The real window on a platform that another process runs, and what becomes of it when that process ends.
#![cfg(target_os = "linux")]
// Set-up outside the test functions speaks by panicking too. The desk offers more than this file asks for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, dead_code)]

#[path = "window/desk.rs"]
mod desk;
#[path = "window/driver.rs"]
mod driver;

use desk::Desk;
use driver::Driver;
use serde_json::{Value, json};
use std::process::Stdio;
use std::time::Duration;

const NO_BUS: &str = "unix:path=/nonexistent";

/// A platform in a process of its own, without a window. Answers once it owns the data folder.
fn serve(desk: &mut Desk, port: u16) -> Value {
    let pid = desk.start(
        desk.program("molecule-stack")
            .args(["serve", "--no-engine", "--port", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null()),
    );
    desk::until("the new platform", || {
        desk.owner_now()
            .filter(|owner| owner["pid"].as_u64() == Some(u64::from(pid)))
    })
}

fn kill(desk: &Desk, owner: &Value) {
    let pid = owner["pid"].to_string();
    let killed = std::process::Command::new("kill")
        .args(["-KILL", &pid])
        .status();
    assert!(killed.unwrap().success());
    // It has ended when the last of its threads has let go of its files.
    let lock = std::fs::File::open(desk.data().join("owner.lock")).unwrap();
    desk::until("the end of the killed platform", || {
        lock.try_lock_shared().ok()
    });
}

/// The page is live on the platform at `port`, and is the same page as before when `mark` is given.
async fn is_live_at(driver: &Driver, port: u64, mark: Option<&str>) {
    let began = std::time::Instant::now();
    loop {
        let said = driver
            .run(
                "return [location.port, document.querySelector('[data-testid=strip-connection]')?.dataset.state ?? '',
                 document.querySelector('[data-testid=signed-out]') !== null, window.mark ?? '',
                 document.querySelector('[data-testid=notice-platform-ended]') !== null]",
            )
            .await;
        if said[0] == json!(port.to_string()) && said[1] == "connected" && said[2] == false {
            assert_eq!(said[3], json!(mark.unwrap_or_default()), "{said}");
            assert_eq!(said[4], false, "nothing has stopped any more: {said}");
            return;
        }
        assert!(
            began.elapsed() < Duration::from_secs(60),
            "the window did not follow to port {port}: {said}"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_follows_its_platform_to_the_next_process() {
    let mut desk = Desk::new();
    let first = serve(&mut desk, 0);
    let port = first["port"].as_u64().unwrap();
    let driver = Driver::start(&mut desk).await;
    is_live_at(&driver, port, None).await;
    driver.run("window.mark = 'same page'").await;

    // Killed and started anew on its port: the page stays and gets a new key, so what was typed is still there.
    kill(&desk, &first);
    let second = serve(&mut desk, port as u16);
    is_live_at(&driver, port, Some("same page")).await;

    // Ended in order, started anew on another port: the window goes there, and the former port is foreign now.
    let down = desk
        .program("molecule-stack")
        .arg("down")
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(down.success());
    let third = serve(&mut desk, 0);
    assert_ne!(third["port"], second["port"]);
    is_live_at(&driver, third["port"].as_u64().unwrap(), None).await;
    driver
        .run(&format!(
            "window.mark = 'here'; location.href = 'http://127.0.0.1:{port}/'"
        ))
        .await;
    is_live_at(&driver, third["port"].as_u64().unwrap(), Some("here")).await;
    driver.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_without_a_platform_starts_one_when_the_person_says_so() {
    let mut desk = Desk::new();
    let first = serve(&mut desk, 0);
    let driver = Driver::start(&mut desk).await;
    is_live_at(&driver, first["port"].as_u64().unwrap(), None).await;
    driver.run("window.mark = 'typed'").await;
    // While there is a platform, the wish is nothing: the page cannot take the data folder.
    driver.run("location.href = '/shell/start-here'").await;
    kill(&desk, &first);
    driver.wait_for("[data-testid=notice-platform-ended]").await;
    assert!(
        desk.owner_now().is_none(),
        "nothing is started unasked: somebody may have ended the platform on purpose"
    );

    driver
        .run("document.querySelector('[data-testid=notice-platform-ended] button').click()")
        .await;
    let own = desk.owner();
    is_live_at(
        &driver,
        own["port"].as_u64().unwrap(),
        (own["port"] == first["port"]).then_some("typed"),
    )
    .await;
    // The window's own process answers for the desktop now.
    let info = driver
        .run_async(
            "const [done] = arguments;
             fetch('/shell/info', {headers: {Authorization: 'Bearer ' + sessionStorage.getItem('molecule.session')}})
                 .then((answer) => done(answer.status), (error) => done(String(error)));",
            vec![],
        )
        .await;
    assert_eq!(info, json!(200));
    driver.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_start_raises_the_window_that_joined_another_platform() {
    let mut desk = Desk::new();
    let server = serve(&mut desk, 0);
    let app = |desk: &Desk| {
        let mut command = desk.program("molecule-desktop");
        command.env("DBUS_SESSION_BUS_ADDRESS", NO_BUS);
        command
    };
    let first = desk.start(&mut app(&desk));
    desk.wait_for_windows(1);
    let second = desk.start(&mut app(&desk));
    assert_eq!(desk.end_of(second), Some(0));
    assert_eq!(desk.windows().len(), 1, "one data folder, one window");
    assert!(desk.runs(first));

    // The platform's process ends. Starting the app again is a word: the first window starts it in its own process.
    kill(&desk, &server);
    desk::until("the end of the platform", || {
        desk.owner_now().is_none().then_some(())
    });
    std::thread::sleep(Duration::from_secs(1));
    let third = desk.start(&mut app(&desk));
    assert_eq!(desk.end_of(third), Some(0));
    assert_eq!(
        desk.owner()["pid"].as_u64(),
        Some(u64::from(first)),
        "the window runs the platform now"
    );
    assert_eq!(desk.windows().len(), 1);
    assert!(desk.runs(first));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_owns_the_platform_can_be_killed_and_started_anew() {
    let mut desk = Desk::new();
    let first = desk.start(
        desk.program("molecule-desktop")
            .env("DBUS_SESSION_BUS_ADDRESS", NO_BUS),
    );
    desk.wait_for_windows(1);
    kill(&desk, &desk.owner());
    assert_eq!(desk.end_of(first), None, "killed");
    let again = desk.start(
        desk.program("molecule-desktop")
            .env("DBUS_SESSION_BUS_ADDRESS", NO_BUS),
    );
    desk.wait_for_windows(1);
    assert_eq!(desk.owner()["pid"].as_u64(), Some(u64::from(again)));
}
