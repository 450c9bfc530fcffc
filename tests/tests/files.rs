//! Files of agents in real containers and volumes (contract 03 section 6, fixtures D.46): the stand-in's image holds no
//! shell and no `rm`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use product_tests::{Engine, minutes};
use reqwest::{Method, header};
use serde_json::{Value, json};
use testkit::{Served, ServedOptions, eventually};

struct Agent {
    served: Served,
    engine: Engine,
    id: String,
}

impl Agent {
    /// An agent on the stand-in, online.
    async fn online() -> Self {
        let served = Served::start(ServedOptions::with_engine()).await;
        served.stand_ins().await;
        let body = json!({"name": "Files", "runtime": "stand-in"});
        let (status, made) = served.post("/workspaces", body).await;
        assert_eq!(status, 201, "{made}");
        let id = made["id"].as_str().unwrap().to_owned();
        served.online(1, minutes(3)).await;
        Self {
            engine: Engine::connect().await,
            served,
            id,
        }
    }

    fn path(&self, path: &str) -> String {
        format!("/workspaces/{}/files{path}", self.id)
    }

    async fn put(&self, path: &str, body: Value) -> (u16, Value) {
        let answer = self
            .served
            .ask(Method::PUT, &self.path(path), Some(body))
            .await;
        answer.unwrap()
    }

    async fn get(&self, path: &str) -> (u16, Value) {
        self.served.get(&self.path(path)).await
    }

    async fn delete(&self, path: &str) -> (u16, Value) {
        self.served.delete(&self.path(path)).await
    }

    async fn names(&self, query: &str) -> Vec<String> {
        let (status, list) = self.get(query).await;
        assert_eq!(status, 200, "{list}");
        let list = list.as_array().unwrap();
        list.iter()
            .map(|one| one["path"].as_str().unwrap().to_owned())
            .collect()
    }

    async fn pause(&self) {
        let (status, answer) = self
            .served
            .post(&format!("/workspaces/{}/pause", self.id), json!({}))
            .await;
        assert_eq!(status, 200, "{answer}");
        eventually("its container is gone", minutes(1), || async {
            self.engine.id_of(&self.id).await.is_none().then_some(())
        })
        .await;
    }

    async fn resume(&self) {
        let (status, answer) = self
            .served
            .post(&format!("/workspaces/{}/resume", self.id), json!({}))
            .await;
        assert_eq!(status, 200, "{answer}");
        self.served.online(1, minutes(3)).await;
    }

    async fn no_helper_is_left(&self) {
        // Tests share the engine, so only helpers in this platform's own network count.
        let network = self.served.network();
        let own = self.engine.containers(&network).await;
        let names: Vec<&String> = own
            .iter()
            .flat_map(|one| one.names.iter().flatten())
            .collect();
        let left = names.iter().any(|name| name.contains("molecule-files-"));
        assert!(!left, "{names:?}");
    }
}

