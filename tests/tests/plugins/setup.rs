//! `setup.sh` of plugins in real containers (contract 03 no. 92): in an image that is not ours and has a shell it runs,
//! apart from the agent; in one without a shell that is told.

use crate::*;
use ::containers::{
    Engine as _, ImageConfig, Installation,
    archive::{Archive, Owner},
    locate::{Surroundings, find},
};

/// What the script sees and may do, written where the test finds it.
const SCRIPT: &str = "set -e
echo preparing in $PWD
env >$CONFIGS_DIR/setup-env
cat /proc/net/dev >seen-network
cat /configs/.auth_token 2>/dev/null || true
echo ready >prepared
";

/// An image as somebody else makes one: a shell and a few programs, and an agent that knows nothing of plugins.
async fn foreign_image(reference: &str) {
    let stand_in = testkit::program("stand-in");
    let folder = tempfile::tempdir().unwrap();
    let rootfs = folder.path().join("rootfs.tar");
    let made = std::process::Command::new(stand_in)
        .arg("--image-tar")
        .arg(&rootfs)
        .status()
        .unwrap();
    assert!(made.success());
    let busybox = ["/bin/busybox", "/usr/bin/busybox"]
        .iter()
        .find_map(|path| fs::read(path).ok())
        .expect("no busybox on this machine: apt-get install busybox-static");
    // The shell is added beside what the agent needs.
    let mut more = Archive::new();
    more.file("bin/busybox", &busybox, 0o755, Owner::ROOT)
        .unwrap();
    for name in ["sh", "cat", "env", "echo"] {
        more.link(&format!("bin/{name}"), "busybox", Owner::ROOT)
            .unwrap();
    }
    let more = more.finish().unwrap();
    let mut whole = tar::Builder::new(Vec::new());
    for part in [&fs::read(&rootfs).unwrap(), &more] {
        for entry in tar::Archive::new(part.as_slice()).entries().unwrap() {
            let entry = entry.unwrap();
            let (mut header, path) = (entry.header().clone(), entry.path().unwrap().into_owned());
            match header.entry_type() {
                tar::EntryType::Symlink => {
                    let target = entry.link_name().unwrap().unwrap().into_owned();
                    whole.append_link(&mut header, path, target).unwrap();
                }
                _ => whole.append_data(&mut header, path, entry).unwrap(),
            }
        }
    }
    let instance = uuid::Uuid::new_v4();
    let installation = Installation {
        instance,
        network: format!("molecule-test-{}", instance.simple()),
    };
    let (docker, _) = find(&Surroundings::of_process(), &installation)
        .await
        .found
        .expect("an engine");
    let config = ImageConfig {
        entrypoint: vec!["/usr/local/bin/stand-in".into()],
        user: Some("1000:1000".into()),
        env: [("PATH".to_owned(), "/usr/local/bin:/bin".to_owned())].into(),
        ..ImageConfig::default()
    };
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), whole.into_inner().unwrap()).unwrap();
    docker
        .import_rootfs(reference, file.path(), config)
        .await
        .expect("the image is imported");
}

async fn setup_of(served: &Served, id: &str) -> Value {
    let (_, list) = served.get(&format!("/workspaces/{id}/plugins")).await;
    list[0]["setup"].clone()
}

