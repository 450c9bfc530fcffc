//! The routes, on a platform without an engine.

use crate::*;

#[tokio::test]
async fn d45_12_13_no_78_refusals_come_with_their_status_and_text_and_change_nothing() {
    let options = ServedOptions::default().env("PLUGIN_INSTALL_MAX_DIR_BYTES", "2000");
    let served = Served::start(options).await;
    offer(&served, "demo", &DEMO);
    offer(
        &served,
        "large",
        &[
            ("plugin.yaml", "name: large\n"),
            ("x.md", &"x".repeat(2000)),
        ],
    );
    let mut broken = DEMO.to_vec();
    broken.push(("manifest.json", "{\"sha256\": \"00\"}"));
    offer(&served, "broken", &broken);
    offer(&served, "bare", &[("README.md", "x")]);
    let id = agent(&served, "a").await;
    let yaml = "8789e7eabb7ba5922a5087c25d315a1e5fbb6b0f97510862579d348428dbd9d4";
    let unpinned = "unpinned github source: append a tag or commit SHA (e.g. \"github://owner/repo#v1.2.0\"). Set PLUGIN_ALLOW_UNPINNED=true to override";
    for (body, status, error) in [
        (
            json!({"source": ""}),
            400,
            "'source' is required (e.g. \"local://my-plugin\" or \"github://owner/repo\")",
        ),
        (json!({"source": "local://"}), 400, "invalid plugin source"),
        (
            json!({"source": "github://o/r#-x"}),
            400,
            "invalid plugin source",
        ),
        (
            json!({"source": "ftp://x"}),
            400,
            "failed to resolve plugin source",
        ),
        (
            json!({"source": "local://../x"}),
            400,
            "invalid plugin name",
        ),
        (
            json!({"source": "demo", "track": "latest"}),
            400,
            "invalid track",
        ),
        (json!({"source": "github://o/r"}), 422, unpinned),
        (
            json!({"source": "unknown"}),
            404,
            "failed to fetch plugin from local",
        ),
        (
            json!({"source": "large"}),
            413,
            "staged plugin exceeds size limit",
        ),
        (
            json!({"source": "broken"}),
            422,
            "plugin manifest integrity check failed",
        ),
        (
            json!({"source": "bare", "sha256": yaml}),
            422,
            "sha256 check failed: plugin.yaml not found in staged plugin",
        ),
        (json!({"source": 5}), 400, "invalid request body"),
    ] {
        let (found, answer) = install(&served, &id, body.clone()).await;
        assert_eq!(
            (found, &answer["error"]),
            (status, &json!(error)),
            "{body}: {answer}"
        );
    }
    let (_, answer) = install(&served, &id, json!({"source": "ftp://x"})).await;
    assert_eq!(
        answer["available_schemes"],
        json!(["gitea", "github", "local"])
    );
    let (_, answer) = install(&served, &id, json!({"source": "large"})).await;
    assert_eq!(answer["source"], "local://large");
    let (status, answer) = install(&served, &id, json!({"source": "demo", "sha256": "ab"})).await;
    assert_eq!(
        (status, &answer["error"]),
        (
            422,
            &json!(format!("sha256 mismatch: expected ab, got {yaml}"))
        )
    );
    let long = json!({"source": "demo", "x": "y".repeat(65_537)});
    let (status, answer) = install(&served, &id, long).await;
    assert_eq!(
        (status, &answer["error"]),
        (400, &json!("invalid request body"))
    );
    let (status, list) = served.get(&format!("/workspaces/{id}/plugins")).await;
    assert_eq!((status, list), (200, json!([])));
    assert!(served.events(&["PLUGIN_CHANGED"], 0).await.is_empty());

    // What passes, in any letter case.
    let (status, answer) = install(
        &served,
        &id,
        json!({"source": " demo ", "sha256": yaml.to_uppercase(), "track": "tag:v1.0.0"}),
    )
    .await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(
        (&answer["status"], &answer["plugin"], &answer["source"]),
        (&json!("installed"), &json!("demo"), &json!("local://demo"))
    );
    // No engine: it is wanted, and the next start of the agent brings it.
    assert_eq!(
        (&answer["delivered"], &answer["restart"]),
        (&json!("next_start"), &json!("none"))
    );
}