/// Fixture D.46, the whole line: written, read, listed, deleted, running and paused; exact bytes, the agent's own.
#[tokio::test(flavor = "multi_thread")]
async fn d46_8_no_62_63_64_67_files_of_a_running_and_of_a_paused_agent() {
    let agent = Agent::online().await;
    let container = containers::names::container_name(&agent.id);
    for running in [true, false] {
        if !running {
            agent.pause().await;
        }
        let (status, saved) = agent
            .put(
                "/a/b.md",
                json!({"content": " x\r\n\n", "encoding": "utf-8"}),
            )
            .await;
        assert_eq!(status, 200, "{saved}");
        assert_eq!(
            (&saved["status"], &saved["path"]),
            (&json!("saved"), &json!("a/b.md"))
        );
        let (_, read) = agent.get("/a/b.md").await;
        assert_eq!(read["content"], " x\r\n\n");
        assert_eq!((&read["size"], &read["hash"]), (&json!(5), &saved["hash"]));
        if running {
            let inside = agent
                .engine
                .file(&container, "/configs/a/b.md")
                .await
                .unwrap();
            assert_eq!(
                (inside.uid, inside.mode, inside.text().as_str()),
                (1000, 0o644, " x\r\n\n")
            );
            let above = agent.engine.file(&container, "/configs/a").await.unwrap();
            assert_eq!((above.uid, above.mode), (1000, 0o755));
        }
        let (status, _) = agent
            .put(
                "/bin/data",
                json!({"content": "AP/+", "encoding": "base64"}),
            )
            .await;
        assert_eq!(status, 200);
        let (_, read) = agent.get("/bin/data").await;
        assert_eq!(
            (&read["content"], &read["encoding"]),
            (&json!("AP/+"), &json!("base64"))
        );
        let one = agent.names("?depth=1").await;
        assert!(
            one.contains(&"a".to_owned()) && !one.contains(&"a/b.md".to_owned()),
            "{one:?}"
        );
        assert!(agent.names("?depth=2").await.contains(&"a/b.md".to_owned()));
        assert_eq!(agent.names("?path=a").await, ["b.md"]);
        let (status, gone) = agent.delete("/a/b.md").await;
        assert_eq!(
            (status, &gone["status"]),
            (200, &json!("deleted")),
            "{gone}"
        );
        assert_eq!(agent.get("/a/b.md").await.0, 404);
        assert_eq!(agent.delete("/a/b.md").await.0, 404);
        assert_eq!(agent.delete("/a").await.0, 200, "a folder goes too");
        assert_eq!(agent.delete("/bin").await.0, 200);
        assert!(!agent.names("").await.contains(&"a".to_owned()));
        agent.no_helper_is_left().await;
    }
}

/// No. 66, 70 and links: nothing secret, nothing outside, nothing that somebody else changed.
#[tokio::test(flavor = "multi_thread")]
async fn no_66_70_guards_hold_in_real_containers() {
    let agent = Agent::online().await;
    let names = agent.names("?depth=5").await;
    assert!(
        !names.iter().any(|name| name.contains(".auth_token")),
        "{names:?}"
    );
    for path in ["/.auth_token", "/.env", "/keys/id_rsa"] {
        let (status, answer) = agent.get(path).await;
        assert_eq!(
            (status, answer["code"].as_str()),
            (403, Some("credential_file")),
            "{path}"
        );
    }
    // What an agent could do inside: links to a credential, out of the root, in circles, and to where they may lead.
    let mut archive = containers::archive::Archive::new();
    let owner = containers::archive::Owner::AGENT;
    for (link, target) in [
        ("token", ".auth_token"),
        ("passwd", "/etc/passwd"),
        ("etc", "/etc"),
        ("ring", "ring"),
        ("inner", "docs"),
    ] {
        archive.link(link, target, owner).unwrap();
    }
    archive.file("docs/a.md", b"a", 0o640, owner).unwrap();
    agent
        .engine
        .upload(
            &containers::names::container_name(&agent.id),
            "/configs",
            archive.finish().unwrap(),
        )
        .await;
    for (path, code) in [
        ("/token", "credential_file"),
        ("/passwd", "link_outside"),
        ("/etc/passwd", "link_outside"),
        ("/ring", "link_outside"),
    ] {
        let (status, answer) = agent.get(path).await;
        assert_eq!(
            (status, answer["code"].as_str()),
            (403, Some(code)),
            "{path}: {answer}"
        );
        let (status, answer) = agent.put(path, json!({"content": "x"})).await;
        assert_eq!(
            (status, answer["code"].as_str()),
            (403, Some(code)),
            "{path}: {answer}"
        );
    }
    let (status, read) = agent.get("/inner/a.md").await;
    assert_eq!((status, &read["content"]), (200, &json!("a")), "{read}");
    let (status, _) = agent.delete("/ring").await;
    assert_eq!(status, 200, "a link itself may go");

    let first = read["hash"].as_str().unwrap().to_owned();
    let put = async |tag: &str, text: &str| {
        let request = agent.served.request(Method::PUT, &agent.path("/docs/a.md"));
        let request = request.header(header::IF_MATCH, format!("\"{tag}\""));
        let answer = request
            .json(&json!({"content": text}))
            .send()
            .await
            .unwrap();
        let status = answer.status().as_u16();
        let tag = answer.headers().get(header::ETAG).cloned();
        (status, tag, answer.json::<Value>().await.unwrap())
    };
    let (status, tag, saved) = put(&first, "b").await;
    assert_eq!(status, 200, "{saved}");
    assert_eq!(
        tag.unwrap(),
        format!("\"{}\"", saved["hash"].as_str().unwrap())
    );
    let (status, _, refused) = put(&first, "c").await;
    assert_eq!(status, 412);
    assert_eq!(
        (&refused["error"], &refused["hash"]),
        (&json!("file changed"), &saved["hash"])
    );
    let container = containers::names::container_name(&agent.id);
    let kept = agent
        .engine
        .file(&container, "/configs/docs/a.md")
        .await
        .unwrap();
    assert_eq!(
        (kept.text().as_str(), kept.mode),
        ("b", 0o640),
        "the mode stays"
    );
    agent.no_helper_is_left().await;
}

