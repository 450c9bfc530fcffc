//! The web view, asked through WebDriver.

use std::process::{Command, Stdio};

use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::desk::{Desk, binary};

/// A session with the app's web view. The driver starts the app.
pub struct Driver {
    pub client: Client,
}

impl Driver {
    /// Starts the app through the driver, on this desk.
    pub async fn start(desk: &mut Desk) -> Self {
        // A free port, given back just before the driver takes it.
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let mut command = Command::new("WebKitWebDriver");
        desk.seat(&mut command);
        command
            .arg(format!("--port={port}"))
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        desk.start(&mut command);

        let mut capabilities = Capabilities::new();
        capabilities.insert(
            "webkitgtk:browserOptions".to_owned(),
            json!({"binary": binary("molecule-desktop"), "args": []}),
        );
        let address = format!("http://127.0.0.1:{port}");
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities);
        for _ in 0..200 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port))
                .await
                .is_ok()
            {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        let client = builder.connect(&address).await.unwrap();
        Self { client }
    }

    /// Runs a script in the page and answers what it returns.
    pub async fn run(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    /// Runs a script whose last argument is a function that takes the answer.
    pub async fn run_async(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute_async(script, arguments).await.unwrap()
    }

    /// Waits until an element is in the page and can be seen.
    pub async fn wait_for(&self, selector: &str) {
        let element = self
            .client
            .wait()
            .at_most(std::time::Duration::from_secs(60))
            .for_element(Locator::Css(selector))
            .await
            .unwrap();
        assert!(
            element.is_displayed().await.unwrap(),
            "{selector} is in the page and cannot be seen"
        );
    }

    /// Ends the session and with it the app.
    pub async fn end(self) {
        self.client.close().await.unwrap();
    }
}