#[tokio::test]
async fn d45_16_registry_lists_and_compatibility_speak_of_runtimes_in_either_spelling() {
    let served = Served::start(ServedOptions::default()).await;
    offer(
        &served,
        "superpowers",
        &[(
            "plugin.yaml",
            "name: superpowers\nversion: 1.0.0\ntags: [a, b, c, d]\nruntimes: [claude_code, deepagents, hermes]\n",
        )],
    );
    offer(
        &served,
        "molecule-careful-bash",
        &[
            (
                "plugin.yaml",
                "name: molecule-careful-bash\nruntimes: [claude_code]\n",
            ),
            ("hooks/pre.sh", "echo careful\n"),
        ],
    );
    offer(&served, "odd", &[("plugin.yaml", "name: [\n")]);
    let (_, all) = served.get("/plugins").await;
    assert_eq!(names(&all), ["molecule-careful-bash", "odd", "superpowers"]);
    assert!(
        all[1]["error"].as_str().unwrap().contains("plugin.yaml"),
        "{all}"
    );
    assert_eq!(
        (
            &all[2]["version"],
            all[2]["tags"].as_array().unwrap().len(),
            &all[2]["skills"]
        ),
        (&json!("1.0.0"), 4, &json!([]))
    );
    for (runtime, wanted) in [
        (
            "claude-code",
            vec!["molecule-careful-bash", "odd", "superpowers"],
        ),
        (
            "claude_code",
            vec!["molecule-careful-bash", "odd", "superpowers"],
        ),
        ("hermes", vec!["odd", "superpowers"]),
    ] {
        let (_, list) = served.get(&format!("/plugins?runtime={runtime}")).await;
        assert_eq!(names(&list), wanted, "{runtime}");
    }
    let (_, sources) = served.get("/plugins/sources").await;
    assert_eq!(sources["schemes"], json!(["gitea", "github", "local"]));
    let folder = served.data_dir().join("plugins");
    assert_eq!(sources["registry"], json!(folder), "a person learns where");

    let id = agent(&served, "a").await;
    let (_, available) = served
        .get(&format!("/workspaces/{id}/plugins/available"))
        .await;
    assert_eq!(available.as_array().unwrap().len(), 3);
    for name in ["superpowers", "molecule-careful-bash"] {
        assert_eq!(install(&served, &id, json!({"source": name})).await.0, 200);
    }
    let path = |query: &str| format!("/workspaces/{id}/plugins/compatibility{query}");
    let (status, answer) = served.get(&path("")).await;
    assert_eq!(
        (status, &answer["error"]),
        (400, &json!("runtime query parameter is required"))
    );
    let (_, answer) = served.get(&path("?runtime=deepagents")).await;
    assert_eq!(names(&answer["incompatible"]), ["molecule-careful-bash"]);
    assert_eq!(
        (names(&answer["compatible"]), &answer["all_compatible"]),
        (vec!["superpowers"], &json!(false))
    );
    let (_, list) = served.get(&format!("/workspaces/{id}/plugins")).await;
    assert_eq!(
        (
            &list[0]["supported_on_runtime"],
            &list[0]["support"],
            &list[0]["delivered"]
        ),
        (&json!(true), &json!("native"), &json!(false))
    );

    // The command line shows what would run, and asks.
    let shown = served
        .command(&["plugin", "show", "molecule-careful-bash"])
        .await;
    let text = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(
        text.contains("hooks/pre.sh") && text.contains("echo careful"),
        "{text}"
    );
    let asked = served
        .command(&["plugin", "install", "molecule-careful-bash", "--agent", "a"])
        .await;
    assert!(!asked.status.success(), "nobody is there to ask");
    let done = served
        .command(&[
            "plugin",
            "install",
            "molecule-careful-bash",
            "--agent",
            "a",
            "--yes",
        ])
        .await;
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    let list = served.command(&["plugin", "list", "--agent", "a"]).await;
    assert!(String::from_utf8_lossy(&list.stdout).contains("at the next start"));
    let gone = served
        .command(&[
            "plugin",
            "uninstall",
            "superpowers",
            "--agent",
            "a",
            "--yes",
        ])
        .await;
    assert!(
        gone.status.success(),
        "{}",
        String::from_utf8_lossy(&gone.stderr)
    );
    let updates = served.command(&["plugin", "updates", "--check"]).await;
    assert!(String::from_utf8_lossy(&updates.stdout).contains("No updates wait"));
}