async fn inside(engine: &Engine, id: &str, path: &str) -> Option<String> {
    let container = engine.id_of(id).await?;
    let file = engine.file(&container, &format!("/configs/{path}")).await?;
    Some(file.text())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_92_a_script_runs_apart_from_the_agent_in_an_image_that_is_not_ours() {
    let served = Served::start(ServedOptions::with_engine()).await;
    let engine = Engine::connect().await;
    let reference = format!("localhost/foreign:{}", uuid::Uuid::new_v4().simple());
    foreign_image(&reference).await;
    let (status, body) = served
        .patch("/settings", json!({"runtime_images": {"*": reference}}))
        .await;
    assert_eq!(status, 200, "{body}");
    let (status, body) = served
        .post(
            "/settings/secrets",
            json!({"key": "CANARY_KEY", "value": "canary-of-setup-41d7"}),
        )
        .await;
    assert_eq!(status, 200, "{body}");
    offer(
        &served,
        "tool",
        &[
            ("plugin.yaml", "name: tool\nversion: 1.0.0\n"),
            ("setup.sh", SCRIPT),
        ],
    );
    let id = agent(&served, "a").await;
    served.online(1, minutes(3)).await;
    let (status, done) = install(&served, &id, json!({"source": "tool"})).await;
    assert_eq!((status, &done["restart"]), (200, &json!("now")), "{done}");
    let setup = eventually("setup.sh", minutes(2), || async {
        let setup = setup_of(&served, &id).await;
        (setup["state"] != "due").then_some(setup)
    })
    .await;
    assert_eq!(setup["state"], "done", "{setup}");
    let log = setup["log"].as_str().unwrap();
    assert!(log.contains("preparing in /configs/plugins/tool"), "{log}");
    served.online(1, minutes(3)).await;

    assert_eq!(
        inside(&engine, &id, "plugins/tool/prepared")
            .await
            .as_deref(),
        Some("ready\n"),
        "what it wrote stays"
    );
    let seen = inside(&engine, &id, "setup-env").await.unwrap();
    assert!(seen.contains("CONFIGS_DIR=/configs"), "{seen}");
    for secret in [
        "CANARY_KEY",
        "canary-of-setup",
        "MOLECULE_WORKSPACE_TOKEN",
        "PLATFORM_URL",
    ] {
        assert!(!seen.contains(secret), "{secret} in {seen}");
    }
    let token = inside(&engine, &id, ".auth_token").await.unwrap();
    assert!(
        !log.contains(token.trim()),
        "the token is masked in the log"
    );
    let network = inside(&engine, &id, "plugins/tool/seen-network")
        .await
        .unwrap();
    let links: Vec<&str> = network
        .lines()
        .filter_map(|line| Some(line.split_once(':')?.0.trim()))
        .collect();
    assert_eq!(links, ["lo"], "{network}");
    let own = inside(&engine, &id, "plugins/tool/setup.sh").await.unwrap();
    assert!(
        own.ends_with("exit 0\n") && !own.contains("preparing"),
        "no runtime runs it again: {own}"
    );
    let helpers = engine.labelled("molecule.helper", "setup").await;
    assert!(helpers.is_empty(), "{helpers:#?}");

    let shown = served
        .command(&["plugin", "log", "tool", "--agent", "a"])
        .await;
    let text = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(
        text.starts_with("setup.sh ran") && text.contains("preparing in"),
        "{text}"
    );

    // One that fails is told with what it said, and the agent runs all the same.
    offer(
        &served,
        "tool",
        &[
            ("plugin.yaml", "name: tool\nversion: 2.0.0\n"),
            ("setup.sh", "echo cannot find it >&2\nexit 7\n"),
        ],
    );
    install(&served, &id, json!({"source": "tool"})).await;
    let setup = eventually("the second setup.sh", minutes(2), || async {
        let setup = setup_of(&served, &id).await;
        (setup["state"] == "failed").then_some(setup)
    })
    .await;
    assert_eq!(
        (&setup["exit_code"], setup["log"].as_str().map(str::trim)),
        (&json!(7), Some("cannot find it"))
    );
    served.online(1, minutes(3)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_image_without_a_shell_is_told() {
    let served = Served::start(ServedOptions::with_engine()).await;
    served.stand_ins().await;
    offer(
        &served,
        "tool",
        &[("plugin.yaml", "name: tool\n"), ("setup.sh", "echo hi\n")],
    );
    let id = agent(&served, "a").await;
    served.online(1, minutes(3)).await;
    install(&served, &id, json!({"source": "tool"})).await;
    let setup = eventually("the word about setup.sh", minutes(2), || async {
        let setup = setup_of(&served, &id).await;
        (setup["state"] != "due").then_some(setup)
    })
    .await;
    assert_eq!(setup["state"], "no_shell");
    assert!(
        setup["text"].as_str().unwrap().contains("holds no shell"),
        "{setup}"
    );
    let listed = served.command(&["plugin", "list", "--agent", "a"]).await;
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    assert!(text.contains("setup.sh cannot run"), "{text}");
}