/// Fixture D.46: replace `{x}` over `{x, y}` keeps y; `prune` does not. What is written while the agent is paused is
/// there when it runs again, and a set without a config leaves the config that is there.
#[tokio::test(flavor = "multi_thread")]
async fn d46_10_no_69_sets_and_what_a_paused_agent_wakes_up_with() {
    let agent = Agent::online().await;
    let (status, first) = agent
        .put(
            "",
            json!({"files": {"x": "1", "y": "1", "system-prompt.md": "Be kind."}}),
        )
        .await;
    assert_eq!(status, 200, "{first}");
    assert_eq!(
        (&first["files"], &first["source"]),
        (&json!(3), &json!("container"))
    );
    let container = containers::names::container_name(&agent.id);
    let prompt = agent
        .engine
        .file(&container, "/configs/system-prompt.md")
        .await
        .unwrap();
    assert_eq!(prompt.text(), "Be kind.");
    agent.put("", json!({"files": {"x": "2"}})).await;
    assert_eq!(agent.get("/y").await.1["content"], "1");
    agent.pause().await;
    let body = json!({"files": {"x": "3", "new/z.md": "z"}, "prune": true});
    let (status, second) = agent.put("", body).await;
    assert_eq!(status, 200, "{second}");
    assert_eq!(second["source"], "volume");
    let removed: Vec<&str> = second["removed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one.as_str().unwrap())
        .collect();
    assert!(
        removed.contains(&"y") && !removed.contains(&"config.yaml"),
        "{removed:?}"
    );
    agent.resume().await;
    let inside = async |path: &str| {
        agent
            .engine
            .file(&container, path)
            .await
            .map(|file| file.text())
    };
    assert_eq!(inside("/configs/x").await.as_deref(), Some("3"));
    assert_eq!(inside("/configs/new/z.md").await.as_deref(), Some("z"));
    assert_eq!(inside("/configs/y").await, None);
    let config = inside("/configs/config.yaml").await.unwrap();
    assert!(config.contains("runtime: stand-in"), "{config}");
    agent.no_helper_is_left().await;
}

/// Section 6: the other roots are read; `/home` only while there is a container.
#[tokio::test(flavor = "multi_thread")]
async fn other_roots_are_read_only() {
    let agent = Agent::online().await;
    let mut archive = containers::archive::Archive::new();
    let owner = containers::archive::Owner::AGENT;
    archive.file("repo/.git/HEAD", b"x", 0o644, owner).unwrap();
    archive
        .file("repo/main.py", b"print()", 0o644, owner)
        .unwrap();
    let container = containers::names::container_name(&agent.id);
    agent
        .engine
        .upload(&container, "/workspace", archive.finish().unwrap())
        .await;
    for _ in 0..2 {
        assert_eq!(
            agent.names("?root=/workspace&depth=3").await,
            ["repo", "repo/main.py"]
        );
        let (status, read) = agent.get("/repo/main.py?root=/workspace").await;
        assert_eq!(
            (status, &read["content"]),
            (200, &json!("print()")),
            "{read}"
        );
        if agent.engine.id_of(&agent.id).await.is_some() {
            assert!(
                agent
                    .names("?root=/home")
                    .await
                    .contains(&"agent".to_owned())
            );
            agent.pause().await;
        }
    }
    assert!(agent.names("?root=/home").await.is_empty());
    let (status, answer) = agent.get("/agent/x?root=/home").await;
    assert_eq!(status, 404);
    assert_eq!(answer["error"], "file not found (container offline)");
    agent.no_helper_is_left().await;
}