#[tokio::test]
async fn d45_14_15_no_80_allowlists_hold_for_the_whole_tree_and_names_are_checked() {
    let served = Served::start(ServedOptions::default()).await;
    offer(&served, "demo", &DEMO);
    let root = agent(&served, "root").await;
    let child = make(
        &served,
        json!({"name": "child", "runtime": "claude-code", "parent_id": root}),
    )
    .await;
    let grandchild = make(
        &served,
        json!({"name": "grandchild", "runtime": "claude-code", "parent_id": child}),
    )
    .await;
    let path = format!("/orgs/{root}/plugins/allowlist");
    let set = async |body: Value| {
        let answer = served
            .request(Method::PUT, &path)
            .json(&body)
            .send()
            .await
            .unwrap();
        (
            answer.status().as_u16(),
            answer.json::<Value>().await.unwrap(),
        )
    };
    assert_eq!(
        served.get(&path).await,
        (
            200,
            json!({"org_id": root, "plugins": [], "allow_all": true})
        )
    );
    let (status, answer) = set(json!({"plugins": ["x"]})).await;
    assert_eq!(
        (status, &answer["error"]),
        (400, &json!("enabled_by is required"))
    );
    for bad in [".previous", "a'b", "a b"] {
        let (status, answer) = set(json!({"plugins": ["ok", bad], "enabled_by": root})).await;
        assert_eq!(
            (status, &answer["error"], &answer["plugin_name"]),
            (400, &json!("invalid plugin name"), &json!(bad))
        );
        let (status, answer) = served
            .delete(&format!(
                "/workspaces/{root}/plugins/{}",
                bad.replace(' ', "%20")
            ))
            .await;
        assert_eq!(
            (status, &answer["error"]),
            (400, &json!("invalid plugin name"))
        );
    }
    let (status, answer) =
        set(json!({"plugins": ["other", "MyPlugin", "other"], "enabled_by": root})).await;
    assert_eq!(
        (status, answer),
        (
            200,
            json!({"org_id": root, "plugins": ["other", "MyPlugin", "other"], "allow_all": false})
        )
    );
    let (_, list) = served.get(&path).await;
    assert_eq!(list["plugins"].as_array().unwrap().len(), 2);
    for id in [&root, &child, &grandchild] {
        let (status, answer) = install(&served, id, json!({"source": "demo"})).await;
        assert_eq!(
            (status, &answer["error"]),
            (403, &json!("plugin \"demo\" is not in the org allowlist"))
        );
    }
    assert_eq!(set(json!({"plugins": [], "enabled_by": root})).await.0, 200);
    assert_eq!(
        install(&served, &grandchild, json!({"source": "demo"}))
            .await
            .0,
        200
    );
    let nobody = "/orgs/00000000-0000-4000-8000-000000000000/plugins/allowlist";
    let (status, answer) = served.get(nobody).await;
    assert_eq!((status, &answer["error"]), (404, &json!("org not found")));

    // An org token that is bound to no org speaks for none.
    let (status, token) = served.post("/org/tokens", json!({"name": "t"})).await;
    assert!(status < 300, "{token}");
    let bearer = ["token", "auth_token"]
        .iter()
        .find_map(|key| token[key].as_str())
        .expect("a token")
        .to_owned();
    let answer = served
        .bare(Method::GET, &path)
        .bearer_auth(bearer)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 403);
    assert_eq!(
        answer.json::<Value>().await.unwrap()["error"],
        "org access denied"
    );
}

#[tokio::test]
async fn no_94_an_agent_elsewhere_downloads_and_records_and_cannot_bring_unseen_code() {
    let served = Served::start(ServedOptions::default()).await;
    offer(&served, "demo", &DEMO);
    offer(
        &served,
        "code",
        &[("plugin.yaml", "name: code\n"), ("setup.sh", "echo\n")],
    );
    let (status, made) = served
        .post("/workspaces", json!({"name": "x", "external": true}))
        .await;
    assert_eq!(status, 201, "{made}");
    let id = made["id"].as_str().unwrap().to_owned();
    let token = made["connection"]["auth_token"]
        .as_str()
        .expect("its token")
        .to_owned();
    let own = |method: Method, path: &str| served.bare(method, path).bearer_auth(&token);

    let path = format!("/workspaces/{id}/plugins/demo/download");
    let (status, answer) = served.get(&path).await;
    assert_eq!(status, 401, "only its own token: {answer}");
    let answer = own(Method::GET, &path).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/gzip");
    assert_eq!(
        header("content-disposition"),
        "attachment; filename=\"demo.tar.gz\""
    );
    assert_eq!(
        (header("x-plugin-name"), header("x-plugin-source")),
        ("demo".into(), "local://demo".into())
    );
    assert_eq!(
        header("x-plugin-digest"),
        "da4277aff3fb3567a2ea863d59e5192503855cf983770a1b68faa945be8456d1"
    );
    let packed = answer.bytes().await.unwrap();
    assert_eq!(&packed[..2], [0x1f, 0x8b]);
    let (status, answer) = read(own(Method::GET, &format!("{path}?source=local://code"))).await;
    assert_eq!(
        (status, &answer["error"]),
        (
            400,
            &json!("source resolved to plugin \"code\" but URL requested \"demo\"")
        )
    );
    assert_eq!(
        (&answer["resolved_name"], &answer["requested_name"]),
        (&json!("code"), &json!("demo"))
    );

    let plugins = format!("/workspaces/{id}/plugins");
    let (status, answer) = read(own(Method::POST, &plugins).json(&json!({"source": "demo"}))).await;
    assert_eq!(
        (status, &answer["delivered"]),
        (200, &json!("recorded")),
        "{answer}"
    );
    let (status, answer) = read(own(Method::POST, &plugins).json(&json!({"source": "code"}))).await;
    assert_eq!(
        (status, &answer["code"]),
        (403, &json!("code_not_shown")),
        "{answer}"
    );
    let (status, shown) = served
        .post("/plugins/preview", json!({"source": "code"}))
        .await;
    assert_eq!(
        (status, &shown["code"][0]["text"]),
        (200, &json!("echo\n")),
        "{shown}"
    );
    let (status, _) = read(own(Method::POST, &plugins).json(&json!({"source": "code"}))).await;
    assert_eq!(status, 200, "a person looked at it");
    offer(
        &served,
        "code",
        &[("plugin.yaml", "name: code\n"), ("setup.sh", "rm -rf /\n")],
    );
    let wanted = json!({"source": "code", "digest": shown["digest"]});
    let (status, answer) = install(&served, &id, wanted).await;
    assert_eq!(
        (status, &answer["code"]),
        (409, &json!("changed_since_shown")),
        "{answer}"
    );
    let (status, answer) = served.delete(&format!("{plugins}/demo")).await;
    assert_eq!(
        (status, &answer["status"], &answer["plugin"]),
        (200, &json!("uninstalled"), &json!("demo"))
    );
    assert_eq!(served.delete(&format!("{plugins}/demo")).await.0, 404);
}

async fn read(request: reqwest::RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    (
        answer.status().as_u16(),
        answer.json().await.unwrap_or(Value::Null),
    )
}

#[tokio::test]
async fn updates_are_listed_and_refused_by_their_rules() {
    let served = Served::start(ServedOptions::default()).await;
    let (status, list) = served.get("/admin/plugin-updates-pending").await;
    assert_eq!((status, list), (200, json!([])));
    let (status, answer) = served.get("/admin/plugin-updates-pending?tier=beta").await;
    assert_eq!(
        (status, &answer["error"]),
        (400, &json!("invalid update_tier"))
    );
    for path in [
        "/admin/plugin-updates/none/apply",
        "/admin/plugin-updates-pending/none/apply",
        "/admin/plugin-updates/none/dismiss",
    ] {
        assert_eq!(served.post(path, json!({})).await.0, 404, "{path}");
    }
    let (status, report) = served.post("/admin/plugin-updates/check", json!({})).await;
    assert_eq!(
        (status, report),
        (
            200,
            json!({"tracked": 0, "sources": 0, "found": [], "failed": []})
        )
    );
    let (status, report) = served
        .post("/admin/plugin-updates/apply", json!({"tier": "canary"}))
        .await;
    assert_eq!(
        (status, report),
        (200, json!({"applied": [], "failed": []}))
    );
    let id = agent(&served, "a").await;
    let (status, _) = served
        .patch(
            &format!("/workspaces/{id}"),
            json!({"update_tier": "canary"}),
        )
        .await;
    assert_eq!(status, 200);
    let (status, answer) = served
        .patch(&format!("/workspaces/{id}"), json!({"update_tier": "beta"}))
        .await;
    assert_eq!(status, 400, "{answer}");
}
